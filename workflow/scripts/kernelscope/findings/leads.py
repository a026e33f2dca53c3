"""The claim that leads: what is said first of what kernels do."""

from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED

SUBSTANTIAL = 0.2  # share of kernels from which on a headline says what kernels do
FEATURES = ("feature_beyond_noise", "feature")  # the stronger rival first
OF_STUDIES = ("color_parts", "color_every_seed", "bases_precision", "bases_oriented")
LEADS = (*FEATURES, "class", *OF_STUDIES, "oriented", "smoother", "shape")  # the first that is shown


def lead(networks: list[Network]) -> str:
    """Return the first claim that is shown for a network, of many kernels if there is one; "" if there is no claim.

    If none is shown, it is the first without evidence, or else one that cannot be decided, of features last: of images
    whose features are unknown, they never can. A claim whose rival is weaker counts only where the stronger rival was
    not tested.
    """
    tested = [(claim, of) for claim in LEADS for network in networks if (of := network.get(claim))]
    beyond = {of.verdict for claim, of in tested if claim == "feature_beyond_noise"}
    if beyond & {SHOWN, NO_EVIDENCE}:
        tested = [(claim, of) for claim, of in tested if claim != "feature"]
    shown = [(claim, of) for claim, of in tested if of.verdict == SHOWN]
    tested.sort(key=lambda one: (one[1].verdict == UNDECIDED) * (1 + (one[0] in FEATURES)))
    first = [of_many for of_many in shown if is_substantial(of_many[1])] or shown or tested
    return first[0][0] if first else ""


def is_substantial(of: Claimed) -> bool:
    """Return whether a claim is shown, and of a substantial share of the kernels if kernels are counted."""
    count = of.numbers.get("count")
    return of.verdict == SHOWN and (count is None or count.number.value >= SUBSTANTIAL * count.number.n)
