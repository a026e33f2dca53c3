"""A small algebra of figures: drawings of pixels and words, put side by side, and painted or written at the end.

Lengths are in logical pixels. Each use of a figure (styling.py) says how large a logical pixel is, so words stay words
and are sharp at every size.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kernelscope.figures import colormaps

WHITE, BLACK, GRAY, RED, GREEN = (255, 255, 255), (20, 20, 20), (100, 100, 100), (190, 20, 30), (0, 110, 60)
SMALL, TEXT, HEADING, TITLE = 12, 13, 16, 20  # sizes of letters; nothing is smaller
FONTS = [  # DejaVu Sans, which matplotlib includes, so that every machine draws the same letters
    Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf" / name
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
]
BY_CONTEXT = ("R", "AL", "AN")  # letters from right to left, for which glyphs are not enough


class Words(NamedTuple):
    """A line of text in one size and color."""

    string: str
    size: int
    color: tuple[int, int, int]
    bold: bool


class Drawing(NamedTuple):
    """A figure on white: its sides, and at (top, left) each of its parts, pixels (h, w, 3) uint8 or words."""

    height: int
    width: int
    parts: tuple[tuple[int, int, np.ndarray | Words], ...]

    @property
    def words(self) -> list[Words]:
        """Return all words of the figure."""
        return [part for _, _, part in self.parts if isinstance(part, Words)]


def drawing(figure: "np.ndarray | Drawing") -> Drawing:
    """Return pixels (h, w, 3) as a drawing; a drawing stays as it is."""
    return figure if isinstance(figure, Drawing) else Drawing(*figure.shape[:2], ((0, 0, figure),))


def blank(height: int, width: int) -> Drawing:
    """Return an empty drawing."""
    return Drawing(height, width, ())


def placed(figures: list[tuple["np.ndarray | Drawing", int, int]], height: int, width: int) -> Drawing:
    """Return figures, each at its top and left, on white."""
    parts = tuple(
        (top + row, left + col, part) for figure, top, left in figures for row, col, part in drawing(figure).parts
    )
    return Drawing(height, width, parts)


def padded(figure, top: int = 0, right: int = 0, bottom: int = 0, left: int = 0) -> Drawing:
    """Return the figure with white margins."""
    figure = drawing(figure)
    return placed([(figure, top, left)], figure.height + top + bottom, figure.width + left + right)


def above(*figures, gap: int = 0, align: float = 0.0) -> Drawing:
    """Return figures one below the other, `gap` pixels apart; `align` 0 is left, 0.5 centered, 1 right."""
    figures = [drawing(figure) for figure in figures]
    tops, height = _along([figure.height for figure in figures], gap)
    lefts, width = _across([figure.width for figure in figures], align)
    return placed(list(zip(figures, tops, lefts, strict=True)), height, width)


def beside(*figures, gap: int = 0, align: float = 0.0) -> Drawing:
    """Return figures side by side, `gap` pixels apart; `align` 0 is top, 0.5 centered, 1 bottom."""
    figures = [drawing(figure) for figure in figures]
    lefts, width = _along([figure.width for figure in figures], gap)
    tops, height = _across([figure.height for figure in figures], align)
    return placed(list(zip(figures, tops, lefts, strict=True)), height, width)


def _along(sides: list[int], gap: int) -> tuple[list[int], int]:
    """Return where each side begins, one after the other, and where the last side ends."""
    ends = np.cumsum([side + gap for side in sides]).tolist()
    return [end - side - gap for end, side in zip(ends, sides, strict=True)], ends[-1] - gap if ends else 0


def _across(sides: list[int], align: float) -> tuple[list[int], int]:
    """Return where each side begins, aligned within the longest side, and the longest side."""
    longest = max(sides, default=0)
    return [round((longest - side) * align) for side in sides], longest


def flow(*figures, width: int, gap: int) -> Drawing:
    """Return figures side by side in lines of at most `width` pixels, like words in a text."""
    lines: list[list[Drawing]] = [[]]
    for figure in map(drawing, figures):
        used = sum(part.width + gap for part in lines[-1])
        if lines[-1] and used + figure.width > width:
            lines.append([])
        lines[-1].append(figure)
    return above(*(beside(*line, gap=gap, align=0.5) for line in lines), gap=gap // 2)


def in_lines(figures: list, per_line: int, gap: int) -> Drawing:
    """Return figures side by side, `per_line` in each line."""
    return above(*(beside(*figures[i : i + per_line], gap=gap) for i in range(0, len(figures), per_line)), gap=gap)


def centered(figure, width: int) -> Drawing:
    """Return the figure in the middle of at least `width` pixels."""
    spare = max(0, width - drawing(figure).width)
    return padded(figure, left=spare // 2, right=spare - spare // 2)


def middle(figure, height: int) -> Drawing:
    """Return the figure halfway up at least `height` pixels."""
    spare = max(0, height - drawing(figure).height)
    return padded(figure, top=spare // 2, bottom=spare - spare // 2)


@lru_cache(2000)
def text(string: str, size: int = TEXT, color=BLACK, bold: bool = False) -> Drawing:
    """Return one line of text, as wide as it needs."""
    string = spelled(string)
    ascent, descent = font(size, bold).getmetrics()
    width = max(1, int(np.ceil(font(size, bold).getlength(string))))
    return Drawing(ascent + descent, width, ((0, 0, Words(string, size, color, bold)),) if string else ())


def paragraph(
    string: str, width: int, size: int = TEXT, color=BLACK, bold: bool = False, align: float = 0.0
) -> Drawing:
    """Return text in lines of at most `width` pixels; only a word that is longer than a line is shortened."""
    lines = [line for part in spelled(string).split("\n") for line in wrapped(part, width, size, bold)]
    return above(*(text(shortened(line, width, size, bold), size, color, bold) for line in lines), align=align)


def wrapped(string: str, width: int, size: int, bold: bool) -> list[str]:
    """Return the lines of a paragraph."""
    lines, letters = [""], font(size, bold)
    for word in string.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if lines[-1] and letters.getlength(joined) > width:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines


def shortened(string: str, width: int, size: int = TEXT, bold: bool = False) -> str:
    """Return a text that is at most `width` pixels wide, with an ellipsis where it was cut."""
    string, letters = spelled(string), font(size, bold)
    if letters.getlength(string) <= width:
        return string
    while string and letters.getlength(f"{string}…") > width:
        string = string[:-1]
    return f"{string}…"


@cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the font of all figures."""
    return ImageFont.truetype(FONTS[bold], size)


