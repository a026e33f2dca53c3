"""The figure of a vocabulary: types of kernels down, seeds across, with the most typical kernel of each type first."""

from functools import partial

import numpy as np

from kernelscope.figures import captions, drawing, kernel_tiles, table
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, above, beside, text
from kernelscope.figures.styling import Look

GAP = 6  # pixels between two kernels
TILE = {"screen": 64, "slide": 62, "paper": 56}
MOST_SEEDS = {"screen": 12, "slide": 6, "paper": 8}
MOST_TYPES = {"screen": 24, "slide": 5, "paper": 16}  # of a layer
MOST_LINES = {"screen": 240, "slide": 1000, "paper": 120}  # types of all layers
MOST_LAYERS = 75
WORDS = {"screen": 300, "slide": 300, "paper": 250}  # width of the words beside a type
COUNT = 22  # width of the number beside a kernel


def sheet(
    vocabulary: list[dict],
    types: list[dict],
    banks: dict[int, dict[str, np.ndarray]],
    limits: dict[int, dict[str, float]],
    look: Look,
) -> Drawing:
    """Return the whole figure.

    vocabulary, types: rows of vocabulary.csv and types.csv. banks: seed -> layer -> trained kernels (out, in, k, k).
    limits: seed -> layer -> the end of the color scale of its run.
    """
    return table.as_large_as_fits(partial(page, vocabulary, types, banks, limits), look)


def page(vocabulary: list[dict], types: list[dict], banks: dict, limits: dict, look: Look) -> Drawing:
    """Return the figure with kernels of the size that a use has."""
    parts, without, layers = [], [], list(dict.fromkeys(row["layer"] for row in vocabulary))
    use, most = look.use, most_types(len(layers), look.use.name)
    first = next(iter(next(iter(banks.values()))), None)  # the layer that sees images
    title = look.title + f" · {MOST_LAYERS} of {len(layers)} layers" * (len(layers) > MOST_LAYERS)
    for layer in layers[:MOST_LAYERS]:
        rows = [row for row in vocabulary if row["layer"] == layer]
        if rows[0]["type"] is None:
            reason = f"{layer}: no types ({rows[0]['reason']})"
            without.append(drawing.paragraph(reason, use.width - 2 * table.MARGIN, drawing.SMALL, GRAY))
            continue
        members = [row for row in types if row["layer"] == layer and row["type"] is not None]
        of_layer = {seed: (bank[layer], limits[seed][layer]) for seed, bank in banks.items()}
        in_color = layer == first and next(iter(banks.values()))[layer].shape[1] == 3
        parts += layer_section(rows, members, of_layer, in_color, look, most)
    return table.page([*table.head(title, "", use.width), *parts, *without], gap=8 if use.height else table.MARGIN)


