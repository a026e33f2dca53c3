"""How alike two layers answer to the same images: CKA over all runs, and the picture of one architecture's seeds."""

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
    """The Gram matrices of one state, `gram` or `gram_untrained`, out of the probes.npz of a run (arch, seed)."""
    start = f"{state}/"
    return {(*run, name.removeprefix(start)): array for name, array in probes.items() if name.startswith(start)}


def rows(
    trained: dict[Entry, np.ndarray | None], untrained: dict[Entry, np.ndarray | None], draws: int, seed: int
) -> list[dict]:
    """Rows of similarity.csv from Gram matrices (n, n), cka.gram over the same n images; None for a run without one.

    All pairs of trained layers; of untrained ones, the baseline, those of one architecture and layer. p is how often
    the CKA is reached with the images in random order. What has no meaning is NaN (cka.debiased).
    """
    found = []
    for number, (state, grams) in enumerate(((TRAINED, trained), (UNTRAINED, untrained))):
        pairs = [(a, b) for a, b in combinations(grams, 2) if state == TRAINED or (a[0], a[2]) == (b[0], b[2])]
        if not pairs:
            continue
        place = {entry: i for i, entry in enumerate(grams)}
        n = next(len(gram) for gram in grams.values() if gram is not None)
        known = [np.full((n, n), np.nan) if gram is None else gram for gram in grams.values()]
        columns = cka.all_pairs(known, draws, [seed, number])
        for a, b in pairs:
            values = [float(column[place[a], place[b]]) for column in columns.values()]
            found.append(dict(zip(COLUMNS, (state, *a, *b, *values), strict=True)))
    return found
