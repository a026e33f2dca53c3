"""How alike all conv layers of all runs see the same images: a matrix, with similar layers side by side."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from kernelscope.comparison.cka_matrix import matrix, names, order
from kernelscope.figures import styling

MOST_LABELS = 24  # lines of text beside the matrix
MISSING, FAILED = "#c8c8c8", styling.VERMILLION


def figure(similarity: list[dict], failed: set[tuple[str, int]], title: str) -> Figure:
    """Draw the matrix over all runs, architectures and conv layers; `failed` contains (arch, seed)."""
    entries, values = matrix(similarity)
    if not entries:
        page = styling.page((10.5, 2))
        styling.headed(page, title)
        styling.noted(page, "fewer than two layers: nothing to compare")
        return page
    drawn_order = order(entries, values, failed)
    entries, values = [entries[i] for i in drawn_order], values[np.ix_(drawn_order, drawn_order)]
    labels = names(entries, failed)
    page = styling.page((12.4, 8.6))
    styling.headed(page, title)
    page.set_layout_engine("compressed", w_pad=0.1, h_pad=0.1)
    axes = page.subplots()
    axes.set_facecolor(MISSING)
    image = axes.imshow(values, vmin=0, vmax=1, cmap="viridis", interpolation="nearest", aspect="equal")
    if np.isnan(values).any():
        hatch(axes, np.isnan(values))
    bar = page.colorbar(image, ax=axes, shrink=0.7)
    bar.set_label("linear CKA, debiased\n(below 0 drawn as 0)", fontsize=styling.TEXT)
    bar.ax.tick_params(labelsize=styling.TEXT)
    write_names(axes, labels)
    write_numbers(axes, labels, values)
    draw_strips(axes, [arch for arch, _, _ in entries])
    return page


SMALLEST_BLOCK = 1 / 18  # of a side


def write_numbers(axes, labels: list[tuple[int, int, str]], values: np.ndarray) -> None:
    """Write the mean CKA of every two groups of neighbors into their block, where it fits."""
    n = len(values)
    for first, last, _ in labels:
        for begin, end, _ in labels:
            block = values[first : last + 1, begin : end + 1]
            own = (first, last) == (begin, end)
            apart = block[~np.eye(len(block), dtype=bool)] if own and len(block) > 1 else block.ravel()
            fits = min(last - first, end - begin) + 1 >= SMALLEST_BLOCK * n
            if not fits or not np.isfinite(apart).any():
                continue
            mean = float(np.nanmean(apart))
            place = ((begin + end) / 2, (first + last) / 2)
            color = "white" if mean < 0.6 else "black"
            axes.text(*place, f"{mean:.2f}", ha="center", va="center", color=color, fontsize=styling.TEXT, clip_on=True)


def write_names(axes, labels: list[tuple[int, int, str]]) -> None:
    """Write the labels on the left, in another color if the runs failed, as many as fit below each other."""
    drawn_labels, free = [], -1.0
    room = (labels[-1][1] + 1) / MOST_LABELS
    for first, last, words in labels:
        if (middle := (first + last) / 2) >= free:
            drawn_labels.append((middle, words))
            free = middle + room
    axes.set_yticks(*zip(*drawn_labels, strict=True), fontsize=styling.TEXT)
    axes.set_xticks([])
    for label in axes.get_yticklabels():
        label.set_color(FAILED if label.get_text().endswith("(failed)") else "black")
    axes.tick_params(axis="y", length=0, pad=12, labelsize=styling.TEXT)


def draw_strips(axes, archs: list[str]) -> None:
    """Draw a strip in the color of the architecture along both sides."""
    n, different = len(archs), sorted(set(archs))
    for i, arch in enumerate(archs):
        color = {"color": styling.series(different.index(arch)), "linewidth": 0, "clip_on": False}
        axes.axhspan(i - 0.5, i + 0.5, -0.018, -0.006, **color)
        axes.axvspan(i - 0.5, i + 0.5, -0.018, -0.006, **color)
    axes.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))


def hatch(axes, missing: np.ndarray) -> None:
    """Hatch cells in gray, and name their meaning above the matrix."""
    corners, cells = np.arange(len(missing) + 1) - 0.5, np.ma.masked_array(np.zeros(missing.shape), ~missing)
    style = {"hatch": "////", "cmap": ListedColormap([MISSING]), "edgecolor": "#8a8a8a", "linewidth": 0}
    axes.pcolor(*np.meshgrid(corners, corners), cells, **style)
    words = "gray, hatched: no value (not finite, or the same answer to every image)"
    axes.set_title(words, fontsize=styling.TEXT, loc="right")
