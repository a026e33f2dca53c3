"""The figure of a comparison across seeds: rows are seeds, columns are matched kernels, best first."""

from typing import NamedTuple

import numpy as np

from kernelscope.comparison.pairs import ROTATED
from kernelscope.figures import captions, kernel_grid, raster
from kernelscope.figures.raster import above, beside, text

GAP = 14
PER_STRIP = 16
TILE = 75
NO_MATCH = 225


class Seed(NamedTuple):
    """One seed: the trained kernels (out, in, k, k) of each layer, which are alive (out,), and the label of the row."""

    kernels: dict[str, np.ndarray]
    alive: dict[str, np.ndarray]
    label: str


def sheet(
    seeds: dict[int, Seed], matches: list[dict], pairs: list[dict], title: str, note: str, colormap: str
) -> np.ndarray:
    """Return the whole figure as an image (h, w, 3) uint8; matches and pairs are rows of matches.csv and pairs.csv."""
    parts = [text(title, 20, bold=True), text(note, 13, raster.GRAY)]
    channel_order: dict[int, list[int]] = {}
    for layer in next(iter(seeds.values())).kernels:
        rows = of_layer(matches, layer)
        shapes = {seed: of_seed.kernels[layer].shape for seed, of_seed in seeds.items()}
        order = columns({seed: shape[0] for seed, shape in shapes.items()}, rows)
        parts += caption(layer, shapes, of_layer(pairs, layer))
        parts.append(layer_section(layer, seeds, channel_order, order, colormap))
        channel_order = channels(order, {seed: shape[0] for seed, shape in shapes.items()})
    return raster.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def of_layer(rows: list[dict], layer: str) -> list[dict]:
    """Return the rows about one layer."""
    return [row for row in rows if row["layer"] == layer]


def columns(kernels: dict[int, int], rows: list[dict]) -> list[list[int | None]]:
    """Return the kernel of each seed in every column, all matched to the first seed, most matches first.

    kernels: seed -> number of its kernels. A kernel is None where a seed has no match. Kernels of other seeds that
    match no kernel of the first seed are in the last columns, where the first seed has None.
    """
    reference, *others = kernels
    partner = {(row["seed_b"], row["kernel_a"]): row for row in compared(rows) if row["seed_a"] == reference}
    keyed = []
    for kernel in range(kernels[reference]):
        mates = [partner.get((seed, kernel)) for seed in others]
        found = [mate["similarity"] for mate in mates if mate]
        keyed.append((-len(found), -np.mean(found or [0]), [kernel, *(mate and mate["kernel_b"] for mate in mates)]))
    order = [column for _, _, column in sorted(keyed, key=lambda key: key[:2])]
    used = [{column[i] for column in order} for i in range(len(kernels))]
    rest = [[k for k in range(count) if k not in used[i]] for i, count in enumerate(kernels.values())]
    return order + [[each[i] if i < len(each) else None for each in rest] for i in range(max(map(len, rest)))]


def channels(order: list[list[int | None]], kernels: dict[int, int]) -> dict[int, list[int]]:
    """Return the order of each seed's kernels that corresponds to the numbers of the first seed's kernels.

    Kernels without a match take the free places.
    """
    by_reference = sorted((column for column in order if column[0] is not None), key=lambda column: column[0])
    orders = {}
    for i, (seed, count) in enumerate(kernels.items()):
        matched = [column[i] for column in by_reference]
        rest = iter([kernel for kernel in range(count) if kernel not in matched])
        filled = [next(rest, None) if kernel is None else kernel for kernel in matched]
        orders[seed] = [kernel for kernel in [*filled, *rest] if kernel is not None]
    return orders


def compared(rows: list[dict]) -> list[dict]:
    """Return the rows with numbers; the others are about kernels without a match, or banks that cannot be compared."""
    return [row for row in rows if row["similarity"] is not None]


