"""Compare how layers see the same images: linear CKA between all runs, and between the seeds of one architecture."""

from itertools import combinations

import numpy as np

from kernelscope.measures import cka

COLUMNS = (
    *("state", "arch_a", "seed_a", "layer_a", "arch_b", "seed_b", "layer_b"),
    *("cka", "shuffled_mean", "shuffled_99", "p"),
)
TRAINED, UNTRAINED = "trained", "untrained"
Entry = tuple[str, int, str]  # architecture, seed, conv layer


def entries(run: tuple[str, int], probes: dict[str, np.ndarray], state: str) -> dict[Entry, np.ndarray]:
    """Return the Gram matrices of one state, `gram` or `gram_untrained`, from the probes.npz of one run."""
    start = f"{state}/"
    return {(*run, name.removeprefix(start)): array for name, array in probes.items() if name.startswith(start)}


def rows(
    trained: dict[Entry, np.ndarray | None], untrained: dict[Entry, np.ndarray | None], n_resamples: int, seed: int
) -> list[dict]:
    """Return rows of similarity.csv: the CKA of pairs of layers, and p under shuffled images.

    Linear CKA (Kornblith et al. 2019), debiased (Song et al. 2012; Nguyen, Raghu and Kornblith 2020). Null: the images
    of one layer are in random order.

    Parameters
    ----------
    trained, untrained : dict
        Architecture, seed and layer -> Gram matrix (n, n) of `cka.gram` over the same n images; None for a run without
        a matrix.
    n_resamples : int
        Number of random orders of the images.
    seed : int
        Seed of the random orders.

    Returns
    -------
    list of dict
        Rows with COLUMNS: all pairs of trained layers, and as a baseline those pairs of untrained layers that are the
        same layer of the same architecture. shuffled_mean and shuffled_99 are the mean and the 99 % point of the null,
        and p is one-sided. Undefined values are NaN (`cka.debiased`).
    """
    table = []
    for number, (state, grams) in enumerate(((TRAINED, trained), (UNTRAINED, untrained))):
        pairs = [(a, b) for a, b in combinations(grams, 2) if state == TRAINED or (a[0], a[2]) == (b[0], b[2])]
        if not pairs:
            continue
        index = {entry: i for i, entry in enumerate(grams)}
        n = next(len(gram) for gram in grams.values() if gram is not None)
        matrices = [np.full((n, n), np.nan) if gram is None else gram for gram in grams.values()]
        columns = cka.all_pairs(matrices, n_resamples, [seed, number])
        for a, b in pairs:
            values = [float(column[index[a], index[b]]) for column in columns.values()]
            table.append(dict(zip(COLUMNS, (state, *a, *b, *values), strict=True)))
    return table
