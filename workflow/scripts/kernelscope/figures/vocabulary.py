"""The figure of a vocabulary: types of kernels down, seeds across, with the most typical kernel of each type first."""

import numpy as np

from kernelscope.figures import captions, colormaps, kernel_grid, raster
from kernelscope.figures.raster import above, beside, text

MARGIN, GAP = 14, 6  # pixels around the figure, and between two kernels
TILE = 64  # smallest side of a kernel
MOST_SEEDS, MOST_TYPES = 12, 24  # columns and rows that are drawn
WORDS = 230  # width of the words beside a type


def sheet(
    vocabulary: list[dict], types: list[dict], banks: dict[int, dict[str, np.ndarray]], title: str, colormap: str
) -> np.ndarray:
    """Return the whole figure as an image (h, w, 3) uint8.

    vocabulary, types: rows of vocabulary.csv and types.csv. banks: seed -> layer -> trained kernels (out, in, k, k).
    """
    parts = [text(title, 20, bold=True)]
    for layer in dict.fromkeys(row["layer"] for row in vocabulary):
        rows = [row for row in vocabulary if row["layer"] == layer]
        if rows[0]["type"] is None:
            parts.append(text(f"{layer}: no types ({rows[0]['reason']})", 13, raster.GRAY))
            continue
        members = [row for row in types if row["layer"] == layer and row["type"] is not None]
        parts += layer_section(rows, members, {seed: bank[layer] for seed, bank in banks.items()}, colormap)
    return raster.padded(above(*parts, gap=MARGIN), MARGIN, MARGIN, MARGIN, MARGIN)


def layer_section(rows: list[dict], members: list[dict], banks: dict, colormap: str) -> list[np.ndarray]:
    """Return the caption and the table of one layer."""
    seeds = sorted({row["seed"] for row in members})
    drawn_seeds, drawn = seeds[:MOST_SEEDS], rows[:MOST_TYPES]
    kernels = np.concatenate([banks[seed] for seed in seeds])
    limit, factor = colormaps.limit(kernels), max(2, -(-TILE // kernel_grid.block_side(kernels[0])))
    draw = lambda seed, kernel: kernel_grid.block(banks[seed][kernel], limit, factor, colormap)  # noqa: E731
    blank = raster.blank(*draw(seeds[0], 0).shape[:2])
    lines = [beside(raster.blank(1, WORDS), *headings(drawn_seeds, blank.shape[1]), gap=GAP)]
    for row in drawn:
        exemplar = draw(row["exemplar_seed"], row["exemplar_kernel"])
        cells = [
            cell(row["type"], seed, [m for m in members if m["seed"] == seed], draw, blank) for seed in drawn_seeds
        ]
        lines.append(beside(words(row, blank.shape[0]), exemplar, raster.blank(1, GAP), *cells, gap=GAP))
    return [*caption(rows, seeds, limit), above(*lines, gap=GAP)]


def cell(number: int, seed: int, members: list[dict], draw, blank: np.ndarray) -> np.ndarray:
    """Return the kernel of a seed that is most like the exemplar of a type, with the number of its kernels of the type.

    members: rows of types.csv of this seed.
    """
    of_type = sorted((m for m in members if m["type"] == number), key=lambda m: -m["similarity"])
    if not of_type:
        dash = raster.centered(text("–", 14, raster.GRAY), blank.shape[1])
        return raster.padded(raster.middle(dash, blank.shape[0]), right=COUNT)
    count = text(f"×{len(of_type)}" if len(of_type) > 1 else "", 12, raster.GRAY)
    return beside(draw(seed, of_type[0]["kernel"]), raster.padded(count, right=max(0, COUNT - count.shape[1])))


COUNT = 20  # width of the number beside a kernel


def headings(seeds: list[int], width: int) -> list[np.ndarray]:
    """Return the words above the columns."""
    names = [raster.centered(text(f"seed {seed}", 12), width) for seed in seeds]
    first = raster.padded(raster.centered(text("typical", 12, bold=True), width), right=2 * GAP)
    return [first, *(raster.padded(name, right=COUNT) for name in names)]


def words(row: dict, height: int) -> np.ndarray:
    """Return what a row says: the type's name, its kernels, and the seeds that have it."""
    name = row["name"] if len(row["name"]) <= 28 else row["name"][:27] + "…"
    counts = f"{captions.kernels(row['kernels'])}, {row['seeds']} of {row['seeds_total']} seeds"
    lines = [text(name, 14, bold=True), text(counts, 12)]
    if row["seeds_permuted"] is not None:
        lines.append(text(f"dealt at random: {row['seeds_permuted']:.1f} seeds", 12, raster.GRAY))
    drawn = raster.middle(above(*lines, gap=2), height)
    return raster.padded(drawn[:, :WORDS], right=max(0, WORDS - drawn.shape[1]))


def caption(rows: list[dict], seeds: list[int], limit: float) -> list[np.ndarray]:
    """Return the heading of a layer and what the reader must know."""
    every = sum(row["seeds"] == row["seeds_total"] for row in rows)
    head = f"{rows[0]['layer']}: {len(rows)} types of kernels; {every} of them in every one of {len(seeds)} seeds"
    note = (
        "a type is found without knowing the seeds; of each seed, the kernel most like the typical one; "
        f"one color scale, ±{limit:.2g}"
    )
    parts = [
        f"{MOST_SEEDS} of {len(seeds)} seeds are drawn" * (len(seeds) > MOST_SEEDS),
        f"{MOST_TYPES} of {len(rows)} types are drawn" * (len(rows) > MOST_TYPES),
    ]
    return [text(head, 16, bold=True), *(text(line, 13, raster.GRAY) for line in [note, *parts] if line)]
