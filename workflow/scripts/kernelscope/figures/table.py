"""A table of figures: a column per kernel, a row per thing that is said about it, in lines as wide as the page."""

from collections.abc import Callable

from kernelscope.figures import drawing
from kernelscope.figures.drawing import Drawing, above, beside
from kernelscope.figures.styling import Look

GAP = 6  # between columns
MARGIN = 14  # around a page, and between its parts
SMALLEST = 48  # kernels of a slide are at most so much smaller than usual
LABELS = 118  # pixels of the words at the left


def page(parts: list, gap: int = MARGIN) -> Drawing:
    """Return the parts of a figure one below the other, with a margin."""
    return drawing.padded(above(*parts, gap=gap), MARGIN, MARGIN, MARGIN, MARGIN)


def as_large_as_fits(compose: Callable[[Look], Drawing], look: Look) -> Drawing:
    """Return `compose(look)`, with kernels as much smaller than usual as the height of a slide requires."""
    drawn = compose(look)
    for smaller in range(4, SMALLEST, 4):
        if drawn.height <= (look.use.height or drawn.height):
            break
        drawn = compose(look._replace(use=look.use._replace(smaller=smaller)))
    return drawn


def sheet(look: Look, words: str, scales: list, lines: list[Drawing], gap: int = 10) -> Drawing:
    """Return a page: its title with these words, the scales and remarks, and the kernels in lines.

    gap: between the parts of a slide.
    """
    scale = drawing.flow(*scales, width=look.use.width - 2 * MARGIN, gap=24)
    title = head(f"{look.title} · {words}", look.note, look.use.width)
    return page([*title, scale, *lines], gap=gap if look.use.height else MARGIN)


def strips(columns: list[dict], width: int, most: int | None = None) -> list[Drawing]:
    """Return columns side by side, in lines of nearly the same length, each with the labels of its rows at the left.

    Parameters
    ----------
    columns : list of dict
        For each kernel, label -> pixels or drawing. All columns have the same labels. "" is a row without one.
    width : int
        Pixels of a line.
    most : int, optional
        The most columns in a line.
    """
    if not columns:
        return []
    columns = [{label: drawing.drawing(cell) for label, cell in column.items()} for column in columns]
    widest = max(cell.width for column in columns for cell in column.values())
    lead = LABELS if any(columns[0]) else 0
    fitting = max(1, (width - 2 * MARGIN - lead) // (widest + GAP))
    lines = -(-len(columns) // min(fitting, most or fitting))
    size = -(-len(columns) // lines)
    return [strip(columns[i : i + size], lead, widest) for i in range(0, len(columns), size)]


def strip(columns: list[dict[str, Drawing]], lead: int, widest: int) -> Drawing:
    """Return columns of one width side by side; a row has one height, and its label is beside the middle of it."""
    rows = []
    for label in columns[0]:
        name = drawing.paragraph(label, lead - GAP, drawing.SMALL, drawing.GRAY) if label else drawing.blank(0, 0)
        height = max(name.height, *(column[label].height for column in columns))
        cells = [
            drawing.centered(drawing.padded(column[label], bottom=height - column[label].height), widest)
            for column in columns
        ]
        first = drawing.padded(drawing.middle(name, height), right=lead - name.width) if lead else drawing.blank(0, 0)
        rows.append(beside(first, *cells, gap=GAP) if lead else beside(*cells, gap=GAP))
    return above(*rows, gap=5)


def heading(words: str) -> Drawing:
    """Return the heading of a part."""
    return drawing.text(words, drawing.HEADING, bold=True)


def head(title: str, note: str, width: int) -> list[Drawing]:
    """Return the title and the first words of a figure, in lines as wide as it."""
    inside = width - 2 * MARGIN
    lines = [drawing.paragraph(title, inside, drawing.TITLE, bold=True)]
    return [*lines, *[drawing.paragraph(note, inside, color=drawing.GRAY)] * bool(note)]
