"""How many kernels of a layer do what, in words: their number, what they do, and the names of what they respond to."""

from collections.abc import Callable, Iterable

from kernelscope.findings.claimed import Claimed
from kernelscope.statements.number_words import between
from kernelscope.statements.statement import NO_EVIDENCE, UNDECIDED
from kernelscope.statements.wording import agreeing, beside_untrained, capital

OF_WAVEFORMS = " of the waveforms"  # understood where a network is described
ALL_LABELS = 4  # labels that a sentence lists
DOES = {  # claim -> what kernels do, beside their count
    "feature": "respond to features of the waveforms",
    "feature_beyond_noise": (
        "respond to features of the waveforms more than re-initialized kernels and equally smooth noise"
    ),
    "class": "prefer one class",
    "needed": "are needed",
    "needed_beyond_random": "are needed, and more than a random kernel",
    "span_pca": "are explained by principal components of patches better than equally smooth noise",
    "span_kmeans": "are explained by k-means centroids of patches better than equally smooth noise",
    "oriented": "are more oriented than equally smooth noise",
    "smoother": "are smoother than re-initialized kernels",
    "shape": "fit a simple shape",
}


def does(of: Claimed) -> str:
    """Return what kernels do, where their network is described: `respond to features`."""
    return agreeing(DOES[of.claim].replace(OF_WAVEFORMS, ""), of["count"].number.value)


def counted(
    statements: list[Claimed], before: list[Claimed] = (), control: Callable[[str], str] = lambda _: ""
) -> list[tuple[Claimed, str]]:
    """Return how many kernels do what: `29 of 36 kernels (untrained: 2) prefer one class`.

    A statement about as many kernels as the one before it, or as the last of `before`, does not repeat their number.
    control: returns how many kernels pass after training on random labels, for a claim.
    """
    sentences = []
    for last, of in zip([*(before[-1:] or [None]), *statements], statements, strict=False):
        count, beside = of["count"], beside_untrained(of.numbers, control(of.claim))
        same = last is not None and last["count"].n == count.n and count.number.value not in (0, count.number.n)
        many = str(count) if same else f"{count.of} kernels"
        sentences.append((of, capital(f"{many}{beside} {does(of)}")))
    return sentences


def beyond_noise(statements: Iterable[Claimed]) -> str:
    """Return how many kernels of a layer respond to features more than noise, where that has no evidence."""
    of = next((of for of in statements if of.claim == "feature_beyond_noise"), None)
    if of is None or of.verdict not in (NO_EVIDENCE, UNDECIDED):
        return ""
    if of.verdict == UNDECIDED:
        return " (equally smooth noise was not tested)"
    return f", {of['count'].or_none} more than equally smooth noise"


def names(of: Claimed) -> str:
    """Return the features that kernels respond to, in parentheses; "" without names."""
    return f" ({features(of)})" if of.labels() else ""


def features(of: Claimed) -> str:
    """Return the features that kernels respond to, by class: `square: upper corner 9, flank 2; gaussian: peak 5`."""
    by_class: dict[str, list[str]] = {}
    for label, count in of.labels()[:ALL_LABELS]:
        feature, _, name = label.partition(", ")
        by_class.setdefault(name, []).append(f"{feature} {count}")
    named = [f"{f'{name}: ' * bool(name)}{', '.join(of_class)}" for name, of_class in by_class.items()]
    return "; ".join([*named, *rest(of)])


def rest(of: Claimed) -> list[str]:
    """Return how many kernels have other names than those that a sentence lists."""
    more = sum(int(count.number.value) for _, count in of.labels()[ALL_LABELS:])
    return [f"{more} more"] if more else []


def labels(of: Claimed) -> str:
    """Return the names of what kernels have, the most frequent first: `square 6, gaussian 1`."""
    return ", ".join([*(f"{name} {count}" for name, count in of.labels()[:ALL_LABELS]), *rest(of)])


def values(of: Claimed) -> str:
    """Return the mean of all kernels beside that of equally smooth noise, or else of untrained kernels."""
    mean = of["trained"]
    if mean.number.null_value is not None and "smooth" in mean.number.null:
        return f"mean of all {mean}, noise {mean.null}"
    return f"mean of all {mean}{f', untrained {mean.untrained}' * (mean.number.untrained is not None)}"


def lost(of: Claimed) -> str:
    """Return the percentage points that are lost without one of the kernels that pass: `2.1 to 8.2`."""
    return between(of["least"], of["most"]).removesuffix(" %")
