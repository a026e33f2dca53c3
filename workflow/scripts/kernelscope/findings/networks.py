"""What is said of several networks at once: in which of them a claim is shown."""

from kernelscope.findings import agreement, claimed, questions, settings, verdict_lists
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.wording import accuracies as accuracies_of
from kernelscope.statements.wording import beside_untrained, capital, enumerated, of_count

MOST = 4  # networks that a sentence names
OUTCOMES = 2  # of a sweep that are told in short
SIMILAR = "seeds learn similar kernels"
SUBSTANTIAL = 0.2  # share of kernels from which on a headline says what kernels do
LEARNED = (
    "feature",
    "class",
    "color_parts",
    "color_every_seed",
    "bases_precision",
    "bases_oriented",
    "oriented",
    "smoother",
    "shape",
)


LEADS = ("feature_beyond_noise", *LEARNED)  # the first that is shown, with the stronger rival first


def of_rows(rows: list[dict], archs: list[str]) -> list[Network]:
    """Return the networks that rows are about, in this order; if there are none, others, such as sweeps."""
    known = dict.fromkeys(row["arch"] for row in rows if row["arch"])
    return [claimed.network(rows, arch) for arch in ([arch for arch in archs if arch in known] or known)]


def by_verdict(networks: list[Network], *claims: str) -> dict[str, list[str]]:
    """Return {verdict: networks}, of the first of these claims that each network has."""
    groups: dict[str, list[str]] = {}
    for network in networks:
        if (of := network.get(*claims)) and of.verdict:
            groups.setdefault(of.verdict, []).append(network.arch)
    return groups


def judged(clause: str, networks: list[Network], *claims: str) -> list[str]:
    """Return a sentence about in which networks a clause is shown, has no evidence, or cannot be decided."""
    groups = by_verdict(networks, *claims)
    where = {verdict: place(archs, networks, verdict) for verdict, archs in groups.items()}
    parts = []
    if SHOWN in groups:
        parts.append(f"{clause}{where[SHOWN]}{weakly(networks, *claims)}")
    if NO_EVIDENCE in groups:
        claimed_there = (
            f"of that{where[NO_EVIDENCE]}" if parts else f"{where[NO_EVIDENCE].strip()} that {clause}".strip()
        )
        parts.append(f"there is no evidence {claimed_there}")
    if UNDECIDED in groups:
        parts.append(f"it cannot be decided{where[UNDECIDED]}{f' whether {clause}' * (not parts)}")
    return [f"{capital('; '.join(parts))}."] if parts else []


def weakly(networks: list[Network], *claims: str) -> str:
    """Return in which networks a claim is shown although its interval includes zero, in parentheses; "" for none."""
    weak = [network.arch for network in networks if (of := network.get(*claims)) and of.weak]
    return (f" (weakly in {named(weak)})" if len(networks) > 1 else ", weakly") if weak else ""


def place(archs: list[str], networks: list[Network], verdict: str) -> str:
    """Return where a claim is true: " in" some of the networks, or nothing if it is true of all that are compared."""
    if len(networks) == 1:
        return ""
    every = "" if verdict == SHOWN else " in any network"
    return every if len(archs) == len(networks) else f" in {named(archs)}"


def named(archs: list[str]) -> str:
    """Return the names of networks, the first MOST of them."""
    return enumerated(archs, MOST)


def accuracies(networks: list[Network]) -> list[str]:
    """Return the test accuracy of each network, and which runs failed."""
    known = [(network.arch, of) for network in networks if (of := network.get("accuracy"))]
    sentences = []
    if known:
        values = [f"{accuracy(of)} ({arch})" if len(networks) > 1 else accuracy(of) for arch, of in known]
        sentences.append(f"Test accuracy is {enumerated(values, MOST)}; chance is {known[0][1]['accuracy'].null}.")
    failing = [(network.arch, of) for network in networks if (of := network.get("failures"))]
    failed = [f"{of['failures'].of} runs of {arch}" for arch, of in failing if of["failures"].number.value]
    if failing:
        sentences.append(
            f"{capital(enumerated(failed, MOST))} failed."
            if failed
            else f"No run{' of these networks' * (len(networks) > 1)} failed."
        )
    studies = [of.said for network in networks for of in network.statements if of.claim == "study_failures"]
    return sentences + [f"{said}." for said in studies[:MOST]]


