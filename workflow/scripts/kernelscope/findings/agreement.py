"""What is shown about one network beside others: whether seeds agree, and what kernels depend on."""

from kernelscope.findings.claimed import Network
from kernelscope.statements.statement import SHOWN, UNDECIDED

SIMILAR = ("same_kinds_rotation", "vocabulary", "vocabulary_shared", "vocabulary_cells")
INDIVIDUALS = ("same_kernels", "same_kernels_within_types", "representation", "energy_profile", "one_start")
CAUSES = ("labels", "images", "conv_training", "other_images")


def similar(network: Network) -> list[str]:
    """Return whether seeds learn similar kernels, and the types of kernels in every seed, beside chance."""
    parts = []
    for of in network.shown("same_kinds_rotation"):
        similarity, excess = of["similarity"], of["excess"]
        chance = f"rotated at random {similarity.null}, difference {excess}{excess.range}{of.p}"
        weak = " (weak: includes zero)" * of.weak
        parts.append(f"Similarity {similarity}, {chance}{weak}")
    parts += [f"Types in every seed: {types}" for types in types_in_every_seed(network)]
    for of in network.shown("vocabulary_cells"):
        cells = of["cells"]
        parts.append(f"Seeds share types: {cells} pairs of a type and a seed, permuted {cells.null}{of.p}")
    return parts


def types_in_every_seed(network: Network) -> list[str]:
    """Return how many types are in every seed, beside chance, as `3 of 12, permuted 1.4, p = 0.11`; [] if untested."""
    of, tested = network.get("vocabulary"), network.get("vocabulary_shared")
    if None in (of, tested) or tested.verdict == UNDECIDED:
        return []
    return [f"{of['shared']} of {of['types']}, permuted {tested['shared'].null}{tested.every_p}"]


def individuals(network: Network) -> list[str]:
    """Return whether seeds share individual kernels, and whether they agree otherwise.

    Within types, they do only if they do at all: the p of that is corrected, the p within types is not.
    """
    share = network.verdict("same_kernels") == SHOWN
    return [of.said for of in network.shown(*INDIVIDUALS) if share or of.claim != "same_kernels_within_types"]


def causes(network: Network) -> list[str]:
    """Return what the kernels depend on: labels, images, training, the draw of the images."""
    return [of.said for of in network.shown(*CAUSES)]
