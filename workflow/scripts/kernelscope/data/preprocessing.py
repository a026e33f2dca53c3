"""How pictures become images of one size: the settings, what is found for those left out, and the doing of it."""

from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.data.decoding import Picture

AREA = 80 * 80  # pixels of an image, about, where no size is given
LEAST_SIDE, LARGEST_SIDE = 8, 4096
SAMPLE = 64  # pictures are enough to find what is left out
SMALL = 128  # pixels of the larger side of a picture that is looked at for that
LEVELS = 65536
DARKEST, LIGHTEST = 0.001, 0.999  # shares of the pixels that are darker than black and not darker than white
RESAMPLING = Image.Resampling.BILINEAR


class View(NamedTuple):
    """Every setting that says how a picture becomes an image; all but the size as in the config."""

    image_size: tuple[int, int]  # rows, cols
    resize: str  # fit, crop or stretch
    colours: str  # grey or rgb
    background: str  # white or black, behind what is transparent and beside what is fitted in
    invert: bool
    normalise: str  # none, image or dataset

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self.image_size, 3) if self.colours == "rgb" else self.image_size

    def described(self) -> str:
        """In words that may stand in a config."""
        words = {"image_size": list(self.image_size)} | {name: getattr(self, name) for name in self._fields[1:]}
        return ", ".join(f"{name}: {str(value).lower()}" for name, value in words.items())


class Glance(NamedTuple):
    """A picture at a glance: its rows and cols, and a small copy (h, w, 4) uint8 of colours and opacity."""

    size: tuple[int, int]
    copy: np.ndarray


def glance(picture: Picture) -> Glance:
    return Glance(picture.size, np.asarray(small(picture.image).convert("RGBA")))


def found(settings: dict, glances: list[Glance]) -> View:
    """The settings, and for those that are None what suits these pictures, a sample of at least one."""
    sizes = np.array([glance.size for glance in glances], float)
    size = tuple(settings["image_size"] or usual_size(sizes))
    looks = [glance.copy.astype(np.float32) / 255 for glance in glances]
    background = settings["background"] or behind(looks)
    flat = [over(look, background) for look in looks]
    paper = np.mean([np.mean(look.mean(-1) > 0.75) for look in flat]) > 0.5
    inverted = settings["invert"] if settings["invert"] is not None else bool(paper)
    same = np.ptp(sizes[:, 1] / sizes[:, 0]) < 0.02 and abs(sizes[0, 1] / sizes[0, 0] * size[0] - size[1]) < 1
    return View(
        image_size=size,
        resize=settings["resize"] or ("stretch" if same else "fit" if paper else "crop"),
        colours=settings["colours"] or ("rgb" if np.mean([is_coloured(look) for look in flat]) > 0.05 else "grey"),
        background=background,
        invert=inverted,
        normalise=settings["normalise"] or ("dataset" if is_faint(flat) else "none"),
    )


def usual_size(sizes: np.ndarray) -> tuple[int, int]:
    """Rows and cols of images that have AREA pixels in the proportion of the middle picture, and never more than it."""
    rows, cols = np.median(sizes, axis=0)
    share = min(1, np.sqrt(AREA / (rows * cols)))
    rows, cols = np.clip(np.rint([rows * share, cols * share]), LEAST_SIDE, LARGEST_SIDE)
    return int(rows), int(cols)


def small(picture: Image.Image) -> Image.Image:
    """At most SMALL pixels to a side; 8 bits."""
    share = min(1, SMALL / max(picture.size))
    shown = picture.resize(tuple(max(1, round(side * share)) for side in picture.size), RESAMPLING, reducing_gap=2)
    return Image.fromarray(as_bytes(np.asarray(shown))) if shown.mode == "F" else shown


def as_bytes(levels: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)


def behind(looks: list[np.ndarray]) -> str:
    """The background on which what is not transparent can be seen: black if most of it is light; of looks (h, w, 4)."""
    ink = [look[look[..., 3] > 0.5][:, :3] for look in looks if (look[..., 3] < 0.5).mean() > 0.05]
    ink = np.concatenate(ink) if ink else np.zeros((0, 3))
    return "black" if len(ink) and np.median(ink.mean(1)) > 0.5 else "white"


def over(look: np.ndarray, background: str) -> np.ndarray:
    """(h, w, 3) of (h, w, 4) laid on a background."""
    alpha = look[..., 3:]
    return look[..., :3] * alpha + (1 - alpha) * (background == "white")