def accuracy(of: Claimed) -> str:
    """Return the mean test accuracy; of runs that differ much, the ranges above and below the gap."""
    return accuracies_of(of.numbers) if "above_gap_least" in of.numbers else str(of["accuracy"])


def responding(networks: list[Network], controls: list[Network] = ()) -> list[str]:
    """Return in which networks kernels respond to features, or else what they look like; and what is the cause."""
    claim = lead(networks)
    if not claim:
        swept = [said for network in networks for said in settings.shown(network.statements, OUTCOMES)]
        return [*(f"{said}." for said in swept[:OUTCOMES]), *causes(networks)]
    shown = [(network, of) for network in networks if (of := network.get(claim)) and of.verdict == SHOWN]
    if not shown:
        return judged(clause_of(networks, claim), networks, claim)
    if "count" not in shown[0][1].numbers:
        return judged(shown[0][1].clause, networks, claim)
    counts = [
        f"{of['count'].of}{f' in {network.arch}' * (len(networks) > 1)}{beside_untrained(of.numbers)}"
        for network, of in shown
    ]
    beside = [f"{of['count'].of} in the control {network.arch}" for network in controls if (of := network.get(claim))]
    first = f"Kernels {questions.DOES[claim]}: {', '.join([*counts[:MOST], *more(counts), *beside])}."
    return [first, *elsewhere(networks, claim), *causes(networks)]


def elsewhere(networks: list[Network], claim: str) -> list[str]:
    """Return a sentence about the networks for which a claim about kernels has no evidence, or cannot be decided."""
    parts = []
    for network in networks:
        of, weaker = network.get(claim), network.get("feature")
        if of is None or of.verdict == SHOWN:
            continue
        if of.verdict == UNDECIDED:
            parts.append(f"it cannot be decided in {network.arch}")
        elif claim == "feature_beyond_noise" and weaker and weaker.verdict == SHOWN:
            beyond = f"{of['count'].or_none} more than noise"
            parts.append(f"in {network.arch}, {weaker['count'].of} do more than re-initialized kernels, {beyond}")
        else:
            parts.append(f"in {network.arch}, {of['count'].of}")
    return [f"{capital('; '.join([*parts[:MOST], *more(parts)]))}."] if parts else []


def more(parts: list[str]) -> list[str]:
    """Return how many networks there is no room for."""
    count = len(parts) - MOST
    return [f"{count} more {of_count('networks', count)}"] if count > 0 else []


def clause_of(networks: list[Network], claim: str) -> str:
    """Return the clause of a claim that is not shown for any network."""
    return next(of.clause for network in networks if (of := network.get(claim)))


def lead(networks: list[Network]) -> str:
    """Return the first claim that is shown for a network, of many kernels if there is one; else the first; "" for none.

    A claim whose rival is weaker counts only where the stronger rival was not tested.
    """
    tested = [(claim, of) for claim in LEADS for network in networks if (of := network.get(claim))]
    beyond = {of.verdict for claim, of in tested if claim == "feature_beyond_noise"}
    if beyond & {SHOWN, NO_EVIDENCE}:
        tested = [(claim, of) for claim, of in tested if claim != "feature"]
    shown = [(claim, of) for claim, of in tested if of.verdict == SHOWN]
    first = [of_many for of_many in shown if is_substantial(of_many[1])] or shown or tested
    return first[0][0] if first else ""


def is_substantial(of: Claimed) -> bool:
    """Return whether a claim is shown, and of a substantial share of the kernels if kernels are counted."""
    count = of.numbers.get("count")
    return of.verdict == SHOWN and (count is None or count.number.value >= SUBSTANTIAL * count.number.n)


