"""Draw what is compared across seeds: cumulative energy, and CKA by layer."""

import numpy as np
from matplotlib.figure import Figure

from kernelscope.comparison import cka_table
from kernelscope.figures import styling


def across_seeds(profiles: dict, similarity: list[dict], arch: str, title: str) -> Figure:
    """Draw the cumulative energy of one architecture over its seeds, and the CKA of each layer between seeds.

    profiles: as of energy_profiles.profiles. similarity: rows of similarity.csv.
    """
    page = styling.page((12, 5.6))
    styling.headed(page, title)
    left, right = page.subplots(1, 2)
    draw(left, {state: {s: np.cumsum(e) for s, e in by_seed.items()} for state, by_seed in profiles.items()})
    words = "Energy of the first-layer kernels in the\nfirst principal components of the image patches"
    left.set_title(words, fontsize=styling.TITLE, loc="left")
    same_layer = [
        row for row in similarity if row["arch_a"] == row["arch_b"] == arch and row["layer_a"] == row["layer_b"]
    ]
    same_layer = [row for row in same_layer if row["state"] != cka_table.CROSSED]
    defined = [row for row in same_layer if row["cka"] is not None and row["cka"] == row["cka"]]
    draw_layers(right, defined)
    lacking = len(same_layer) - len(defined)
    words = "Feature maps of the same layer in two seeds:\ntrained above untrained is what training did"
    words += f"; {lacking} of {len(same_layer)} pairs without a value" * (lacking > 0)
    right.set_title(words, fontsize=styling.TITLE, loc="left")
    return page


def draw_layers(axes, similarity: list[dict]) -> None:
    """Draw a dot per pair of seeds, layer and state, their mean as a number, and a line at 99 % of shuffled images."""
    layers = list(dict.fromkeys(row["layer_a"] for row in similarity))
    for shift, state in ((-0.18, cka_table.TRAINED), (0.18, cka_table.UNTRAINED)):
        of_state = [row for row in similarity if row["state"] == state]
        where = [layers.index(row["layer_a"]) + shift for row in of_state]
        axes.scatter(where, [row["cka"] for row in of_state], s=40, alpha=0.6, color=COLORS[state], label=state)
        for i, layer in enumerate(layers):
            if values := [row["cka"] for row in of_state if row["layer_a"] == layer]:
                place = (i + shift, max(values) + 0.03)
                axes.annotate(f"{np.mean(values):.2f}", place, ha="center", va="bottom", fontsize=styling.TEXT)
    for i, layer in enumerate(layers):
        points = [row["shuffled_99"] for row in similarity if row["layer_a"] == layer]
        label = {} if i else {"label": "shuffled images (99 %)"}
        axes.hlines(max(points), i - 0.35, i + 0.35, color=styling.VERMILLION, linestyle="--", linewidth=1.4, **label)
    axes.set(xlim=(-0.5, max(len(layers), 1) - 0.5), ylim=(-0.05, 1.12), ylabel="linear CKA, debiased")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_xticks(range(len(layers)), layers)
    styling.plain(axes)
    if layers:
        styling.legend(axes, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.08))
    else:
        styling.empty(axes, "fewer than two seeds: nothing to compare")


COLORS = {
    "trained": styling.BLUE,
    "change": styling.GREEN,
    "untrained": styling.FAINT,
    "random labels": styling.VERMILLION,
    "equally smooth noise": styling.ORANGE,
}


def draw(axes, cumulative: dict[str, dict[int, np.ndarray]]) -> None:
    """Draw cumulative profiles: per state the mean over seeds, and a band from the smallest to the largest value."""
    for number, (state, by_seed) in enumerate(cumulative.items()):
        energies = np.array([energy for energy in by_seed.values() if np.isfinite(energy).all()])
        color = COLORS.get(state, styling.series(number))
        if not len(energies):
            axes.plot([], [], color=color, label=f"{state}, no seed has a profile")
            continue
        component = np.arange(1, energies.shape[1] + 1)
        axes.fill_between(component, energies.min(0), energies.max(0), color=color, alpha=0.25, linewidth=0)
        some = f"{len(energies)} of " * (len(energies) < len(by_seed))
        seeds = f"{some}{len(by_seed)} seed{'s' * (len(by_seed) > 1)}"
        axes.plot(component, energies.mean(0), color=color, linewidth=2, label=f"{state}, {seeds}")
    words = {"xlabel": "number of components, largest variance first", "ylabel": "share of the energy up to here"}
    axes.set(**words, xscale="log", ylim=(0, 1.02))
    styling.plain(axes)
    styling.legend(axes, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.17))
