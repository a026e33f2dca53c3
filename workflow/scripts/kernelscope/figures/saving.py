"""Write figures. Separate from io/array_files.py, so that a new drawing library causes redrawing but no retraining."""

import base64
from collections.abc import Iterable
from html import escape
from io import BytesIO
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image

from kernelscope.figures import styling
from kernelscope.figures.drawing import Drawing, Words, drawing, font, padded, painted, text
from kernelscope.io.files import atomic

WORDS_AS_WORDS = {"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "kernelscope"}
NO_DATE = {"pdf": {"CreationDate": None, "Producer": None, "Creator": None}, "svg": {"Date": None, "Creator": None}}
ABSENT = "{}: not drawn, as a run failed before it had this layer"
FINE = 2  # pixels of a PDF or SVG for each logical one, unless there are more than MOST_FINE logical pixels
MOST_FINE = 5_000_000  # of which matplotlib takes a GB at FINE


def write(
    paths: str | Path | Iterable[str | Path], pages: "dict[str, Drawing | Figure] | Drawing | Figure", use: str
) -> None:
    """Write a figure to all of its files.

    Parameters
    ----------
    paths : path, or several
        FIGURE.png, .svg or .pdf for the first page, FIGURE_PAGE.png or .svg for each other page. A PDF has all pages.
    pages : a drawing or chart, or a dict of them
        Name -> page, as of the layers of a network. A file of another layer says that there is none.
    use : str
        What the figure is made for, a name in styling.USES.
    """
    paths = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    pages = pages if isinstance(pages, dict) else {"": pages}
    stem = min((path.stem for path in paths), key=len)
    names = {path: path.stem.removeprefix(stem).removeprefix("_") for path in paths}
    pages = pages | {name: text(ABSENT.format(name)) for name in names.values() if name and name not in pages}
    fitted = {name: fit(page, styling.USES[use]) for name, page in pages.items()}
    for path, name in names.items():
        page = fitted[name] if name else next(iter(fitted.values()))
        with atomic(path) as temporary, matplotlib.rc_context(WORDS_AS_WORDS):
            if path.suffix == ".pdf":
                write_pdf(temporary, fitted.values(), styling.USES[use])
            elif path.suffix == ".svg":
                write_svg(temporary, page, styling.USES[use])
            else:
                write_png(temporary, page, styling.USES[use])


def fit(page: Drawing | Figure, use: styling.Use) -> Drawing | Figure:
    """Return a page with the sides that its use has: a whole slide, or one or both columns of a paper."""
    if isinstance(page, Figure):
        return styling.fitted(page, use)
    if use.name == "screen":
        return page
    width = use.width
    if use.name == "paper" and page.width <= use.width * styling.COLUMNS[0] / styling.COLUMNS[1]:
        width = int(use.width * styling.COLUMNS[0] / styling.COLUMNS[1])
    return padded(page, right=max(0, width - page.width), bottom=max(0, (use.height or 0) - page.height))


def write_png(path: Path, page: Drawing | Figure, use: styling.Use) -> None:
    """Write a page as PNG, without the version that matplotlib would add."""
    if isinstance(page, Figure):
        page.savefig(path, dpi=use.dpi, metadata={"Software": None})
        return
    image = Image.fromarray(painted(page, use.scale))
    if use.height and (page.height > use.height or page.width > use.width):  # more than a slide holds becomes smaller
        sides = (use.width * use.scale, use.height * use.scale)
        image.thumbnail(sides, Image.Resampling.LANCZOS)
        whole = Image.new("RGB", sides, "white")
        whole.paste(image)
        image = whole
    image.save(path, dpi=(72 * use.scale / use.points,) * 2)


def write_svg(path: Path, page: Drawing | Figure, use: styling.Use) -> None:
    """Write a page as SVG, with words as text."""
    if isinstance(page, Figure):
        page.savefig(path, format="svg", metadata=NO_DATE["svg"])
        return
    stream = BytesIO()
    Image.fromarray(painted(page, fineness(page), with_words=False)).save(stream, "PNG")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page.width * use.points:g}pt" '
        f'height="{page.height * use.points:g}pt" viewBox="0 0 {page.width} {page.height}" '
        'font-family="DejaVu Sans, Verdana, sans-serif">',
        f'<image width="{page.width}" height="{page.height}" style="image-rendering: pixelated" '
        f'href="data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"/>',
    ]
    for x, y, words in baselines(page):
        weight = ' font-weight="bold"' if words.bold else ""
        lines.append(
            f'<text x="{x}" y="{y}" font-size="{words.size}" fill="#{bytes(words.color).hex()}"{weight} '
            f'xml:space="preserve">{escape(words.string)}</text>'
        )
    path.write_text("\n".join([*lines, "</svg>\n"]), encoding="utf-8")


def write_pdf(path: Path, pages: Iterable[Drawing | Figure], use: styling.Use) -> None:
    """Write pages as PDF, with words as text."""
    with PdfPages(path, metadata=NO_DATE["pdf"]) as document:
        for page in pages:
            document.savefig(page if isinstance(page, Figure) else as_chart(page, use))


def as_chart(page: Drawing, use: styling.Use) -> Figure:
    """Return a drawing as a matplotlib figure: its pixels as one image, and its words as text."""
    figure = Figure(figsize=(page.width * use.points / 72, page.height * use.points / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    whole = (0, page.width, page.height, 0)
    axes.imshow(painted(page, fineness(page), with_words=False), interpolation="none", extent=whole, aspect="auto")
    for x, y, words in baselines(page):
        weight, color = "bold" if words.bold else "normal", np.array(words.color) / 255
        style = {"fontsize": words.size * use.points, "color": color, "fontweight": weight, "va": "baseline"}
        axes.text(x, y, words.string, **style, family="DejaVu Sans", parse_math=False)
    return figure


def fineness(page: Drawing) -> int:
    """Return the pixels of a PDF or SVG for each logical pixel of a drawing."""
    return FINE if page.width * page.height <= MOST_FINE else 1


def baselines(page: Drawing) -> list[tuple[int, int, Words]]:
    """Return the words of a drawing, each with its left end and its baseline."""
    return [
        (left, top + font(part.size, part.bold).getmetrics()[0], part)
        for top, left, part in drawing(page).parts
        if isinstance(part, Words)
    ]
