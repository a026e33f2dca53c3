"""Compare how layers see the same images: linear CKA between all runs, and between the seeds of one architecture."""

from itertools import combinations

import numpy as np

from kernelscope.io import partial_arrays
from kernelscope.measures import cka

COLUMNS = (
    *("state", "arch_a", "seed_a", "layer_a", "arch_b", "seed_b", "layer_b"),
    *("cka", "shuffled_mean", "shuffled_99", "p", "reason"),
)
UNDEFINED = "fewer than 4 images, or a layer that responds to all images, or all but one, alike or not finitely"
TRAINED, UNTRAINED = "trained", "untrained"
CROSSED = "trained, untrained"  # the first layer is trained and the second is not
Entry = tuple[str, int, str]  # architecture, seed, conv layer


def read(files: dict[tuple[str, int], str]) -> tuple[dict[Entry, np.ndarray], dict[Entry, np.ndarray]]:
    """Return the Gram matrices of trained and of untrained layers, from the probes.npz of each run."""
    grams = {"gram": {}, "gram_untrained": {}}
    for run, path in files.items():
        for name, array in partial_arrays.read(path, lambda name: name.partition("/")[0] in grams).items():
            state, _, layer = name.partition("/")
            grams[state][*run, layer] = array
    return grams["gram"], grams["gram_untrained"]


def rows(
    trained: dict[Entry, np.ndarray | None], untrained: dict, n_resamples: int, seed: int, crossed: bool = False
) -> list[dict]:
    """Return rows of similarity.csv: the CKA of pairs of layers, and p under shuffled images.

    Linear CKA (Kornblith et al. 2019), debiased (Song et al. 2012; Nguyen, Raghu and Kornblith 2020). Null: the images
    of one layer are in random order. Any two functions of an image beat it, so the yardstick of a trained pair is the
    untrained pair of the same layers.

    Parameters
    ----------
    trained, untrained : dict
        Architecture, seed and layer -> Gram matrix (n, n) of `cka.gram` over the same n images; None for a run without
        a matrix.
    n_resamples : int
        Number of random orders of the images.
    seed : int
        Seed of the random orders.
    crossed : bool
        Whether there are rows for a trained and an untrained layer, which the test of `cka_tests` needs.

    Returns
    -------
    list of dict
        Rows with COLUMNS: all pairs of trained layers; the pairs of untrained layers of two architectures, or of the
        same layer of one architecture; and perhaps the same layer of two seeds, trained in the first and untrained in
        the second. shuffled_mean and shuffled_99 are the mean and the 99 % point of the null, and p is one-sided.
        Undefined values are NaN (`cka.debiased`) and have a reason.
    """
    entries = [(TRAINED, entry) for entry in trained] + [(UNTRAINED, entry) for entry in untrained]
    pairs = [(*pair, state) for pair in combinations(entries, 2) if (state := state_of(*pair, crossed))]
    if not pairs:
        return []
    grams = [*trained.values(), *untrained.values()]
    n = next(len(gram) for gram in grams if gram is not None)
    matrices = [np.full((n, n), np.nan) if gram is None else gram for gram in grams]
    columns, index = cka.all_pairs(matrices, n_resamples, seed), {entry: i for i, entry in enumerate(entries)}
    table = []
    for a, b, state in pairs:
        values = [float(column[index[a], index[b]]) for column in columns.values()]
        reason = "" if np.isfinite(values).all() else UNDEFINED
        table.append(dict(zip(COLUMNS, (state, *a[1], *b[1], *values, reason), strict=True)))
    return sorted(table, key=lambda row: (TRAINED, UNTRAINED, CROSSED).index(row["state"]))


def state_of(a: tuple[str, Entry], b: tuple[str, Entry], crossed: bool) -> str:
    """Return the state of a pair of layers in the table, "" for a pair without a row."""
    (state_a, (arch_a, seed_a, layer_a)), (state_b, (arch_b, seed_b, layer_b)) = a, b
    same_layer = (arch_a, layer_a) == (arch_b, layer_b)
    if state_a != state_b:
        return CROSSED if crossed and same_layer and seed_a != seed_b else ""
    return state_a if state_a == TRAINED or same_layer or arch_a != arch_b else ""
