"""The channels of an image as planes of levels, and which of its channels and pages are chosen."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.refusal import listed, quoted

WHITE_16 = 65535
MOST = 6  # names in a message
LONGEST = 64  # letters in the name of a channel
FIRST, MEAN, LARGEST, AS_CHANNELS = "first", "mean", "max", "channels"


class NotAnImageError(ValueError):
    """A file holds no image that can be read; the message is a noun phrase that says what it holds."""


class Choice(NamedTuple):
    """What of a file is its image.

    pages : `first`, `mean`, `max`, `channels` or a number from 0: what several pages become; None refuses them
    channels : numbers from 0 or names, in the order of the image; None takes all
    """

    pages: str | int | None = None
    channels: Sequence[int | str] | None = None


WHOLE = Choice()


class Planes(NamedTuple):
    """The channels of an image that are not gray, or red, green and blue by its format.

    levels : (channels, h, w) float32 with white as 1
    names : a name, or the number from 0, of each channel
    """

    levels: np.ndarray
    names: tuple[int | str, ...]


def choice(settings: dict) -> Choice:
    """Return what the definition of a dataset chooses."""
    channels = settings.get("channels")
    return Choice(settings.get("pages"), None if channels is None else tuple(channels))


def named(count: int, names: Sequence[str] = ()) -> tuple[int | str, ...]:
    """Return the names of channels; their numbers if there is not a different name for each."""
    names = tuple(name for name in names if 0 < len(name) <= LONGEST and name.isprintable())
    return names if len(set(names)) == count else tuple(range(count))


def chosen(planes: Planes, wanted: Sequence[int | str]) -> Planes:
    """Return the wanted channels, in this order; NotAnImageError if one of them is missing."""
    numbers = [number_of(name, planes.names) for name in wanted]
    return Planes(planes.levels[numbers], tuple(wanted))


def number_of(wanted: int | str, names: tuple[int | str, ...]) -> int:
    """Return the number of a channel, which is given by number or name."""
    if isinstance(wanted, int) and wanted < len(names):
        return wanted
    if wanted in names and isinstance(wanted, str):
        return names.index(wanted)
    raise NotAnImageError(f"an image with {described(names)}, without {quoted(wanted)}")


def described(names: Sequence[int | str]) -> str:
    """Return how many channels there are, with their names, if they have any."""
    words = "1 channel" if len(names) == 1 else f"{len(names)} channels"
    return words if 0 in names else f"{words} ({listed(map(str, names), most=MOST)})"


def planes_of(image: Image.Image | Planes) -> Planes:
    """Return the channels of an image in any form. What is transparent by its format is no channel."""
    if isinstance(image, Planes):
        return image
    if image.mode == "F":
        return Planes(np.asarray(image)[None], (0,))
    bands = [image.getchannel(name) for name in image.getbands() if name != "A"]
    return Planes(np.stack([np.asarray(band, np.float32) / 255 for band in bands]), tuple(range(len(bands))))


def simplest(planes: Planes) -> Image.Image | Planes:
    """Return a single channel as an image in mode F, and several as they are."""
    return Image.fromarray(planes.levels[0]) if len(planes.levels) == 1 else planes


def unit(numbers: np.ndarray) -> np.ndarray:
    """Return levels of any range as float32 with white as 1.

    White is the first of 1 (floats only), 255 and 65535 that no level exceeds. If there are negative or larger levels,
    the range from the smallest to the largest is used. NotAnImageError if a level is not finite.
    """
    numbers = np.asarray(numbers)
    if not numbers.size:
        raise NotAnImageError("no pixels")
    low, high = float(numbers.min()), float(numbers.max())
    if not np.isfinite([low, high]).all():
        raise NotAnImageError("pixels that are not finite numbers")
    level = white(low, high, numbers.dtype)
    if level is None:
        return ((numbers / 2.0 - low / 2) / max(high / 2 - low / 2, 1e-30)).astype(np.float32)  # halves do not overflow
    return numbers.astype(np.float32) / np.float32(level)


def white(low: float, high: float, dtype: np.dtype) -> int | None:
    """Return which level is white if levels are from `low` to `high`; None if their whole range is used."""
    if low < 0 or high > WHITE_16:
        return None
    return 1 if high <= 1 and dtype.kind == "f" else 255 if high <= 255 else WHITE_16


def of_bits(numbers: np.ndarray, bits: int) -> np.ndarray:
    """Return levels of a file as float32 with white as 1: unsigned numbers of up to 16 bits by their bits."""
    if numbers.dtype.kind == "b":
        return numbers.astype(np.float32)
    if numbers.dtype.kind == "u" and bits <= 16:
        return numbers.astype(np.float32) / np.float32(2**bits - 1)
    return unit(numbers)
