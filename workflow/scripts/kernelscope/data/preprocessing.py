"""Bring images to one size: the settings, values inferred for omitted settings, and the conversion itself."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.data import notes, planes
from kernelscope.data.decoding import DecodedImage
from kernelscope.data.folder_content import usual_size
from kernelscope.data.planes import NotAnImageError, Planes
from kernelscope.refusal import refuse

SMALL = 128  # pixels on the longer side of the small copies used for this
LEVELS = 65536
DARKEST, LIGHTEST = 0.001, 0.999  # quantiles of all pixels that become black and white
RESAMPLING = Image.Resampling.BILINEAR


class View(NamedTuple):
    """All settings of the conversion, with the values of the config."""

    image_size: tuple[int, int]  # rows, cols
    resize: str  # fit, crop or stretch
    colors: str  # gray, rgb or channels
    background: str  # white or black, behind transparent pixels and around fitted images
    invert: bool
    normalize: str  # none, image or dataset
    channels: tuple[int | str, ...] | None = None  # names or numbers, where colors is channels

    @property
    def shape(self) -> tuple[int, ...]:
        """Return (rows, cols), or (rows, cols, channels) of an image in color or of several channels."""
        if self.channels is not None:
            return (*self.image_size, len(self.channels))
        return (*self.image_size, 3) if self.colors == "rgb" else self.image_size

    @property
    def scales(self) -> int:
        """Return how many channels have a scale of their own."""
        return len(self.channels or (0,))

    def described(self, names: Iterable[str]) -> str:
        """Return these settings in config syntax."""
        settings = self._asdict() | {"image_size": list(self.image_size)}
        settings["channels"] = f"[{', '.join(map(str, self.channels or ()))}]"
        words = {name: value if name == "channels" else str(value).lower() for name, value in settings.items()}
        return ", ".join(f"{name}: {words[name]}" for name in names if name != "channels" or self.channels)


class Glance(NamedTuple):
    """The size (rows, cols) of an image, and a small copy (h, w, channels and transparency) uint8.

    names : of the channels, if they are not gray, or red, green and blue
    """

    size: tuple[int, int]
    copy: np.ndarray
    names: tuple[int | str, ...] = ()


def glance(image: DecodedImage) -> Glance:
    """Return the size and a small copy of a decoded image."""
    if not isinstance(image.image, Planes):
        return Glance(image.size, np.asarray(small(image.image).convert("RGBA")))
    copies = [np.asarray(small(Image.fromarray(plane))) for plane in image.image.levels]
    return Glance(image.size, np.dstack([*copies, np.full_like(copies[0], 255)]), image.image.names)


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
    names = channel_names(settings, glances)
    background = settings["background"] or ("black" if names else behind(copies))
    opaque = [over(copy, background) for copy in copies]
    is_paper = np.mean([np.mean(copy.mean(-1) > 0.75) for copy in opaque]) > 0.5
    inverted = settings["invert"] if settings["invert"] is not None else bool(is_paper and names is None)
    same_shape = np.ptp(sizes[:, 1] / sizes[:, 0]) < 0.02 and abs(sizes[0, 1] / sizes[0, 0] * size[0] - size[1]) < 1
    return View(
        image_size=size,
        resize=settings["resize"] or ("stretch" if same_shape else "fit" if is_paper else "crop"),
        colors="channels" if names else settings["colors"] or colors_of(opaque),
        background=background,
        invert=inverted,
        normalize=settings["normalize"] or ("dataset" if is_faint(opaque, names is not None) else "none"),
        channels=names,
    )


def channel_names(settings: dict, glances: list[Glance]) -> tuple[int | str, ...] | None:
    """Return the channels of the images; None if they are to be gray, or red, green and blue.

    Raises
    ------
    ValueError
        If images of other channels are to be red, green and blue.
    """
    names = next((glance.names for glance in glances if glance.names), ())
    if settings["colors"] == "rgb" and names and len(names) != 3:
        refuse(
            "colors",
            f"rgb for images of {planes.described(names)}",
            "channels, or gray for the mean of them",
            "`channels: [0, 1, 2]` makes the first three red, green and blue",
        )
    if settings["colors"] == "channels" or (names and settings["colors"] is None):
        return names or tuple(range(glances[0].copy.shape[-1] - 1))
    return None


def colors_of(looks: list[np.ndarray]) -> str:
    """Return whether images are in color: more than a twentieth of them."""
    return "rgb" if np.mean([is_colored(look) for look in looks]) > 0.05 else "gray"


def small(image: Image.Image) -> Image.Image:
    """Return a copy with at most SMALL pixels on a side and 8 bits."""
    share = min(1, SMALL / max(image.size))
    copy = image.resize(tuple(max(1, round(side * share)) for side in image.size), RESAMPLING, reducing_gap=2)
    return Image.fromarray(as_bytes(np.asarray(copy))) if copy.mode == "F" else copy


def as_bytes(levels: np.ndarray) -> np.ndarray:
    """Return levels with white as 1 as uint8."""
    return np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)


def behind(looks: list[np.ndarray]) -> str:
    """Return the background that makes opaque pixels visible, black if most of them are light.

    looks : (h, w, channels and transparency) each
    """
    ink = [look[look[..., -1] > 0.5][:, :-1].mean(1) for look in looks if (look[..., -1] < 0.5).mean() > 0.05]
    ink = np.concatenate(ink) if ink else np.zeros(0)
    return "black" if len(ink) and np.median(ink) > 0.5 else "white"


def over(look: np.ndarray, background: str) -> np.ndarray:
    """Return a copy (h, w, channels and transparency) in front of a background, as (h, w, channels)."""
    alpha = look[..., -1:]
    return look[..., :-1] * alpha + (1 - alpha) * (background == "white")


def is_colored(look: np.ndarray) -> bool:
    """Whether more than a hundredth of the pixels (h, w, 3) have more than a tint of color."""
    return bool((np.ptp(look, axis=-1) > 0.12).mean() > 0.01)


def is_faint(looks: list[np.ndarray], by_channel: bool) -> bool:
    """Whether the images together, or those of any channel, use less than half of the range from black to white."""
    levels = [look.reshape(-1, look.shape[-1]) for look in looks]
    if by_channel:
        count = min(look.shape[1] for look in levels)
        levels = np.concatenate([look[:, :count] for look in levels])
    else:
        levels = np.concatenate([look.mean(1) for look in levels])[:, None]
    low, high = np.quantile(levels, [DARKEST, LIGHTEST], axis=0)
    return bool(((high > low) & (high - low < 0.5)).any())


def framed(image: Image.Image | Planes, view: View) -> np.ndarray:
    """Return an image in the size and colors of a view, not yet inverted or normalized over the dataset.

    Returns
    -------
    (h, w) or (h, w, channels) uint16

    Raises
    ------
    NotAnImageError
        If it has other channels than the view.
    """
    if view.channels is not None or isinstance(image, Planes):
        return of_planes(planes.planes_of(image), view)
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


def of_planes(image: Planes, view: View) -> np.ndarray:
    """Return channels in the size of a view, as `framed` does."""
    if view.channels is not None and image.names != view.channels:
        got, expected = planes.described(image.names), planes.described(view.channels)
        raise NotAnImageError(f"an image with {got} instead of {expected}")
    levels = image.levels.mean(0, keepdims=True) if view.colors == "gray" else image.levels
    if view.colors == "rgb" and len(levels) != 3:
        raise NotAnImageError(f"an image with {planes.described(image.names)} instead of red, green and blue")
    by_one = view._replace(colors="gray", channels=None)
    frames = [framed(Image.fromarray(plane), by_one) for plane in levels]
    return frames[0] if view.colors == "gray" else np.stack(frames, -1)


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


def conversions(image: Image.Image | Planes) -> list[str]:
    """Return what else than size and colors `framed` changes in an image: notes.DEEP, notes.TRANSPARENT."""
    if isinstance(image, Planes):
        return []
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


def counted(image: np.ndarray, scales: int) -> np.ndarray:
    """Return how many pixels of an image (h, w) or (h, w, channels) have each level, (scales, LEVELS)."""
    parts = np.moveaxis(image, -1, 0) if scales > 1 else [image]
    return np.stack([np.bincount(part.ravel(), minlength=LEVELS) for part in parts])


def limits(counts: np.ndarray) -> list[tuple[int, int]]:
    """Return the levels that become black and white on each scale if the dataset is normalized.

    counts : (scales, LEVELS) of its pixels
    """
    share = np.cumsum(counts, 1) / np.maximum(counts.sum(1, keepdims=True), 1)
    return [(int(np.searchsorted(one, DARKEST)), int(np.searchsorted(one, LIGHTEST))) for one in share]


def finished(images: np.ndarray, view: View, ends: list[tuple[int, int]]) -> np.ndarray:
    """Return uint16 images as uint8, normalized over the dataset (`limits`) and inverted as the view says."""
    levels = images.astype(np.float32)
    if view.normalize == "dataset" and len(ends) == 1:
        levels = stretched(images, *ends[0])
    elif view.normalize == "dataset":
        levels = np.stack([stretched(images[..., i], *pair) for i, pair in enumerate(ends)], -1)
    pixels = np.rint(levels / 257).astype(np.uint8)
    return 255 - pixels if view.invert else pixels