@cache
def letters() -> frozenset[int]:
    """Return the code points that both weights of the font draw."""
    from matplotlib.ft2font import FT2Font

    return frozenset.intersection(*(frozenset(FT2Font(font).get_charmap()) for font in FONTS))


def is_drawn(letter: str) -> bool:
    """Whether the font draws a letter; a line break is no letter."""
    return letter == "\n" or (ord(letter) in letters() and unicodedata.bidirectional(letter) not in BY_CONTEXT)


def spelled(words: str) -> str:
    """Return words with composed accents, and each letter that the font lacks as Python writes it.

    >>> spelled("conv 猫")
    'conv \\\\u732b'
    """
    if words.isascii():
        return words
    return "".join(letter if is_drawn(letter) else ascii(letter)[1:-1] for letter in composed(words))


def composed(words: str) -> str:
    """Return words whose accents are part of their letters where Unicode has such letters (NFC)."""
    return unicodedata.normalize("NFC", words)


def painted(figure, scale: int = 1, with_words: bool = True) -> np.ndarray:
    """Return a drawing as pixels (h, w, 3) uint8, `scale` for each of its own, and its words at that size."""
    figure = drawing(figure)
    pixels = np.full((figure.height * scale, figure.width * scale, 3), 255, np.uint8)
    for top, left, part in figure.parts:
        if not isinstance(part, Words):
            large = enlarged(part, scale)
            pixels[top * scale : top * scale + large.shape[0], left * scale : left * scale + large.shape[1]] = large
    if not with_words:
        return pixels
    image = Image.fromarray(pixels)
    brush = ImageDraw.Draw(image)
    for top, left, part in figure.parts:
        if isinstance(part, Words):
            letters = font(part.size * scale, part.bold)
            brush.text((left * scale, top * scale), part.string, fill=part.color, font=letters)
    return np.asarray(image).copy()


def enlarged(tile: np.ndarray, factor: int) -> np.ndarray:
    """Enlarge pixels to squares of `factor` pixels, not blurred: (..., h, w, 3) -> (..., h factor, w factor, 3)."""
    return tile.repeat(factor, -3).repeat(factor, -2)


def in_rgb(images: np.ndarray, channel_colors: Sequence[str] | None = None) -> np.ndarray:
    """Return images (n, h, w) or (n, h, w, channels) in color, (n, h, w, 3)."""
    return colormaps.composite_images(images, channel_colors)


def weights(limit: float, colormap: str) -> Drawing:
    """Return the color scale of weights from -limit to limit."""
    return ramp(colormap, f"weights −{number(limit)}", number(limit))


def ramp(colormap: str, low: str, high: str) -> Drawing:
    """Return a horizontal scale between two words."""
    return beside(text(low, SMALL, GRAY), bar(colormap, 120), text(high, SMALL, GRAY), gap=5, align=0.5)


def bar(colormap: str, width: int) -> np.ndarray:
    """Return the colors of a color map from left to right, with a thin gray border."""
    pixels = colormaps.colors(np.linspace(0, 1, width)[None].repeat(12, 0), 0, 1, colormap)
    return np.pad(pixels[1:-1, 1:-1], ((1, 1), (1, 1), (0, 0)), constant_values=110)


def number(value: float) -> str:
    """Return a number as a label: three significant digits, and a true minus sign."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}") if value else "0"
