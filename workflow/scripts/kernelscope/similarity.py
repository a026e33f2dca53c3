"""The picture of how alike all conv layers of all runs see the same images: a matrix, alike layers side by side."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from kernelscope.agreement import TRAINED, Entry

MOST_LABELS = 60
MISSING, FAILED = "#c8c8c8", "#c0392b"


def matrix(similarity: list[dict]) -> tuple[list[Entry], np.ndarray]:
    """The entries of the trained rows, and their CKA (n, n): 1 on the diagonal, NaN where a value has no meaning."""
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
    """The order in which the matrix is drawn: average linkage of 1 - CKA, alike entries side by side.

    Last are entries of failed runs, then those without any value; a single missing value counts as unlike.
    """
    empty = ~np.isfinite(values).any(1)
    broken = np.array([entry[:2] in failed for entry in entries], bool) & ~empty
    groups = (np.flatnonzero(~broken & ~empty), np.flatnonzero(broken), np.flatnonzero(empty))
    return np.concatenate([clustered(values, group) for group in groups])


def clustered(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The group in the order of the leaves of its tree."""
    if len(group) < 3:
        return group
    distance = 1 - np.clip(np.nan_to_num(values[np.ix_(group, group)]), 0, 1)
    np.fill_diagonal(distance, 0)
    return group[leaves_list(linkage(squareform(distance, checks=False), "average", optimal_ordering=True))]


def figure(similarity: list[dict], failed: set[tuple[str, int]], title: str) -> Figure:
    """The matrix over all runs, architectures and conv layers; `failed` holds (arch, seed)."""
    entries, values = matrix(similarity)
    page = Figure(figsize=(10.5, 9.5), dpi=120, layout="constrained")
    page.suptitle(title, fontsize=14, fontweight="bold", x=0.01, ha="left")
    if not entries:
        page.text(0.01, 0.9, "fewer than two layers: nothing to compare", fontsize=11, color="#666666")
        return page
    shown = order(entries, values, failed)
    entries, values = [entries[i] for i in shown], values[np.ix_(shown, shown)]
    axes = page.subplots()
    axes.set_facecolor(MISSING)
    picture = axes.imshow(values, vmin=0, vmax=1, cmap="viridis", interpolation="nearest")
    if np.isnan(values).any():
        hatch(axes, np.isnan(values))
    page.colorbar(picture, shrink=0.6, label="linear CKA of the feature maps, debiased (below 0 drawn as 0)")
    name_sides(axes, entries, values, failed)
    return page


def hatch(axes, where: np.ndarray) -> None:
    """Grey hatched cells, named below the matrix."""
    axes.pcolor(
        *np.meshgrid(np.arange(len(where) + 1) - 0.5, np.arange(len(where) + 1) - 0.5),
        np.ma.masked_array(np.zeros(where.shape), ~where),
        **{"hatch": "////", "cmap": ListedColormap([MISSING]), "edgecolor": "#8a8a8a", "linewidth": 0},
    )
    axes.set_xlabel("grey, hatched: no value (not finite, or the same answer to every image)", fontsize=9)


def name_sides(axes, entries: list[Entry], values: np.ndarray, failed: set[tuple[str, int]]) -> None:
    """A label per entry, red where the run failed, and a strip in the colour of its architecture."""
    n, archs = len(entries), list(dict.fromkeys(sorted(entry[0] for entry in entries)))
    step = -(-n // MOST_LABELS)
    at, size = range(0, n, step), min(10, max(5, 420 / n * step))
    words = [f"{arch} · {layer} · seed {seed}" for arch, seed, layer in entries]
    words = [f"{word} (failed)" if entry[:2] in failed else word for word, entry in zip(words, entries, strict=True)]
    axes.set_xticks(list(at), [words[i] for i in at], rotation=90, fontsize=size)
    axes.set_yticks(list(at), [words[i] for i in at], fontsize=size)
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        for i, label in zip(at, labels, strict=True):
            label.set_color(FAILED if entries[i][:2] in failed else "black")
    for i, (arch, _, _) in enumerate(entries):
        axes.axhspan(i - 0.5, i + 0.5, -0.015, -0.004, color=f"C{archs.index(arch) % 10}", linewidth=0, clip_on=False)
    axes.tick_params(axis="y", length=0, pad=12)
    for number, arch in enumerate(archs):
        axes.plot([], [], "s", color=f"C{number % 10}", label=arch)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=9)
    axes.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
