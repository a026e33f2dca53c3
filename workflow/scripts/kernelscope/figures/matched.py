"""The figure of a comparison across seeds: rows are seeds, columns are matched kernels, most alike first."""

from functools import partial
from typing import NamedTuple

import numpy as np

from kernelscope.comparison.pairs import ROTATED
from kernelscope.figures import captions, drawing, kernel_tiles, table
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, above, text
from kernelscope.figures.styling import Look, Use

TILE = {"screen": 75, "slide": 92, "paper": 62}
MOST_SEEDS = {"screen": 12, "slide": 3, "paper": 12}
NO_MATCH = 225


class Seed(NamedTuple):
    """One seed: the trained kernels (out, in, k, k) of each layer, which are alive (out,), and the label of the row."""

    kernels: dict[str, np.ndarray]
    alive: dict[str, np.ndarray]
    label: str


def pages(
    seeds: dict[int, Seed],
    matches: list[dict],
    pairs: list[dict],
    names: dict[tuple[str, int], str],
    limits: dict[int, dict[str, float]],
    look: Look,
) -> dict[str, Drawing]:
    """Return a page per layer, by name.

    matches, pairs: rows of matches.csv and pairs.csv. names: (layer, kernel of the first seed) -> its type. limits:
    seed -> layer -> the end of the color scale of its run.
    """
    drawn, channel_order = {}, {}
    for layer in next(iter(seeds.values())).kernels:
        rows = of_layer(matches, layer)
        shapes = {seed: of_seed.kernels[layer].shape for seed, of_seed in seeds.items()}
        order = columns({seed: shape[0] for seed, shape in shapes.items()}, rows)
        names_of_layer = {kernel: name for (of, kernel), name in names.items() if of == layer}
        limits_of_layer = {seed: of_seed[layer] for seed, of_seed in limits.items()}
        best = similarities(rows, next(iter(seeds)))
        draw = Matched(seeds, layer, channel_order, limits_of_layer, names_of_layer, best, look)
        about = f"{look.title} · {heading(layer, shapes)}", of_layer(pairs, layer)
        drawn[layer] = table.as_large_as_fits(partial(page, draw, order, *about), look)
        channel_order = channels(order, {seed: shape[0] for seed, shape in shapes.items()})
    return drawn


def page(draw: "Matched", order: list, title: str, pairs: list[dict], look: Look) -> Drawing:
    """Return the page of one layer; pairs: rows of pairs.csv."""
    words = [*table.head(title, look.note, look.use.width), *caption(pairs, look.use)]
    strips = draw._replace(look=look).strips(order)
    return table.page([*words, *strips], gap=10 if look.use.height else table.MARGIN)


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


def similarities(rows: list[dict], reference: int) -> dict[int, float]:
    """Return the lowest similarity of each kernel of the first seed to its matches."""
    lowest: dict[int, float] = {}
    for row in compared(rows):
        if row["seed_a"] == reference:
            kernel = row["kernel_a"]
            lowest[kernel] = min(lowest.get(kernel, np.inf), row["similarity"])
    return lowest


