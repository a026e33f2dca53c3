"""Is it the same for every seed? The answer of one network begins with yes, partly, no evidence or cannot tell."""

from collections.abc import Iterable

from kernelscope.findings import verdict_lists
from kernelscope.findings.agreement import SHARED
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.number_words import out_of
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED

SIMILAR = "same_kinds_rotation"
SLIGHTLY = 0.1  # a smaller difference of similarities is a slight one
ROTATED = "the same kernels rotated at random"  # what matched kernels are compared with


def card(
    claim: str = "",
    details: Iterable[str] = (),
    statements: Iterable[Claimed] = (),
    sure: Iterable[str] = (),
    partly: bool = False,
) -> dict:
    """Return a card with the verdict of its first statement. partly: whether more that it asks is not shown."""
    statements = list(statements)
    verdict = statements[0].verdict if statements else ""
    names = list(dict.fromkeys(of.name for of in statements))
    texts = {"details": list(filter(None, details)), "sure": list(filter(None, sure))}
    return {"claim": claim, **texts, "verdict": verdict, "partly": partly, "statements": names}


def decides(of: Claimed) -> str:
    """Return what would decide a claim."""
    return f"it would take {of.would_decide}" if of.would_decide else ""


def same(network: Network) -> dict:
    """Return whether seeds learn similar kernels, and whether they share individual kernels."""
    similar, kernels = network.get(SIMILAR), network.get(*SHARED)
    first = similar or kernels
    if first is None:
        return card()
    tested = list(filter(None, [similar, kernels]))
    if first.verdict == UNDECIDED:
        if network.seeds == 1:
            return card(cannot_tell(network, first), ["add seeds to the config, and run again"], tested)
        return card(cannot_tell(network, first), [decides(first)], tested, [first.reason])
    vocabulary = types(network)
    details = [first.said.partition(": ")[2] if similar is None else reason(first)]
    details += [in_every_seed(of, first.verdict == SHOWN) for of in vocabulary]
    return card(claim(similar, kernels), details, [*tested, *vocabulary], map(how_sure, tested), is_partly(network))


def is_partly(network: Network) -> bool:
    """Whether seeds learn similar kernels, but are not shown to share individual kernels."""
    kernels = network.get(*SHARED)
    return network.verdict(SIMILAR) == SHOWN and kernels is not None and kernels.verdict != SHOWN


def types(network: Network) -> list[Claimed]:
    """Return the statement about types of kernels in every seed, if there are several seeds."""
    return network.shown("vocabulary") if network.seeds != 1 else []


def cannot_tell(network: Network, of: Claimed) -> str:
    """Return that a claim cannot be decided with so many seeds."""
    count = network.seeds
    with_seeds = f" with {count} seed{'s' * (count != 1)}" if count else ""
    return f"Cannot tell{with_seeds} whether {of.clause}"


def claim(similar: Claimed | None, kernels: Claimed | None) -> str:
    """Return whether seeds learn similar and share individual kernels, as one claim that begins with the answer."""
    if similar is None:
        if kernels.verdict == SHOWN:
            return f"Yes: {kernels.clause}"
        return f"No evidence that {kernels.clause}"
    if similar.verdict != SHOWN:
        same = f"; {kernels.clause}" if kernels and kernels.verdict == SHOWN else ""
        return f"No evidence that {similar.clause}{same}"
    more = {
        SHOWN: "Yes: seeds learn similar kernels, and every seed the same kernels, or the same mixture of them",
        NO_EVIDENCE: "Partly: seeds learn similar kernels; no evidence that they share individual kernels",
        UNDECIDED: "Partly: seeds learn similar kernels; whether they share individual kernels cannot be decided",
    }
    return more[kernels.verdict] if kernels else "Yes: seeds learn similar kernels"


def reason(of: Claimed) -> str:
    """Return why seeds are said to learn similar kernels or not, as one phrase in plain words."""
    value, null = of["similarity"], of["similarity"].null
    if of.verdict == SHOWN:
        slightly = "slightly " * (of["excess"].number.value < SLIGHTLY)
        return f"matched kernels are {slightly}more alike than {ROTATED}: {value} against {null}"
    if of.reason:
        return of.reason
    return f"matched kernels are not clearly more alike than {ROTATED}: {value} against {null}"


def in_every_seed(of: Claimed, is_shared: bool) -> str:
    """Return how many types of kernels are in every seed; if others are not, that kernels are similar on average."""
    shared, every = of["shared"].number.value, int(of["types"].number.value)
    mean = "similar on average: " * (is_shared and shared < every)
    types, are = "type" if every == 1 else "types", "is" if shared == 1 else "are"
    return f"{mean}{out_of(shared, every)} {types} {are} in every seed"


def how_sure(of: Claimed) -> str:
    """Return the numbers and the test of a claim."""
    about = "similar kernels" if of.claim == SIMILAR else "individual kernels"
    numbers = verdict_lists.effect(of) if of.verdict != UNDECIDED else "; ".join(filter(None, (of.reason, decides(of))))
    weak = f"; difference {of['excess']}{of['excess'].range}, which includes zero" if of.weak else ""
    return f"{about}: {numbers}{weak}"


def in_words(network: Network) -> str:
    """Return whether seeds agree, in three to six words."""
    similar, kernels = network.get(SIMILAR), network.get(*SHARED)
    first = similar or kernels
    if first is None:
        return "seeds were not compared"
    if first.verdict != SHOWN:
        none = f"no evidence of {'similar' if similar else 'shared'} kernels"
        return none if first.verdict == NO_EVIDENCE else "seeds: cannot be decided"
    if kernels and kernels.verdict == SHOWN:
        return "every seed: same kernels or mixture"
    return f"seeds learn similar kernels{', weakly' * first.weak}"