def is_coloured(look: np.ndarray) -> bool:
    """Whether more than a hundredth of the pixels (h, w, 3) has a colour that is more than a tint."""
    return bool((np.ptp(look, axis=-1) > 0.12).mean() > 0.01)


def is_faint(looks: list[np.ndarray]) -> bool:
    """Whether all these pictures together use less than half of the range from black to white."""
    levels = np.concatenate([look.mean(-1).ravel() for look in looks])
    low, high = np.quantile(levels, [DARKEST, LIGHTEST])
    return bool(0 < high - low < 0.5)


def framed(picture: Image.Image, view: View) -> np.ndarray:
    """A picture as an image of the view, (h, w) or (h, w, 3) uint16, not yet inverted nor normalised over all."""
    white = view.background == "white"
    image = placed(flat(picture, view.colours, white), view, white)
    if image.mode == "F":
        levels = np.clip(np.asarray(image), 0, 1) * (LEVELS - 1)
    else:
        levels = np.asarray(image.convert("RGB" if view.colours == "rgb" else "L"), np.float32) * 257
    if view.normalise == "image":
        levels = stretched(levels, levels.min(), levels.max())
    if view.colours == "rgb" and levels.ndim == 2:
        levels = np.repeat(levels[..., None], 3, -1)
    return np.rint(levels).astype(np.uint16)


def flat(picture: Image.Image, colours: str, white: bool) -> Image.Image:
    """Without transparency, laid on the background; it is faster to do so before it is resized than after."""
    if not picture.mode.endswith("A"):
        return picture
    mode, alpha = "L" if colours == "grey" or picture.mode == "LA" else "RGB", picture.getchannel("A")
    if alpha.getextrema()[0] == 255:
        return picture.convert(mode)
    canvas = Image.new(mode, picture.size, ground(mode, white))
    if mode == "RGB":
        canvas.paste(picture, mask=picture)
    else:
        canvas.paste(picture.convert(mode), mask=alpha)
    return canvas


def placed(picture: Image.Image, view: View, white: bool) -> Image.Image:
    """The picture in its frame, resized as the view says."""
    rows, cols = view.image_size
    width, height = picture.size
    if view.resize == "fit":
        share = min(rows / height, cols / width)
        inner = max(1, round(width * share)), max(1, round(height * share))
        canvas = Image.new(picture.mode, (cols, rows), ground(picture.mode, white))
        canvas.paste(resized(picture, inner), ((cols - inner[0]) // 2, (rows - inner[1]) // 2))
        return canvas
    if view.resize == "crop":
        share = min(height / rows, width / cols)
        left, top = max(0, (width - cols * share) / 2), max(0, (height - rows * share) / 2)
        right, bottom = min(width, width - left), min(height, height - top)  # within it, whatever was rounded
        return resized(picture, (cols, rows), (left, top, right, bottom))
    return resized(picture, (cols, rows))


def resized(picture: Image.Image, size: tuple[int, int], box=None) -> Image.Image:
    if size == picture.size and box in (None, (0, 0, *size)):
        return picture
    return picture.resize(size, RESAMPLING, box=box, reducing_gap=2)


def ground(mode: str, white: bool):
    """The colour of the background in L, RGB or F."""
    return float(white) if mode == "F" else (255 * white,) * len(mode)


def stretched(levels: np.ndarray, low: float, high: float) -> np.ndarray:
    """Levels (of LEVELS) with low as black and high as white; as they are where these are the same."""
    if not high > low:
        return levels.astype(np.float32)
    return np.clip(
        (levels.astype(np.float32) - np.float32(low)) * np.float32((LEVELS - 1) / (high - low)), 0, LEVELS - 1
    )


def limits(counts: np.ndarray) -> tuple[int, int]:
    """The levels that become black and white where the dataset is normalised; counts (LEVELS,) of its pixels."""
    share = np.cumsum(counts) / max(counts.sum(), 1)
    return int(np.searchsorted(share, DARKEST)), int(np.searchsorted(share, LIGHTEST))


def finished(images: np.ndarray, view: View, low: int, high: int) -> np.ndarray:
    """uint16 images as uint8: normalised, if the view says so, from low to high, and inverted if it says so."""
    levels = stretched(images, low, high) if view.normalise == "dataset" else images.astype(np.float32)
    found = np.rint(levels / 257).astype(np.uint8)
    return 255 - found if view.invert else found
