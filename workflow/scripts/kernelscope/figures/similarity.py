"""How alike all conv layers of all runs see the same images: a matrix, with similar layers side by side."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from kernelscope.comparison.cka_table import TRAINED, Entry
from kernelscope.figures import styling

MOST_LABELS, LONGEST = 24, 44  # lines of text beside the matrix, and letters of a line
MOST_SEEDS = 5  # at most this many seeds are named in a label
MISSING, FAILED = "#c8c8c8", styling.VERMILLION


def matrix(similarity: list[dict]) -> tuple[list[Entry], np.ndarray]:
    """Return the entries of the trained rows, and their CKA (n, n): 1 on the diagonal, NaN where CKA is undefined."""
    trained = [row for row in similarity if row["state"] == TRAINED]
    ends = [tuple(row[f"{name}_{end}"] for name in ("arch", "seed", "layer")) for row in trained for end in "ab"]
    entries = list(dict.fromkeys(ends))
    place = {entry: i for i, entry in enumerate(entries)}
    values = np.full((len(entries), len(entries)), np.nan)
    for row, a, b in zip(trained, ends[::2], ends[1::2], strict=True):
        values[place[a], place[b]] = values[place[b], place[a]] = np.nan if row["cka"] is None else row["cka"]
    whole = np.isfinite(values).any(1)
    values[whole, whole] = 1
    return entries, values


def order(entries: list[Entry], values: np.ndarray, failed: set[tuple[str, int]]) -> np.ndarray:
    """Return the order in which the matrix is drawn: average linkage of 1 - CKA, similar entries side by side.

    Entries of failed runs follow, then entries without any value. A single missing value counts as dissimilar.
    """
    empty = ~np.isfinite(values).any(1)
    broken = np.array([entry[:2] in failed for entry in entries], bool) & ~empty
    groups = (np.flatnonzero(~broken & ~empty), np.flatnonzero(broken), np.flatnonzero(empty))
    return np.concatenate([clustered(values, group) for group in groups])


def clustered(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the group in the order of the leaves of its tree."""
    if len(group) < 3:
        return group
    distance = 1 - np.clip(np.nan_to_num(values[np.ix_(group, group)]), 0, 1)
    np.fill_diagonal(distance, 0)
    return group[leaves_list(linkage(squareform(distance, checks=False), "average", optimal_ordering=True))]


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


def cut(name: str, most: int) -> str:
    """Return a name of at most so many letters, with an ellipsis where it was cut."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


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


def names(entries: list[Entry], failed: set[tuple[str, int]]) -> list[tuple[int, int, str]]:
    """Return the first row, last row and name of neighbors that are the same layer of the same architecture."""
    groups = []
    for row, (arch, seed, layer) in enumerate(entries):
        key = (arch, layer, (arch, seed) in failed)
        if groups and groups[-1][2] == key:
            groups[-1][1] = row
            groups[-1][3].append(seed)
        else:
            groups.append([row, row, key, [seed]])
    return [(first, last, name(*key, seeds)) for first, last, key, seeds in groups]


def name(arch: str, layer: str, failed: bool, seeds: list[int]) -> str:
    """Return the label of one layer of one architecture, with its seeds."""
    which_seeds = f"{len(seeds)} seeds"
    if len(seeds) <= MOST_SEEDS:
        which_seeds = ("seed " if len(seeds) == 1 else "seeds ") + ", ".join(map(str, seeds))
    end = f" · {layer} · {which_seeds}" + " (failed)" * failed
    return cut(arch, max(12, LONGEST - len(end))) + end


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
