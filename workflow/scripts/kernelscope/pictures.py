"""A small algebra of pictures: every picture is (h, w, 3) uint8 on white, and every function makes a new one."""

from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

WHITE, BLACK, GREY, RED, GREEN = (255, 255, 255), (20, 20, 20), (110, 110, 110), (190, 20, 30), (0, 110, 60)
NOT_FINITE = (240, 160, 0)
SEPARATOR = (96, 140, 104)  # between tiles: a green is neither in RdBu_r nor in gray


def colours(values: np.ndarray, low: float, high: float, colour_map: str) -> np.ndarray:
    """Numbers (...) as colours (..., 3) uint8: `low` and `high` are the ends of the map, the rest is clipped.

    What is not finite is orange.
    """
    finite, span = np.isfinite(values), high - low
    share = np.where(finite, values, low) - low
    share = share / span if span > 0 else np.full(np.shape(values), 0.5)
    drawn = matplotlib.colormaps[colour_map](np.clip(share, 0, 1), bytes=True)[..., :3]
    return np.where(finite[..., None], drawn, np.uint8(NOT_FINITE))


def signed(values: np.ndarray, limit, colour_map: str) -> np.ndarray:
    """Numbers as colours on -limit..limit, so that zero is always the middle; `limit` may vary along leading axes."""
    finite, limit = np.isfinite(values), np.broadcast_to(limit, np.shape(values))
    share = np.divide(values, limit, out=np.where(finite, 0.0, np.nan), where=finite & (limit > 0))
    return colours(share, -1, 1, colour_map)


def largest(values: np.ndarray, axis=None):
    """The largest finite |value|, over all or over `axis`; 0 where none is finite."""
    return np.max(np.abs(values), axis=axis, initial=0, where=np.isfinite(values))


def enlarged(tile: np.ndarray, factor: int) -> np.ndarray:
    """Every pixel as a square of `factor` pixels, nothing blurred: (..., h, w, 3) -> (..., h factor, w factor, 3)."""
    return tile.repeat(factor, -3).repeat(factor, -2)


def grid(tiles: np.ndarray, separator: int = 1, colour=SEPARATOR) -> np.ndarray:
    """Tiles (rows, cols, h, w, 3) as one picture with lines of `separator` pixels around each."""
    rows, cols, h, w, _ = tiles.shape
    picture = np.empty((rows * (h + separator) + separator, cols * (w + separator) + separator, 3), np.uint8)
    picture[:] = colour
    for row in range(rows):
        for col in range(cols):
            top, left = separator + row * (h + separator), separator + col * (w + separator)
            picture[top : top + h, left : left + w] = tiles[row, col]
    return picture


def blank(height: int, width: int, colour=WHITE) -> np.ndarray:
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = colour
    return picture


def padded(picture: np.ndarray, top: int = 0, right: int = 0, bottom: int = 0, left: int = 0) -> np.ndarray:
    return np.pad(picture, ((top, bottom), (left, right), (0, 0)), constant_values=255)


def above(*pictures: np.ndarray, gap: int = 0, align: float = 0.0) -> np.ndarray:
    """One below the other, `gap` pixels apart; `align` 0 is left, 0.5 centred, 1 right."""
    return beside(*(picture.transpose(1, 0, 2) for picture in pictures), gap=gap, align=align).transpose(1, 0, 2)


def beside(*pictures: np.ndarray, gap: int = 0, align: float = 0.0) -> np.ndarray:
    """Side by side, `gap` pixels apart; `align` 0 is top, 0.5 centred, 1 bottom."""
    height = max(picture.shape[0] for picture in pictures)
    width = sum(picture.shape[1] for picture in pictures) + gap * (len(pictures) - 1)
    whole, left = blank(height, width), 0
    for picture in pictures:
        top = round((height - picture.shape[0]) * align)
        whole[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + gap
    return whole


def flow(*pictures: np.ndarray, width: int, gap: int) -> np.ndarray:
    """Side by side in lines of at most `width` pixels, as words in a text."""
    lines: list[list[np.ndarray]] = [[]]
    for picture in pictures:
        used = sum(p.shape[1] + gap for p in lines[-1])
        if lines[-1] and used + picture.shape[1] > width:
            lines.append([])
        lines[-1].append(picture)
    return above(*(beside(*line, gap=gap) for line in lines), gap=gap // 2)


def text(string: str, size: int = 14, colour=BLACK, bold: bool = False) -> np.ndarray:
    """One line of text, `size` pixels high, as wide as it needs."""
    font = _font(size, bold)
    ascent, descent = font.getmetrics()
    image = Image.new("RGB", (max(1, round(font.getlength(string) + 0.5)), ascent + descent), WHITE)
    ImageDraw.Draw(image).text((0, 0), string, fill=colour, font=font)
    return np.asarray(image)


def centred(picture: np.ndarray, width: int) -> np.ndarray:
    """The picture in the middle of at least `width` pixels."""
    spare = max(0, width - picture.shape[1])
    return padded(picture, left=spare // 2, right=spare - spare // 2)


def middle(picture: np.ndarray, height: int) -> np.ndarray:
    """The picture halfway up at least `height` pixels."""
    return centred(picture.transpose(1, 0, 2), height).transpose(1, 0, 2)


def even(picture: np.ndarray) -> np.ndarray:
    """With even height and width, as the video encoder needs."""
    return padded(picture, bottom=picture.shape[0] % 2, right=picture.shape[1] % 2)


def colour_bar(low: float, high: float, height: int, colour_map: str) -> np.ndarray:
    """A vertical scale with its numbers at top, middle and bottom."""
    height = max(height, 48)
    ramp = np.linspace(high, low, height)[:, None].repeat(12, 1)
    bar = np.pad(colours(ramp, low, high, colour_map)[1:-1, 1:-1], ((1, 1), (1, 1), (0, 0)), constant_values=110)
    labels = [text(number(value), 12, GREY) for value in (high, (low + high) / 2, low)]
    numbers = blank(height, max(label.shape[1] for label in labels))
    for label, top in zip(labels, (0, (height - labels[1].shape[0]) // 2, height - labels[2].shape[0]), strict=True):
        numbers[top : top + label.shape[0], : label.shape[1]] = label
    return beside(bar, numbers, gap=4)


def ramp(colour_map: str, low: str, high: str) -> np.ndarray:
    """A horizontal scale between two words."""
    levels = np.linspace(0, 1, 120)[None].repeat(12, 0)
    bar = np.pad(colours(levels, 0, 1, colour_map), ((1, 1), (1, 1), (0, 0)), constant_values=110)
    return beside(text(low, 12, GREY), bar, text(high, 12, GREY), gap=5, align=0.5)


def number(value: float) -> str:
    """A number as a label: three significant digits, a true minus sign."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}") if value else "0"


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which matplotlib carries, so that every machine draws the same letters."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", name), size)
