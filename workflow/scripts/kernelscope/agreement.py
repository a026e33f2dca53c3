"""How alike two layers answer to the same images: CKA over all runs, and the picture of one architecture's seeds."""

from itertools import combinations

import numpy as np
from matplotlib.figure import Figure

from kernelscope import cka, energy, look

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


def across_seeds(profiles: dict, similarity: list[dict], arch: str, title: str) -> Figure:
    """One architecture over its seeds: energy profiles (energy.profiles), and CKA of each layer between seeds."""
    page = Figure(figsize=(12, 4.4))
    page.subplots_adjust(0.06, 0.13, 0.985, 0.83, 0.16)
    look.headed(page, title)
    left, right = page.subplots(1, 2)
    energy.draw(left, profiles)
    left.set_title("energy profile of the first layer: mean, smallest to largest", fontsize=look.TITLE, loc="left")
    own = [row for row in similarity if row["arch_a"] == row["arch_b"] == arch and row["layer_a"] == row["layer_b"]]
    known = [row for row in own if row["cka"] is not None and row["cka"] == row["cka"]]
    draw_layers(right, known)
    lacking = len(own) - len(known)
    title = "feature maps of two seeds, the same layer" + f"; {lacking} of {len(own)} pairs without a value" * (
        lacking > 0
    )
    right.set_title(title, fontsize=look.TITLE, loc="left")
    return page


def draw_layers(axes, similarity: list[dict]) -> None:
    """A dot per pair of seeds, layer and state, and a dashed line at what shuffled images reach (99 %)."""
    layers = list(dict.fromkeys(row["layer_a"] for row in similarity))
    for shift, state in ((-0.15, TRAINED), (0.15, UNTRAINED)):
        mine = [row for row in similarity if row["state"] == state]
        where = [layers.index(row["layer_a"]) + shift for row in mine]
        axes.scatter(where, [row["cka"] for row in mine], s=40, alpha=0.6, color=energy.COLOURS[state], label=state)
    for i, layer in enumerate(layers):
        points = [row["shuffled_99"] for row in similarity if row["layer_a"] == layer]
        label = {} if i else {"label": "shuffled images (99 %)"}
        axes.hlines(max(points), i - 0.35, i + 0.35, color=look.VERMILLION, linestyle="--", linewidth=1.2, **label)
    axes.set(xlim=(-0.5, max(len(layers), 1) - 0.5), ylim=(-0.05, 1.05), ylabel="linear CKA, debiased")
    axes.set_xticks(range(len(layers)), layers)
    look.plain(axes)
    if layers:
        look.legend(axes, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.08))
    else:
        look.empty(axes, "fewer than two seeds: nothing to compare")
