"""The headline: what kernels learn and by when, and whether seeds agree, of all networks in two sentences."""

from collections import Counter

from kernelscope.findings import counts, leads, networks, places, seeds
from kernelscope.findings.agreement import SHARED
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN
from kernelscope.statements.wording import capital, enumerated

NOUNS = 3  # kinds of features or classes that a sentence names


def not_working(of_all: list[Network]) -> str:
    """Return that no network works, if that is so: every run failed, or there is no evidence that one classifies."""
    counted = [network for network in of_all if network.get("failures")]
    if counted and all(map(networks.has_failed, counted)):
        return "Every training run failed."
    groups = places.by_verdict(of_all, "accuracy")
    return "There is no evidence that the networks classify the test images." if groups and SHOWN not in groups else ""


def learned(of_all: list[Network]) -> str:
    """Return what kernels learn and by when; networks are named of which a substantial share of the kernels does."""
    claim = leads.lead(of_all)
    shown = [of for network in of_all if (of := network.get(claim)) and leads.is_substantial(of)]
    if not shown:
        return next(iter(networks.responding(of_all)), "")
    where = [of.arch for of in shown]
    if claim not in counts.DOES:
        return f"{capital(shown[0].clause)}."
    if len(where) == 1:
        kernels = f"{f'In {where[0]}, ' * (len(of_all) > 1)}{shown[0]['count'].of} kernels"
    else:
        kernels = f"In {places.named(where)}, kernels" if len(where) < len(of_all) else "Kernels"
    does = counts.DOES[claim]
    if claim in leads.FEATURES:
        does = f"respond to {nouns(shown)} of the waveforms"
    elif claim == "class":
        does = f"prefer single classes{classes(shown)}"
    return f"{capital(kernels)} {does}{by_when([network for network in of_all if network.arch in where])}."


def nouns(shown: list[Claimed]) -> str:
    """Return the kinds of features that most kernels respond to: `corners, peaks and flanks`."""
    numbers: Counter[str] = Counter()
    for of in shown:
        for label, count in of.labels():
            numbers[f"{label.partition(',')[0].split()[-1]}s"] += int(count.number.value)
    return enumerated([noun for noun, _ in numbers.most_common(NOUNS)]) or "features"


def classes(shown: list[Claimed]) -> str:
    """Return the classes that kernels prefer, in parentheses; "" if there are too many to name."""
    names = list(dict.fromkeys(label for of in shown for label, _ in of.labels()))
    return f" ({enumerated(names)})" if 0 < len(names) <= NOUNS else ""


def by_when(of_all: list[Network]) -> str:
    """Return by which step kernels settle: ", and settle by step 76", or "by step 57 in a and 76 in b"."""
    settled = networks.settled(of_all)
    if not settled:
        return ""
    if len({step for _, step in settled}) == 1:
        return f", and settle by step {settled[0][1]}"
    return f", and settle by step {enumerated([f'{step} in {arch}' for arch, step in settled], NOUNS)}"


def shared(of_all: list[Network]) -> str:
    """Return whether seeds learn similar kernels, and share individual kernels, in at most two sentences.

    It begins with "Partly", as the cards of the networks do, if these share no individual kernels.
    """
    sentence = "".join(places.judged(networks.SIMILAR, of_all, "same_kinds_rotation"))
    similar, kernels = places.by_verdict(of_all, "same_kinds_rotation"), places.by_verdict(of_all, *SHARED)
    if not sentence:
        return "".join(networks.individuals(of_all)[:1])
    learned = [network for network in of_all if network.arch in similar.get(SHOWN, [])]
    if learned and all(map(seeds.is_partly, learned)):
        sentence = f"Partly: {sentence[0].lower()}{sentence[1:]}"
    if set(similar) == {SHOWN} and set(kernels) == {NO_EVIDENCE}:
        return f"{sentence[:-1]}, but there is no evidence that they share individual kernels."
    if SHOWN in kernels:
        return f"{sentence} {capital(networks.SAME)}{places.place(kernels[SHOWN], of_all, SHOWN)}."
    return sentence