def most_types(layers: int, use: str) -> int:
    """Return how many types of each of so many layers are drawn at most."""
    return max(1, min(MOST_TYPES[use], MOST_LINES[use] // max(1, layers)))


def layer_section(
    rows: list[dict], members: list[dict], banks: dict, in_color: bool, look: Look, most: int
) -> list[Drawing]:
    """Return the caption and the table of one layer, with `most` types.

    banks: seed -> its kernels and the end of its color scale. in_color: whether they see red, green and blue.
    """
    seeds, use = sorted({row["seed"] for row in members}), look.use
    drawn_seeds, drawn = seeds[: MOST_SEEDS[use.name]], rows[:most]
    width = TILE[use.name] - use.smaller

    drawn_as = kernel_tiles.of_images if in_color else kernel_tiles.tile

    def draw(seed: int, kernel: int) -> np.ndarray:
        bank, limit = banks[seed]
        return drawn_as(bank[kernel], limit, width, look.colormap)

    blank = drawing.blank(*draw(seeds[0], 0).shape[:2])
    lines = [beside(drawing.blank(1, WORDS[use.name]), *headings(drawn_seeds, blank.width), gap=GAP)]
    for row in drawn:
        place = row["exemplar_seed"], row["exemplar_kernel"]
        exemplar = above(draw(*place), text("{}/{}".format(*place), SMALL, GRAY), align=0.5)
        cells = [cell(row["type"], [m for m in members if m["seed"] == seed], draw, blank) for seed in drawn_seeds]
        said = words(row, exemplar.height, WORDS[use.name])
        lines.append(beside(said, exemplar, drawing.blank(1, GAP), *cells, gap=GAP))
    head = caption(rows, seeds, [banks[seed][1] for seed in seeds], in_color, look, most)
    return [*head, above(*lines, gap=4 if use.height else GAP)]


def cell(number: int, members: list[dict], draw, blank: Drawing) -> Drawing:
    """Return the kernel of a seed that is most like the exemplar of a type, and how many kernels of the type it has.

    members: rows of types.csv of this seed.
    """
    of_type = sorted((m for m in members if m["type"] == number), key=lambda m: -m["similarity"])
    if not of_type:
        dash = drawing.centered(text("–", color=GRAY), blank.width)
        return drawing.padded(drawing.middle(dash, blank.height), right=COUNT)
    count = text(f"×{len(of_type)}" if len(of_type) > 1 else "", SMALL, GRAY)
    seed, number = of_type[0]["seed"], of_type[0]["kernel"]
    kernel = above(draw(seed, number), text(str(number), SMALL, GRAY), align=0.5)
    return beside(kernel, drawing.padded(count, right=max(0, COUNT - count.width)))


def headings(seeds: list[int], width: int) -> list[Drawing]:
    """Return the words above the columns."""
    names = [drawing.centered(text(f"seed {seed}", SMALL), width) for seed in seeds]
    first = drawing.padded(drawing.centered(text("typical", SMALL, bold=True), width), right=2 * GAP)
    return [first, *(drawing.padded(name, right=max(0, width + COUNT - name.width)) for name in names)]


def words(row: dict, height: int, width: int) -> Drawing:
    """Return what a row says: the name of the type, its kernels, and the seeds that have it beside chance."""
    counts = f"{captions.kernels(row['kernels'])}, {row['seeds']} of {row['seeds_total']} seeds"
    if row["seeds_permuted"] is not None:
        counts += f"\nkernels permuted: {row['seeds_permuted']:.1f} seeds"
    lines = [
        text(drawing.shortened(row["name"], width - GAP, 14, True), 14, bold=True),
        drawing.paragraph(counts, width - GAP, SMALL),
    ]
    if row["feature"]:
        lines.insert(1, text(drawing.shortened(row["feature"], width - GAP, SMALL), SMALL))
    drawn = drawing.middle(above(*lines, gap=1), height)
    return drawing.padded(drawn, right=max(0, width - drawn.width))


def caption(
    rows: list[dict], seeds: list[int], limits: list[float], in_color: bool, look: Look, most: int
) -> list[Drawing]:
    """Return the heading of a layer and what the reader must know."""
    use = look.use
    every = sum(row["seeds"] == row["seeds_total"] for row in rows)
    most_seeds = MOST_SEEDS[use.name]
    head = f"{rows[0]['layer']}: {len(rows)} types of kernels; {every} of them in every one of {len(seeds)} seeds"
    note = "Types are found without knowing the seeds. Beside the typical kernel: the most similar one of each seed."
    ends = " to ".join(dict.fromkeys(drawing.number(limit) for limit in (min(limits), max(limits))))
    parts = [drawing.ramp(look.colormap, "weights: −limit", f"limit of the run ({ends})")]
    if in_color:
        parts = [text(f"in color: gray is zero; limit of the run ({ends})", SMALL, GRAY)]
    parts.append(text("typical: seed/kernel", SMALL, GRAY))
    parts += [text(f"{most_seeds} of {len(seeds)} seeds", SMALL, GRAY)] * (len(seeds) > most_seeds)
    parts += [text(f"{most} of {len(rows)} types", SMALL, GRAY)] * (len(rows) > most)
    inside = use.width - 2 * table.MARGIN
    scales = drawing.flow(*parts, width=inside, gap=24)
    return [table.heading(head), drawing.paragraph(note, inside, color=GRAY), scales]
