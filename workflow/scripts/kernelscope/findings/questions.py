"""What is shown about one network, question by question: a claim first, and what else is known about it.

Each function returns sentences without their periods. They say only what is shown or described; the rest is in
verdict_lists.py.
"""

from collections.abc import Callable
from typing import NamedTuple

from kernelscope.findings import settings
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.statement import SHOWN
from kernelscope.statements.wording import Shown, agreeing, beside_untrained, capital, kernels, when

OF_WAVEFORMS = " of the waveforms"  # understood where a network is described
ALL_LABELS = 10  # labels that a sentence lists


START = ("initial_ratio", "initial_estimate", "initial_correlation")
KINDS = ("same_kinds_rotation", "vocabulary", "vocabulary_shared", "vocabulary_cells")
INDIVIDUALS = ("same_kernels_within_types", "same_kernels", "representation", "energy_profile", "one_start")
CAUSES = ("labels", "images", "conv_training", "other_images")


DOES = {  # claim -> what kernels do, beside their count
    "feature": "respond to features of the waveforms",
    "feature_beyond_noise": "respond to features of the waveforms",
    "class": "prefer one class",
    "needed": "are needed",
    "needed_beyond_random": "are needed more than a random kernel",
    "span_pca": "are explained by principal components of patches beyond equally smooth noise",
    "span_kmeans": "are explained by k-means centroids of patches beyond equally smooth noise",
    "oriented": "are more oriented than equally smooth noise",
    "smoother": "are smoother than re-initialized kernels",
    "shape": "fit a simple shape",
}
BRIEFLY = DOES | {"oriented": "have a clear direction", "smoother": "are smoother than random ones"}  # on first sight
PRECISELY = {  # what that means
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
        sentences.append(f"Test accuracy is {accuracy}{accuracy.range} (chance {accuracy.null}, {beside(accuracy)})")
    failing = [of for of in network.shown("failures") if of["failures"].number.value]
    return sentences + [f"{capital(of['failures'].of)} runs failed" for of in failing]


def beside(number: Shown) -> str:
    """Return the number of untrained networks, as a phrase."""
    return f"untrained {number.untrained}"


def what(network: Network) -> list[str]:
    """Return what the kernels respond to: features, and classes, whose names follow where there are no features."""
    feature, beyond, classes = (network.shown(claim) for claim in ("feature", "feature_beyond_noise", "class"))
    told = [f"{counts}{f' ({features(of)})' * bool(of.labels())}" for of, counts in counted(feature)]
    told = [beside_control(sentence, network.on_random_labels("feature")) for sentence in told]
    told += [f"{counts} more than equally smooth noise does" for _, counts in counted(beyond, feature)]
    named = (lambda of: f": {labels(of)}") if not told else (lambda of: "")
    return told + [f"{counts}{named(of)}" for of, counts in counted(classes, feature)]


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
        sentences.append(
            (of, capital(f"{many} {agreeing(DOES[of.claim].removesuffix(OF_WAVEFORMS), count.number.value)}"))
        )
    return sentences


def features(of: Claimed) -> str:
    """Return the features that kernels respond to, by class: `square: upper corner 9, flank 2; gaussian: peak 5`."""
    by_class: dict[str, list[str]] = {}
    for label, count in of.labels()[:ALL_LABELS]:
        feature, _, name = label.partition(", ")
        by_class.setdefault(name, []).append(f"{feature} {count}")
    return "; ".join(f"{f'{name}: ' * bool(name)}{', '.join(of_class)}" for name, of_class in by_class.items())


def labels(of: Claimed) -> str:
    """Return the names of what kernels have, the most frequent first: `square 6, gaussian 1`."""
    return ", ".join(f"{name} {count}" for name, count in of.labels()[:ALL_LABELS])


def looks(network: Network) -> list[str]:
    """Return how many kernels are smoother, more oriented, or of a simple shape, and what is left of the start."""
    parts = []
    for of, counts in counted(network.shown("smoother", "oriented", "shape")):
        mean = of["trained"]
        values = f"{mean}, {beside(mean)}" if mean.number.untrained is not None else f"{mean}"
        named = f": {labels(of)}" if of.labels() else ""
        parts.append(f"{counts}{named}" if of.claim == "shape" else f"{counts} ({values})")
    return parts + start(network)


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
            return f", {difference}{difference.range} {'later' if second == layer else 'before'}"
    return ""


def steps(of: Claimed) -> str:
    """Return when kernels settle, "at step 76" or "between steps 71 and 76"."""
    return when(of["after"], of["step"])


def kinds(network: Network) -> list[str]:
    """Return whether seeds share kinds of kernels, and the types of kernels."""
    parts = []
    for of in network.shown("same_kinds_rotation"):
        similarity, excess = of["similarity"], of["excess"]
        chance = f"rotated at random {similarity.null}, difference {excess}{excess.range}{of.p}"
        weakly = ", weakly" * is_weak(of)
        parts.append(f"Seeds share kinds of kernels{weakly}: similarity {similarity}, {chance}")
    parts += [f"Types in every seed: {of['shared']} of {of['types']}" for of in network.shown("vocabulary")]
    words = {"vocabulary_shared": "in every seed", "vocabulary_cells": "summed over the seeds"}
    for of in network.shown(*words):
        counts = next(iter(of.numbers.values()))
        more = f"{counts.counted} {words[of.claim]}, permuted {counts.null}{of.p}"
        parts.append(f"That is more than by chance: {more}")
    return parts


def is_weak(of: Claimed) -> bool:
    """Whether a difference is shown although its interval over seeds includes no difference."""
    excess = of.numbers.get("excess")
    return of.verdict == SHOWN and excess is not None and excess.number.low is not None and excess.number.low <= 0


def individuals(network: Network) -> list[str]:
    """Return whether seeds share individual kernels, and whether they agree otherwise."""
    return [of.said for of in network.shown("same_kernels_within_types", "same_kernels")[:1]] + [
        of.said for of in network.shown("representation", "energy_profile", "one_start")
    ]


def causes(network: Network) -> list[str]:
    """Return what the kernels depend on: labels, images, training, the draw of the images."""
    return [of.said for of in network.shown(*CAUSES)]


def needed(network: Network) -> list[str]:
    """Return how many kernels are needed, and how much is lost without one."""
    losing = ": without one, {} of test accuracy is lost"
    told = counted(network.shown("needed", "needed_beyond_random"))
    return [f"{counts}{losing.format(lost(of)) * (of.claim == 'needed')}" for of, counts in told]


def lost(of: Claimed) -> str:
    """Return what is lost without one of the kernels that pass: `2.1 to 8.2 %`."""
    least, most = str(of["least"]), str(of["most"])
    return most if least == most else f"{least.removesuffix(' %')} to {most}"


def baseline(network: Network) -> list[str]:
    """Return how well the statistics of image patches explain the kernels."""
    parts = []
    for of in network.shown("span_pca", "span_kmeans"):
        patterns = {"span_pca": "principal components", "span_kmeans": "k-means centroids"}[of.claim]
        share = f"{of['trained']} of variance, untrained {of['trained'].untrained}"
        explained = f"{patterns} of patches explain {kernels(of.numbers)} beyond equally smooth noise"
        parts.append(capital(f"{explained} ({share})"))
    return parts


QUESTIONS = (
    Question("Works", ("accuracy", "failures"), works, "works"),
    Question("What", ("feature", "feature_beyond_noise", "class"), what, "what", 3),
    Question("Looks", ("smoother", "oriented", "shape", *START), looks, "looks", 2),
    Question("When", ("settled", "never_settled", "layer_order"), settles, "when"),
    Question("Same kinds", KINDS, kinds, "same_kinds"),
    Question("Same kernels", INDIVIDUALS, individuals, "same_kernels"),
    Question("Cause", CAUSES, causes, "controls"),
    Question("Needed", ("needed", "needed_beyond_random"), needed),
    Question("Baseline", ("span_pca", "span_kmeans"), baseline),
)
NOT_OTHERS = {"settings_together", *(claim for question in QUESTIONS for claim in question.claims)}


def told(question: Question, network: Network) -> list[str]:
    """Return all that is shown about one question: of its own claims, and the texts of others."""
    others = [of for of in network.first if of.claim not in NOT_OTHERS and of.question == question.others]
    texts = [of.said for of in others if of.verdict in (SHOWN, "") and not settings.is_about(of)]
    return [*question.sentences(network), *texts, *settings.shown(others)]
