"""A small algebra of figures: every figure is (h, w, 3) uint8 on white, and every function returns a new figure."""

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kernelscope.figures import colormaps

WHITE, BLACK, GRAY, RED, GREEN = (255, 255, 255), (20, 20, 20), (110, 110, 110), (190, 20, 30), (0, 110, 60)
NOT_FINITE = (240, 160, 0)
SEPARATOR = (96, 140, 104)  # between tiles: green is neither in RdBu_r nor in gray


def colors(values: np.ndarray, low: float, high: float, colormap: str) -> np.ndarray:
    """Return numbers (...) as colors (..., 3) uint8, with `low` and `high` the ends of the map; the rest is clipped.

    Values that are not finite are orange.
    """
    finite, span = np.isfinite(values), high - low
    share = np.where(finite, values, low) - low
    share = share / span if span > 0 else np.full(np.shape(values), 0.5)
    drawn = colormaps.table(colormap)[np.clip(share * 256, 0, 255).astype(np.uint8)]
    drawn[~finite] = NOT_FINITE
    return drawn


def signed(values: np.ndarray, limit, colormap: str) -> np.ndarray:
    """Return numbers as colors on -limit..limit, so that zero is the middle; `limit` may vary along leading axes."""
    finite, limit = np.isfinite(values), np.broadcast_to(limit, np.shape(values))
    share = np.divide(values, limit, out=np.where(finite, 0.0, np.nan), where=finite & (limit > 0))
    return colors(share, -1, 1, colormap)


def largest(values: np.ndarray, axis=None):
    """Return the largest finite |value|, over all values or over `axis`; 0 if no value is finite."""
    return np.max(np.abs(values), axis=axis, initial=0, where=np.isfinite(values))


def enlarged(tile: np.ndarray, factor: int) -> np.ndarray:
    """Enlarge pixels to squares of `factor` pixels, not blurred: (..., h, w, 3) -> (..., h factor, w factor, 3)."""
    return tile.repeat(factor, -3).repeat(factor, -2)


def grid(tiles: np.ndarray, separator: int = 1, color=SEPARATOR) -> np.ndarray:
    """Return tiles (rows, cols, h, w, 3) as one figure, with lines of `separator` pixels around each tile."""
    rows, cols, h, w, _ = tiles.shape
    image = blank(rows * (h + separator) + separator, cols * (w + separator) + separator, color)
    for row in range(rows):
        for col in range(cols):
            top, left = separator + row * (h + separator), separator + col * (w + separator)
            image[top : top + h, left : left + w] = tiles[row, col]
    return image


def blank(height: int, width: int, color=WHITE) -> np.ndarray:
    """Return a figure of one color."""
    image = np.empty((height, 3 * width), np.uint8)
    image[:] = np.tile(np.uint8(color), width)
    return image.reshape(height, width, 3)


def padded(image: np.ndarray, top: int = 0, right: int = 0, bottom: int = 0, left: int = 0) -> np.ndarray:
    """Return the figure with white margins, in pixels."""
    height, width = image.shape[:2]
    return placed([(image, top, left)], height + top + bottom, width + left + right)


def placed(images: list[tuple[np.ndarray, int, int]], height: int, width: int) -> np.ndarray:
    """Return figures, each at its top and left, on white."""
    whole = blank(height, width)
    for image, top, left in images:
        whole[top : top + image.shape[0], left : left + image.shape[1]] = image
    return whole


def above(*images: np.ndarray, gap: int = 0, align: float = 0.0) -> np.ndarray:
    """Return figures one below the other, `gap` pixels apart; `align` 0 is left, 0.5 centered, 1 right."""
    tops, height = _along([image.shape[0] for image in images], gap)
    lefts, width = _across([image.shape[1] for image in images], align)
    return placed(list(zip(images, tops, lefts, strict=True)), height, width)


