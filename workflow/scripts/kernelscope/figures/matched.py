"""The figure of a comparison across seeds: rows are seeds, columns are matched kernels, best first."""

from typing import NamedTuple

import numpy as np

from kernelscope.figures import captions, kernel_grid, raster
from kernelscope.figures.raster import above, beside, text

GAP = 14
PER_STRIP = 16
TILE = 75
LEVEL = 0.05


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
        order = columns(list(seeds), len(next(iter(seeds.values())).kernels[layer]), rows)
        parts += caption(
            layer, {seed: of_seed.kernels[layer].shape for seed, of_seed in seeds.items()}, of_layer(pairs, layer)
        )
        parts.append(layer_section(layer, seeds, channel_order, order, rows, colormap))
        by_reference = sorted((kernels for _, kernels in order), key=lambda kernels: kernels[0])
        channel_order = dict(zip(seeds, map(list, zip(*by_reference, strict=True)), strict=True))
    return raster.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def of_layer(rows: list[dict], layer: str) -> list[dict]:
    """Return the rows about one layer."""
    return [row for row in rows if row["layer"] == layer]


def columns(seeds: list[int], kernels: int, rows: list[dict]) -> list[tuple[float, list[int]]]:
    """Return (lowest similarity, kernel of each seed) for each column, best first, all matched to the first seed.

    A kernel is None for a seed that has fewer kernels and none left for this column. The similarity is the lowest over
    the seeds that can be compared with the first seed; it is NaN, and the column last, if there are none.
    """
    reference, others = seeds[0], seeds[1:]
    partner = {(row["seed_b"], row["kernel_a"]): row for row in rows if row["seed_a"] == reference}
    sorted_columns = []
    for kernel in range(kernels):
        mates = [partner.get((seed, kernel)) for seed in others]
        lowest = min((mate["similarity"] for mate in compared(list(filter(None, mates)))), default=np.nan)
        sorted_columns.append((lowest, [kernel, *(mate and mate["kernel_b"] for mate in mates)]))
    return sorted(sorted_columns, key=lambda column: np.inf if np.isnan(column[0]) else -column[0])


def compared(rows: list[dict]) -> list[dict]:
    """Return the rows with numbers; the other rows are about banks that cannot be compared (pairs.undefined)."""
    return [row for row in rows if row["similarity"] is not None]


def layer_section(
    layer: str, seeds: dict[int, Seed], channel_order: dict, order: list, rows: list[dict], colormap: str
) -> np.ndarray:
    """Return one layer, with channels in `channel_order`: for each seed, how the layer before was matched."""
    out, channels, k, _ = next(iter(seeds.values())).kernels[layer].shape
    points = [row["chance_99"] for row in compared(rows)]
    point = float(np.mean(points)) if points else np.nan
    factor = max(2, TILE // (k * int(np.ceil(np.sqrt(channels)))))
    strips = []
    for start in range(0, out, PER_STRIP):
        stacks = []
        for lowest, kernels in order[start : start + PER_STRIP]:
            drawn = [
                tile(seeds[s], layer, i, channel_order.get(s), factor, colormap)
                for s, i in zip(seeds, kernels, strict=True)
            ]
            beyond = lowest > point
            label = text(
                "" if np.isnan(lowest) else f"{lowest:.2f}",
                12,
                raster.GREEN if beyond else raster.GRAY,
                bold=beyond,
            )
            stacks.append(above(*drawn, raster.centered(label, drawn[0].shape[1]), gap=4))
        names = above(*(raster.middle(text(seed.label, 12), drawn[0].shape[0]) for seed in seeds.values()), gap=4)
        strips.append(beside(names, *stacks, gap=5))
    return above(*strips, gap=6)


def tile(
    seed: Seed, layer: str, index: int | None, channel_order: list[int] | None, factor: int, colormap: str
) -> np.ndarray:
    """Return one kernel on its own scale, with a red frame if it is not alive, or white if there is no kernel."""
    if index is None:
        return np.full_like(tile(seed, layer, 0, None, factor, colormap), 255)
    kernel = seed.kernels[layer][index]
    if channel_order is not None and len(channel_order) == len(kernel) and None not in channel_order:
        kernel = kernel[channel_order]
    frame = raster.SEPARATOR if seed.alive[layer][index] else raster.RED
    return kernel_grid.block(kernel, float(raster.largest(kernel)), factor, colormap, frame)


def caption(layer: str, shapes: dict[int, tuple], pairs: list[dict]) -> list[np.ndarray]:
    """Return the heading of a layer, from the shape of its kernels in every seed and its rows of pairs.csv."""
    counts = [shape[0] for shape in shapes.values()]
    _, channels, k, _ = next(iter(shapes.values()))
    heading = f"{layer}: {captions.kernels(counts[0])} of {k} x {k}"
    if len(set(counts)) > 1:
        few = (
            f"; the seeds have {min(counts)} to {max(counts)} kernels, and so many pairs as the smaller has are matched"
        )
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
    """Return how alike matched kernels are and how alike chance makes them, a line for each question."""
    if not pairs:
        return []
    mean = {name: np.mean([pair[name] for pair in pairs]) for name in ("similarity", "chance_mean")}
    if pairs[0]["rotated_mean"] is None:
        words = f"{mean['chance_mean']:.2f} with channels in random order"
        return [f"mean similarity {mean['similarity']:.2f}; {words}, {beyond(pairs, 'p')}"]
    rotated, permuted = (np.mean([pair[name] for pair in pairs]) for name in ("rotated_mean", "permuted_mean"))
    noise = f"noise as smooth reaches {mean['chance_mean']:.2f}"
    return [
        f"alike? mean similarity {mean['similarity']:.2f}; {noise}, the same kernels turned or negated at random "
        f"{rotated:.2f}: {beyond(pairs, 'p')}",
        f"the same one by one? kernels of both seeds, dealt at random to two hands, reach {permuted:.2f}: "
        f"{beyond(pairs, 'p_permuted')}",
    ]


def beyond(pairs: list[dict], column: str) -> str:
    """Return in how many pairs of seeds p is significant, in words."""
    return f"beyond that (p ≤ {LEVEL}) in {sum(pair[column] <= LEVEL for pair in pairs)} of {len(pairs)} pairs of seeds"