def causes(networks: list[Network]) -> list[str]:
    """Return which networks' kernels depend on the labels, on the images, or on their draw."""
    words = {
        "labels": "kernels resemble each other more than they resemble kernels trained on random labels",
        "images": "kernels resemble each other more than they resemble kernels trained on scrambled images",
        "other_images": "kernels depend on the draw of the images",
    }
    return [
        sentence
        for claim, clause in words.items()
        for sentence in judged_where_tested(f"{clause}{failing(networks, claim)}", networks, claim)
    ]


def failing(networks: list[Network], claim: str) -> str:
    """Return in parentheses how many runs of the controls of a claim failed; "" if none did."""
    failed = [
        of["control_failed"] for network in networks if (of := network.get(claim)) and "control_failed" in of.numbers
    ]
    return f" ({failed[0].of} control runs failed)" if failed else ""


def judged_where_tested(clause: str, networks: list[Network], claim: str) -> list[str]:
    """Return a sentence about a claim that only some networks have a control for."""
    tested = [network for network in networks if network.get(claim)]
    of_some = f" of {tested[0].arch}" if len(tested) == 1 and len(networks) > 1 else ""
    return judged(clause.replace("kernels", f"kernels{of_some}", 1), tested, claim)


def others(networks: list[Network]) -> list[str]:
    """Return what else is shown of networks that learn without labels, or that have towers."""
    first, of_studies = lead(networks), [claim for claim in LEARNED if "_" in claim]
    shown = [of for claim in of_studies for network in networks[:1] if (of := network.get(claim)) and claim != first]
    return [sentence for of in shown if of.verdict == SHOWN for sentence in judged(of.clause, networks, of.claim)]


def settling(networks: list[Network]) -> list[str]:
    """Return when the median kernel of each network settles."""
    settled = [(network.arch, of) for network in networks if (of := network.get("settled")) and is_timed(of)]
    never = [network.arch for network in networks if network.get("never_settled")]
    sentences = []
    if settled:
        times = [f"{of['step']}{f' ({arch})' if len(networks) > 1 else ''}" for arch, of in settled]
        sentences.append(f"The median kernel settles by step {enumerated(times, MOST)}.")
    if never:
        where = f" in {named(never)}" if len(networks) > 1 else ""
        sentences.append(f"No kernel settles{where}.")
    return sentences


def is_timed(of: Claimed) -> bool:
    """Return whether snapshots tell when kernels settle: whether there are any between the start and the end."""
    return not (of["after"].number.value == 0 and of["share"].number.value == 1)


def has_failed(network: Network) -> bool:
    """Return whether every run of a network failed."""
    return any(of["failures"].number.value == of["failures"].number.n for of in network.shown("failures"))


def kinds(networks: list[Network]) -> list[str]:
    """Return in which networks seeds learn similar kernels, and how many types are in every seed, beside chance."""
    sentences = judged(SIMILAR, networks, "same_kinds_rotation")
    if SHOWN in by_verdict(networks, "same_kinds_rotation"):
        sentences.append("They are more alike than if rotated at random; upright images alone can cause this.")
    counts = [
        f"{types}{f' ({network.arch})' * (len(networks) > 1)}"
        for network in networks
        for types in agreement.types_in_every_seed(network)
    ]
    return sentences + [f"Types in every seed: {'; '.join([*counts[:MOST], *more(counts)])}."] * bool(counts)


def individuals(networks: list[Network]) -> list[str]:
    """Return in which networks every seed learns the same kernels, and where seeds differ."""
    tested = [
        (network.arch, of) for network in networks if (of := network.get("same_kernels")) and of.verdict == NO_EVIDENCE
    ]
    in_arch = (lambda arch: f" ({arch})") if len(networks) > 1 else (lambda arch: "")
    sentences = judged("seeds share individual kernels", networks, "same_kernels")
    worse = [f"{verdict_lists.numbers(of)}{in_arch(arch)}" for arch, of in tested if of.opposite]
    if worse:
        sentences.append(f"Seeds match worse than permuted kernels: {'; '.join([*worse[:MOST], *more(worse)])}.")
    return sentences
