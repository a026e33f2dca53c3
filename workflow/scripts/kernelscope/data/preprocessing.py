"""Bring images to one size: the settings, values inferred for omitted settings, and the conversion itself."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.data import notes
from kernelscope.data.decoding import DecodedImage
from kernelscope.data.folder_content import usual_size

SMALL = 128  # pixels on the longer side of the small copies used for this
LEVELS = 65536
DARKEST, LIGHTEST = 0.001, 0.999  # quantiles of all pixels that become black and white
RESAMPLING = Image.Resampling.BILINEAR


class View(NamedTuple):
    """All settings of the conversion, with the values of the config."""

    image_size: tuple[int, int]  # rows, cols
    resize: str  # fit, crop or stretch
    colors: str  # gray or rgb
    background: str  # white or black, behind transparent pixels and around fitted images
    invert: bool
    normalize: str  # none, image or dataset

    @property
    def shape(self) -> tuple[int, ...]:
        """Return (rows, cols) or (rows, cols, 3) of an image."""
        return (*self.image_size, 3) if self.colors == "rgb" else self.image_size

    def described(self, names: Iterable[str]) -> str:
        """Return these settings in config syntax."""
        settings = self._asdict() | {"image_size": list(self.image_size)}
        return ", ".join(f"{name}: {str(settings[name]).lower()}" for name in names)


class Glance(NamedTuple):
    """The size (rows, cols) of an image, and a small copy (h, w, 4) uint8, RGBA."""

    size: tuple[int, int]
    copy: np.ndarray


def glance(image: DecodedImage) -> Glance:
    """Return the size and a small copy of a decoded image."""
    return Glance(image.size, np.asarray(small(image.image).convert("RGBA")))


def inferred(settings: dict, glances: list[Glance]) -> View:
    """Infer every setting that is None from a sample of the images.

    Parameters
    ----------
    settings : a definition of a dataset
    glances : at least one image
    """
    sizes = np.array([glance.size for glance in glances], float)
    size = tuple(settings["image_size"] or usual_size(sizes.tolist()))
    copies = [glance.copy.astype(np.float32) / 255 for glance in glances]
    background = settings["background"] or behind(copies)
    opaque = [over(copy, background) for copy in copies]
    is_paper = np.mean([np.mean(copy.mean(-1) > 0.75) for copy in opaque]) > 0.5
    inverted = settings["invert"] if settings["invert"] is not None else bool(is_paper)
    same_shape = np.ptp(sizes[:, 1] / sizes[:, 0]) < 0.02 and abs(sizes[0, 1] / sizes[0, 0] * size[0] - size[1]) < 1
    return View(
        image_size=size,
        resize=settings["resize"] or ("stretch" if same_shape else "fit" if is_paper else "crop"),
        colors=settings["colors"] or ("rgb" if np.mean([is_colored(copy) for copy in opaque]) > 0.05 else "gray"),
        background=background,
        invert=inverted,
        normalize=settings["normalize"] or ("dataset" if is_faint(opaque) else "none"),
    )


def small(image: Image.Image) -> Image.Image:
    """Return a copy with at most SMALL pixels on a side and 8 bits."""
    share = min(1, SMALL / max(image.size))
    copy = image.resize(tuple(max(1, round(side * share)) for side in image.size), RESAMPLING, reducing_gap=2)
    return Image.fromarray(as_bytes(np.asarray(copy))) if copy.mode == "F" else copy


def as_bytes(levels: np.ndarray) -> np.ndarray:
    """Return levels with white as 1 as uint8."""
    return np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)


def behind(looks: list[np.ndarray]) -> str:
    """Return the background that makes opaque pixels visible, black if most of them are light; looks (h, w, 4) each."""
    ink = [look[look[..., 3] > 0.5][:, :3] for look in looks if (look[..., 3] < 0.5).mean() > 0.05]
    ink = np.concatenate(ink) if ink else np.zeros((0, 3))
    return "black" if len(ink) and np.median(ink.mean(1)) > 0.5 else "white"


def over(look: np.ndarray, background: str) -> np.ndarray:
    """Return a copy (h, w, 4) in front of a background, as (h, w, 3)."""
    alpha = look[..., 3:]
    return look[..., :3] * alpha + (1 - alpha) * (background == "white")


def is_colored(look: np.ndarray) -> bool:
    """Whether more than a hundredth of the pixels (h, w, 3) have more than a tint of color."""
    return bool((np.ptp(look, axis=-1) > 0.12).mean() > 0.01)


def is_faint(looks: list[np.ndarray]) -> bool:
    """Whether the images together use less than half of the range from black to white."""
    levels = np.concatenate([look.mean(-1).ravel() for look in looks])
    low, high = np.quantile(levels, [DARKEST, LIGHTEST])
    return bool(0 < high - low < 0.5)


def framed(image: Image.Image, view: View) -> np.ndarray:
    """Return an image in the size and colors of a view, not yet inverted or normalized over the dataset.

    Returns
    -------
    (h, w) or (h, w, 3) uint16
    """
    white = view.background == "white"
    image = placed(flat(image, view.colors, white), view, white)
    if image.mode == "F":
        levels = np.clip(np.asarray(image), 0, 1) * (LEVELS - 1)
    else:
        levels = np.asarray(image.convert("RGB" if view.colors == "rgb" else "L"), np.float32) * 257
    if view.normalize == "image":
        levels = stretched(levels, levels.min(), levels.max())
    if view.colors == "rgb" and levels.ndim == 2:
        levels = np.repeat(levels[..., None], 3, -1)
    return np.rint(levels).astype(np.uint16)


def flat(image: Image.Image, colors: str, white: bool) -> Image.Image:
    """Return an image without transparency, in front of the background; this is faster before resizing than after."""
    if not image.mode.endswith("A"):
        return image
    mode = "L" if colors == "gray" or image.mode == "LA" else "RGB"
    if not is_transparent(image):
        return image.convert(mode)
    canvas = Image.new(mode, image.size, ground(mode, white))
    if mode == "RGB":
        canvas.paste(image, mask=image)
    else:
        canvas.paste(image.convert(mode), mask=image.getchannel("A"))
    return canvas


def is_transparent(image: Image.Image) -> bool:
    """Whether an image has pixels that are not opaque."""
    return image.mode.endswith("A") and image.getchannel("A").getextrema()[0] < 255


def conversions(image: Image.Image) -> list[str]:
    """Return what else than size and colors `framed` changes in an image: notes.DEEP, notes.TRANSPARENT."""
    return [notes.DEEP] * (image.mode == "F") + [notes.TRANSPARENT] * is_transparent(image)


def placed(image: Image.Image, view: View, white: bool) -> Image.Image:
    """Return an image fitted, cropped or stretched to the size of the view."""
    rows, cols = view.image_size
    width, height = image.size
    if view.resize == "fit":
        share = min(rows / height, cols / width)
        inner = max(1, round(width * share)), max(1, round(height * share))
        canvas = Image.new(image.mode, (cols, rows), ground(image.mode, white))
        canvas.paste(resized(image, inner), ((cols - inner[0]) // 2, (rows - inner[1]) // 2))
        return canvas
    if view.resize == "crop":
        share = min(height / rows, width / cols)
        left, top = max(0, (width - cols * share) / 2), max(0, (height - rows * share) / 2)
        right, bottom = min(width, width - left), min(height, height - top)  # inside the image despite rounding
        return resized(image, (cols, rows), (left, top, right, bottom))
    return resized(image, (cols, rows))


def resized(image: Image.Image, size: tuple[int, int], box=None) -> Image.Image:
    """Return an image, or the part of it in `box`, at another size (cols, rows)."""
    if size == image.size and box in (None, (0, 0, *size)):
        return image
    return image.resize(size, RESAMPLING, box=box, reducing_gap=2)


def ground(mode: str, white: bool):
    """Return the color of the background in mode L, RGB or F."""
    return float(white) if mode == "F" else (255 * white,) * len(mode)


def stretched(levels: np.ndarray, low: float, high: float) -> np.ndarray:
    """Scale levels (of LEVELS) so that low becomes black and high white; unchanged if both are equal."""
    if not high > low:
        return levels.astype(np.float32)
    return np.clip(
        (levels.astype(np.float32) - np.float32(low)) * np.float32((LEVELS - 1) / (high - low)), 0, LEVELS - 1
    )


def limits(counts: np.ndarray) -> tuple[int, int]:
    """Return the levels that become black and white if the dataset is normalized; counts (LEVELS,) of its pixels."""
    share = np.cumsum(counts) / max(counts.sum(), 1)
    return int(np.searchsorted(share, DARKEST)), int(np.searchsorted(share, LIGHTEST))


def finished(images: np.ndarray, view: View, low: int, high: int) -> np.ndarray:
    """Return uint16 images as uint8, normalized over the dataset (low to high) and inverted as the view says."""
    levels = stretched(images, low, high) if view.normalize == "dataset" else images.astype(np.float32)
    pixels = np.rint(levels / 257).astype(np.uint8)
    return 255 - pixels if view.invert else pixels