class Matched(NamedTuple):
    """What the matched kernels of one layer are drawn from.

    channel_order: for each seed, how the layer before was matched. names: kernel of the first seed -> its type.
    lowest: kernel of the first seed -> its lowest similarity to a match.
    """

    seeds: dict[int, Seed]
    layer: str
    channel_order: dict[int, list[int]]
    limits: dict[int, float]
    names: dict[int, str]
    lowest: dict[int, float]
    look: Look

    @property
    def use(self) -> Use:
        return self.look.use

    def strips(self, order: list[list[int | None]]) -> list[Drawing]:
        """Return the columns in lines, and how many are drawn if these are not all."""
        most, most_seeds = self.use.kernels, MOST_SEEDS[self.use.name]
        words = [f"{most} of {len(order)} columns: the most alike"] * (len(order) > most)
        words += [f"{most_seeds} of {len(self.seeds)} seeds"] * (len(self.seeds) > most_seeds)
        few = [text("; ".join(words), SMALL, GRAY)] if words else []
        return [*few, *table.strips([self.column(kernels) for kernels in order[:most]], self.use.width)]

    def column(self, kernels: list[int | None]) -> dict[str, Drawing]:
        """Return the cells of matched kernels, one of each seed, by the label of their row."""
        width, first = TILE[self.use.name] + 14, kernels[0]
        others = len(kernels) - 1
        matches = 0 if first is None else sum(kernel is not None for kernel in kernels) - 1
        name = self.names.get(first, "") if first is not None else ""
        cells = {"": drawing.paragraph(name, width, SMALL, align=0.5) if name else drawing.blank(1, 1)}
        for number, (seed, kernel) in enumerate(zip(self.seeds, kernels, strict=True)):
            if number >= MOST_SEEDS[self.use.name]:
                break
            pixels = self.tile(seed, kernel)
            if not matches and others:
                pixels = faded(pixels)
            label = "–" if kernel is None else f"kernel {kernel}"
            cells[self.seeds[seed].label] = above(pixels, text(label, SMALL, GRAY), gap=1, align=0.5)
        words = "no match" if first is None else f"{matches} of {others}" * bool(others)
        cells["seeds with a match"] = text(words, SMALL, drawing.BLACK if matches else GRAY)
        similarity = f"{self.lowest[first]:.2f}" if first in self.lowest else "–"
        cells["lowest similarity"] = text(similarity, SMALL, drawing.BLACK if matches else GRAY)
        return cells

    def tile(self, seed: int, index: int | None) -> np.ndarray:
        """Return one kernel on the scale of its run; gray if there is no match."""
        width, of_seed = TILE[self.use.name] - self.use.smaller, self.seeds[seed]
        if index is None:
            return np.full_like(self.tile(seed, 0), NO_MATCH)
        kernel, order = of_seed.kernels[self.layer][index], self.channel_order.get(seed)
        if order is not None and len(order) == len(kernel):
            kernel = kernel[order]
        alive = bool(of_seed.alive[self.layer][index])
        draw = kernel_tiles.tile if self.channel_order else kernel_tiles.of_images  # the first layer sees images
        return draw(kernel, self.limits[seed], width, self.look.colormap, alive)


def faded(image: np.ndarray) -> np.ndarray:
    """Return the tile washed with gray, except for black dashes."""
    washed = (0.35 * image + 0.65 * NO_MATCH).astype(np.uint8)
    return np.where((image == 0).all(-1, keepdims=True), image, washed)


def heading(layer: str, shapes: dict[int, tuple]) -> str:
    """Return the name of a layer with the size of its kernels, from their shape in every seed."""
    counts = [shape[0] for shape in shapes.values()]
    _, channels, k, _ = next(iter(shapes.values()))
    words = f"{layer}: {captions.kernels(counts[0])} of {k}\u00a0x\u00a0{k}"
    if len(set(counts)) > 1:
        words = f"{layer}: kernels of {k}\u00a0x\u00a0{k}; the seeds have {min(counts)} to {max(counts)} kernels"
    return words + f" x {channels} channels (a block is a kernel)" * (channels > 1)


def caption(pairs: list[dict], use: Use) -> list[Drawing]:
    """Return what the pairs of seeds say about a layer, from its rows of pairs.csv."""
    if not pairs:
        return [text("one seed: nothing to compare", color=GRAY)]
    usable = compared(pairs)
    without = len(pairs) - len(usable)
    reasons = " or ".join(sorted({pair["reason"] for pair in pairs if pair["reason"]}))
    lines = [f"{without} of {len(pairs)} pairs of seeds cannot be compared: {reasons}"] if without else []
    return [drawing.paragraph(line, use.width - 2 * table.MARGIN) for line in [*likeness(usable), *lines]]


def likeness(pairs: list[dict]) -> list[str]:
    """Return how alike assigned kernels are and how alike chance makes them, from rows of pairs.csv."""
    if not pairs:
        return []
    similarity, chance = (np.mean([pair[name] for pair in pairs]) for name in ("similarity", "null_mean"))
    matched, most = (sum(pair[name] for pair in pairs) for name in ("matched", "kernels"))
    words = "the same kernels rotated at random" if pairs[0]["null"] == ROTATED else pairs[0]["null"]
    return [
        f"{matched} of {most} pairs of kernels are as alike as kernels of one type",
        f"mean similarity {similarity:.2f}; {words} {chance:.2f} (tests over all seeds: seed_tests.csv)",
    ]
