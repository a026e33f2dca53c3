"""What is shown about one network beside others: whether seeds agree, and what kernels depend on."""

from kernelscope.findings.claimed import Network
from kernelscope.statements.statement import UNDECIDED

SIMILAR = ("same_kinds_rotation", "vocabulary", "vocabulary_shared", "vocabulary_cells")
SHARED = ("same_kernels", "same_kernels_within_types")  # of which either says that seeds share individual kernels
INDIVIDUALS = (*SHARED, "representation", "energy_profile", "one_start")
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
    """Return whether seeds share individual kernels, and whether they agree otherwise."""
    return [of.said for of in network.shown(*INDIVIDUALS)]


def causes(network: Network) -> list[str]:
    """Return what the kernels depend on: labels, images, training, the draw of the images."""
    return [of.said for of in network.shown(*CAUSES)]
