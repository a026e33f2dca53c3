"""What is shown about one network, question by question: a claim first, and what else is known about it.

Each function returns sentences without their periods. They say only what is shown or described; the rest is in
verdict_lists.py.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kernelscope.findings import agreement, settings
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.wording import (
    Shown,
    accuracies,
    agreeing,
    beside_untrained,
    between,
    capital,
    enumerated,
    kernels,
)

OF_WAVEFORMS = " of the waveforms"  # understood where a network is described
ALL_LABELS = 4  # labels that a sentence lists
MOST_SEEDS = 3  # that it names


START = ("initial_ratio", "initial_estimate", "initial_correlation")


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
BRIEFLY = DOES | {  # on first sight
    "feature_beyond_noise": DOES["feature"],
    "oriented": "have a clear direction",
    "smoother": "are smoother than random ones",
}
PRECISELY = {  # what that means
    "feature_beyond_noise": "more than re-initialized kernels and equally smooth noise do",
    "oriented": "more oriented than equally smooth noise",
    "smoother": "smoother than re-initialized kernels",
}


class Question(NamedTuple):
    """A question of findings.md: its title, the claims that it has sentences about, and the function that writes them.

    others: the question of statements.csv whose other claims are reported here by their own text. lines: from
    which on the answer is shortened before others.
    """

    title: str
    claims: tuple[str, ...]
    sentences: Callable[[Network], list[str]]
    others: str = ""
    lines: int = 1


def works(network: Network) -> list[str]:
    """Return the test accuracy, and how many runs failed if any did."""
    sentences = []
    for of in network.shown("accuracy"):
        accuracy = of["accuracy"]
        sentences.append(f"Test accuracy is {accuracies(of.numbers)} (chance {accuracy.null}, {beside(accuracy)})")
    failing = [of for of in network.shown("failures") if of["failures"].number.value]
    return sentences + [f"{capital(of['failures'].of)} runs failed" for of in failing]


def beside(number: Shown) -> str:
    """Return the number of untrained networks, as a phrase."""
    return f"untrained {number.untrained}"


def what(network: Network) -> list[str]:
    """Return what the kernels respond to: features, and classes, whose names follow where there are no features."""
    feature, beyond, classes = (network.shown(claim) for claim in ("feature", "feature_beyond_noise", "class"))
    beside = lambda of, counts: beside_control(counts, network.on_random_labels(of.claim))  # noqa: E731
    also = "" if beyond else beyond_noise(network.first)
    told = [f"{beside(of, counts)}{names(of)}" for of, counts in counted(beyond)]
    for of, counts in counted(feature, beyond):
        many = counts if beyond else beside(of, counts)
        told.append(f"{many} more than re-initialized kernels do{also}{'' if beyond else names(of)}")
    named = (lambda of: f": {labels(of)}") if not told else (lambda of: "")
    classes = [f"{counts}{named(of)}" for of, counts in counted(classes, [*feature, *beyond])]
    return [*told[:1], *classes, *told[1:]]


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


def beside_control(sentence: str, count: str) -> str:
    """Return a sentence with how many kernels pass after training on random labels, beside those of untrained ones."""
    before, parenthesis, after = sentence.partition(")")
    return f"{before}, random labels: {count}{parenthesis}{after}" if count and "(untrained: " in before else sentence


def counted(statements: list[Claimed], before: list[Claimed] = ()) -> list[tuple[Claimed, str]]:
    """Return how many kernels do what: `29 of 36 kernels (untrained: 2) prefer one class`.

    A statement about as many kernels as the one before it, or as the last of `before`, does not repeat their number.
    """
    sentences = []
    for last, of in zip([*before[-1:], *statements] if before else [None, *statements], statements, strict=False):
        count = of["count"]
        same = last is not None and last["count"].n == count.n and count.number.value not in (0, count.number.n)
        many = f"{count}{beside_untrained(of.numbers)}" if same else kernels(of.numbers)
        does = agreeing(DOES[of.claim].replace(OF_WAVEFORMS, ""), count.number.value)
        sentences.append((of, capital(f"{many} {does}")))
    return sentences


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


def looks(network: Network) -> list[str]:
    """Return how many kernels are more oriented, of a simple shape, explained by image patches, or smoother.

    Smoothness is last, because any training changes it, even one that fails.
    """
    parts = []
    for of, counts in counted(network.shown("oriented", "shape", "smoother")):
        named = f": {labels(of)}" if of.labels() else ""
        parts.append(f"{counts}{named}" if of.claim == "shape" else f"{counts} ({values(of)})")
    smoother = [part for part in parts if "smoother" in part]
    return [*(part for part in parts if part not in smoother), *start(network), *baseline(network), *smoother]


def values(of: Claimed) -> str:
    """Return the mean of all kernels beside that of equally smooth noise, or else of untrained kernels."""
    mean = of["trained"]
    if mean.number.null_value is not None and "smooth" in mean.number.null:
        return f"mean of all {mean}, noise {mean.null}"
    return f"mean of all {mean}{f', {beside(mean)}' * (mean.number.untrained is not None)}"


def start(network: Network) -> list[str]:
    """Return what is left of the start, and whether the start predicts the change."""
    parts = []
    for of in network.shown("initial_ratio", "initial_estimate"):
        ratio = of["ratio"]
        if of.claim == "initial_ratio":
            decay = f"at a decay factor of {of['factor']}"
        else:
            decay = "by estimate, as the decay factor is unknown"
        parts.append(f"{ratio}{ratio.range} of the squared norm is left of the start, {decay}")
    for of in network.shown("initial_correlation"):
        own = of["own"]
        parts.append(
            f"The start predicts the change of a kernel: correlation {own}{own.range}, other starts {own.null}{of.p}"
        )
    return parts


def settles(network: Network) -> list[str]:
    """Return when the median kernel of the first layer settles, and when those of deeper layers do."""
    parts = [of.said for of in network.shown("never_settled", "settled")]
    later = [of for of in network.statements if of.claim == "settled" and of.layer != network.layers[0]]
    times = (f"{of.layer} {steps(of)}{order(network, of.layer)}" for of in later)
    return [*parts, f"Then {'; '.join(times)}"] if later else parts


def order(network: Network, layer: str) -> str:
    """Return by how much a layer settles after the first, or before it, if that is shown."""
    for of in network.statements:
        first, _, rest = of.said.removeprefix("Layer ").partition(" settles before layer ")
        second = rest.partition(": ")[0]
        if of.claim == "layer_order" and of.verdict == SHOWN and {first, second} == {network.layers[0], layer}:
            difference = of["difference"]
            size = f"{difference.points}{difference.range} points"
            return f", {size} {'later' if second == layer else 'earlier'}{of.p}"
    return ""


def steps(of: Claimed) -> str:
    """Return by when kernels settle."""
    return f"by step {of['step']}"


def needed(network: Network) -> list[str]:
    """Return how many kernels are needed, and how much is lost without one."""
    parts = []
    for of in network.shown("needed"):
        cost, many = of["trained"], of["count"]
        mean = f"Removing a kernel costs {cost.points}{cost.range} points of accuracy on average"
        which = f"{many.of}{left_out(of)} {agreeing(DOES['needed'], many.number.value)}"
        counts = [beyond["count"] for beyond in network.shown("needed_beyond_random")]
        more = ["all" if str(count) == str(many) != "1" else str(count) for count in counts]
        beyond = "".join(f", {count} more than a random kernel" for count in more)
        parts.append(f"{mean}; {which} ({lost(of)} points each){beyond}")
    return parts


def left_out(of: Claimed) -> str:
    """Return of how many seeds the kernels are, and which are left out: ` (5 seeds; seed 0 left out)`."""
    if "seeds_tested" not in of.numbers:
        return ""
    start = "left out: "
    seeds = [name.removeprefix(start) for name in of.numbers if name.startswith(start)]
    which = f"seed{'s' * (len(seeds) > 1)} {enumerated(seeds, MOST_SEEDS)} left out"
    return f" ({of['seeds_tested'].counted}; {which})"


def lost(of: Claimed) -> str:
    """Return the percentage points that are lost without one of the kernels that pass: `2.1 to 8.2`."""
    return between(of["least"], of["most"]).removesuffix(" %")


def baseline(network: Network) -> list[str]:
    """Return how well the statistics of image patches explain the kernels."""
    parts = []
    for of in network.shown("span_pca", "span_kmeans"):
        patterns = {"span_pca": "principal components", "span_kmeans": "k-means centroids"}[of.claim]
        explained = f"{patterns} explain {kernels(of.numbers)} better than equally smooth noise"
        parts.append(capital(f"{explained} ({values(of)})"))
    return parts


QUESTIONS = (
    Question("Works", ("accuracy", "failures"), works, "works"),
    Question("What", ("feature", "feature_beyond_noise", "class"), what, "what", 3),
    Question("Looks", ("smoother", "oriented", "shape", *START, "span_pca", "span_kmeans"), looks, "looks"),
    Question("When", ("settled", "never_settled", "layer_order"), settles, "when"),
    Question("Similar kernels", agreement.SIMILAR, agreement.similar, "same_kinds", 2),
    Question("Same kernels", agreement.INDIVIDUALS, agreement.individuals, "same_kernels"),
    Question("Cause", agreement.CAUSES, agreement.causes, "controls", 2),
    Question("Needed", ("needed", "needed_beyond_random"), needed),
)
NOT_OTHERS = {"settings_together", *(claim for question in QUESTIONS for claim in question.claims)}


def told(question: Question, network: Network) -> list[str]:
    """Return all that is shown about one question: of its own claims, and the texts of others."""
    others = [of for of in network.first if of.claim not in NOT_OTHERS and of.question == question.others]
    texts = [of.said for of in others if of.verdict in (SHOWN, "") and not settings.is_about(of)]
    return [*question.sentences(network), *texts, *settings.shown(others)]