def layer_section(layer: str, seeds: dict[int, Seed], channel_order: dict, order: list, colormap: str) -> np.ndarray:
    """Return one layer, with channels in `channel_order`: for each seed, how the layer before was matched."""
    _, planes, k, _ = next(iter(seeds.values())).kernels[layer].shape
    factor = max(2, TILE // (k * int(np.ceil(np.sqrt(planes)))))
    strips = []
    for start in range(0, len(order), PER_STRIP):
        stacks = []
        for kernels in order[start : start + PER_STRIP]:
            drawn = [
                tile(seeds[s], layer, i, channel_order.get(s), factor, colormap)
                for s, i in zip(seeds, kernels, strict=True)
            ]
            matches = 0 if kernels[0] is None else sum(kernel is not None for kernel in kernels) - 1
            if not matches and len(kernels) > 1:
                drawn = [faded(each) for each in drawn]
            words = "no match" if kernels[0] is None else f"{matches} of {len(kernels) - 1}" * (len(kernels) > 1)
            label = text(words, 12, raster.BLACK if matches else raster.GRAY)
            stacks.append(above(*drawn, raster.centered(label, drawn[0].shape[1]), gap=4))
        names = above(*(raster.middle(text(seed.label, 12), drawn[0].shape[0]) for seed in seeds.values()), gap=4)
        strips.append(beside(names, *stacks, gap=5))
    return above(*strips, gap=6)


def tile(
    seed: Seed, layer: str, index: int | None, channel_order: list[int] | None, factor: int, colormap: str
) -> np.ndarray:
    """Return one kernel on its own scale, with a red frame if it is not alive, or gray if there is no match."""
    if index is None:
        return np.full_like(tile(seed, layer, 0, None, factor, colormap), NO_MATCH)
    kernel = seed.kernels[layer][index]
    if channel_order is not None and len(channel_order) == len(kernel):
        kernel = kernel[channel_order]
    frame = raster.SEPARATOR if seed.alive[layer][index] else raster.RED
    return kernel_grid.block(kernel, float(raster.largest(kernel)), factor, colormap, frame)


def faded(image: np.ndarray) -> np.ndarray:
    """Return the tile washed with gray, except for a red frame."""
    washed = (0.35 * image + 0.65 * NO_MATCH).astype(np.uint8)
    return np.where((image == raster.RED).all(-1, keepdims=True), image, washed)


def caption(layer: str, shapes: dict[int, tuple], pairs: list[dict]) -> list[np.ndarray]:
    """Return the heading of a layer, from the shape of its kernels in every seed and its rows of pairs.csv."""
    counts = [shape[0] for shape in shapes.values()]
    _, channels, k, _ = next(iter(shapes.values()))
    heading = f"{layer}: {captions.kernels(counts[0])} of {k} x {k}"
    if len(set(counts)) > 1:
        few = f"; the seeds have {min(counts)} to {max(counts)} kernels"
        heading = f"{layer}: kernels of {k} x {k}{few}"
    if channels > 1:
        heading += f" x {channels} channels (a block is a kernel)"
    if not pairs:
        return [text(heading, 16, bold=True), text("one seed: nothing to compare", 13, raster.GRAY)]
    usable = compared(pairs)
    without = len(pairs) - len(usable)
    reasons = " or ".join(sorted({pair["reason"] for pair in pairs if pair["reason"]}))
    lines = [f"{without} of {len(pairs)} pairs of seeds cannot be compared: {reasons}"] if without else []
    return [text(heading, 16, bold=True), *(text(line, 13) for line in [*likeness(usable), *lines])]


def likeness(pairs: list[dict]) -> list[str]:
    """Return how alike assigned kernels are and how alike chance makes them, from rows of pairs.csv."""
    if not pairs:
        return []
    similarity, chance = (np.mean([pair[name] for pair in pairs]) for name in ("similarity", "null_mean"))
    matched, most = (sum(pair[name] for pair in pairs) for name in ("matched", "kernels"))
    words = "the same kernels rotated by lot" if pairs[0]["null"] == ROTATED else pairs[0]["null"]
    return [
        f"{matched} of {most} pairs of kernels are as alike as kernels of one type",
        f"mean similarity {similarity:.2f}; {words} {chance:.2f} (tests over all seeds: seed_tests.csv)",
    ]
