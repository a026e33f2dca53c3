"""What is shown about one network, question by question: a claim first, and what else is known about it.

Each function returns sentences without their periods. They say only what is shown or described; the rest is in
verdict_lists.py.
"""

from collections.abc import Callable
from typing import NamedTuple

from kernelscope.findings import agreement, settings
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.findings.counts import beyond_noise, counted, does, labels, lost, names, values
from kernelscope.statements.statement import SHOWN
from kernelscope.statements.wording import accuracies, capital, enumerated, kernels

MOST_SEEDS = 3  # that a sentence names
START = ("initial_ratio", "initial_estimate", "initial_correlation")


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
        beside = f"chance {of['accuracy'].null}, untrained {of['accuracy'].untrained}"
        sentences.append(f"Test accuracy is {accuracies(of.numbers)} ({beside})")
    failing = [of for of in network.shown("failures") if of["failures"].number.value]
    return sentences + [f"{capital(of['failures'].of)} runs failed" for of in failing]


def what(network: Network) -> list[str]:
    """Return what the kernels respond to: features, and classes, whose names follow where there are no features."""
    feature, beyond, classes = (network.shown(claim) for claim in ("feature", "feature_beyond_noise", "class"))
    control = network.on_random_labels
    also = "" if beyond else beyond_noise(network.first)
    told = [f"{many}{names(of)}" for of, many in counted(beyond, control=control)]
    for of, many in counted(feature, beyond) if beyond else counted(feature, control=control):
        told.append(f"{many} more than re-initialized kernels do{also}{'' if beyond else names(of)}")
    named = (lambda of: f": {labels(of)}") if not told else (lambda of: "")
    classes = [f"{many}{named(of)}" for of, many in counted(classes, [*feature, *beyond])]
    return [*told[:1], *classes, *told[1:]]


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
    times = (f"{of.layer} by step {of['step']}{order(network, of.layer)}" for of in later)
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


def needed(network: Network) -> list[str]:
    """Return how many kernels are needed, and how much is lost without one."""
    parts = []
    for of in network.shown("needed"):
        cost, many = of["trained"], of["count"]
        mean = f"Removing a kernel costs {cost.points}{cost.range} points of accuracy on average"
        which = f"{many.of}{left_out(of)} {does(of)}"
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