def beside(*images: np.ndarray, gap: int = 0, align: float = 0.0) -> np.ndarray:
    """Return figures side by side, `gap` pixels apart; `align` 0 is top, 0.5 centered, 1 bottom."""
    lefts, width = _along([image.shape[1] for image in images], gap)
    tops, height = _across([image.shape[0] for image in images], align)
    return placed(list(zip(images, tops, lefts, strict=True)), height, width)


def _along(sides: list[int], gap: int) -> tuple[list[int], int]:
    """Return where each side begins, one after the other, and where the last side ends."""
    ends = np.cumsum([side + gap for side in sides]).tolist()
    return [end - side - gap for end, side in zip(ends, sides, strict=True)], ends[-1] - gap


def _across(sides: list[int], align: float) -> tuple[list[int], int]:
    """Return where each side begins, aligned within the longest side, and the longest side."""
    largest = max(sides)
    return [round((largest - side) * align) for side in sides], largest


def flow(*images: np.ndarray, width: int, gap: int) -> np.ndarray:
    """Return figures side by side in lines of at most `width` pixels, like words in a text."""
    lines: list[list[np.ndarray]] = [[]]
    for image in images:
        used = sum(p.shape[1] + gap for p in lines[-1])
        if lines[-1] and used + image.shape[1] > width:
            lines.append([])
        lines[-1].append(image)
    return above(*(beside(*line, gap=gap) for line in lines), gap=gap // 2)


@lru_cache(1000)
def text(string: str, size: int = 14, color=BLACK, bold: bool = False) -> np.ndarray:
    """Return one line of text, `size` pixels high and as wide as it needs, read-only."""
    font = _font(size, bold)
    ascent, descent = font.getmetrics()
    image = Image.new("RGB", (max(1, round(font.getlength(string) + 0.5)), ascent + descent), WHITE)
    ImageDraw.Draw(image).text((0, 0), string, fill=color, font=font)
    return np.asarray(image)


def centered(image: np.ndarray, width: int) -> np.ndarray:
    """Return the figure in the middle of at least `width` pixels."""
    spare = max(0, width - image.shape[1])
    return padded(image, left=spare // 2, right=spare - spare // 2)


def middle(image: np.ndarray, height: int) -> np.ndarray:
    """Return the figure halfway up at least `height` pixels."""
    return centered(image.transpose(1, 0, 2), height).transpose(1, 0, 2)


def even(image: np.ndarray) -> np.ndarray:
    """Return the figure with even height and width, as the video encoder needs."""
    return padded(image, bottom=image.shape[0] % 2, right=image.shape[1] % 2)


def color_bar(low: float, high: float, height: int, colormap: str) -> np.ndarray:
    """Return a vertical scale with its numbers at top, middle and bottom."""
    height = max(height, 48)
    ramp = np.linspace(high, low, height)[:, None].repeat(12, 1)
    bar = np.pad(colors(ramp, low, high, colormap)[1:-1, 1:-1], ((1, 1), (1, 1), (0, 0)), constant_values=110)
    labels = [text(number(value), 12, GRAY) for value in (high, (low + high) / 2, low)]
    numbers = blank(height, max(label.shape[1] for label in labels))
    for label, top in zip(labels, (0, (height - labels[1].shape[0]) // 2, height - labels[2].shape[0]), strict=True):
        numbers[top : top + label.shape[0], : label.shape[1]] = label
    return beside(bar, numbers, gap=4)


def ramp(colormap: str, low: str, high: str) -> np.ndarray:
    """Return a horizontal scale between two words."""
    levels = np.linspace(0, 1, 120)[None].repeat(12, 0)
    bar = np.pad(colors(levels, 0, 1, colormap), ((1, 1), (1, 1), (0, 0)), constant_values=110)
    return beside(text(low, 12, GRAY), bar, text(high, 12, GRAY), gap=5, align=0.5)


def number(value: float) -> str:
    """Return a number as a label: three significant digits, and a true minus sign."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}") if value else "0"


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which matplotlib includes, so that every machine draws the same letters."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf" / name, size)
