"""A picture file as a person sees it: its first frame, turned as its EXIF note says; with a bound on its size."""

import io
import struct
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")  # what some cameras call .jpg, MPO, is read as JPEG
MOST_PIXELS = 100_000_000
TURNED = 0x0112  # number of the EXIF note that says how the camera was held
WHITE_16 = 65535

Image.MAX_IMAGE_PIXELS = None  # ours is told with the size
Image.init()  # of named formats Pillow does not load the readers itself


class NoPictureError(ValueError):
    """Why a file cannot be read as a picture."""


class Picture(NamedTuple):
    """An image in one of the modes L, LA, RGB, RGBA, and F with white as 1; rows and cols that it has in its file."""

    image: Image.Image
    size: tuple[int, int]


def decoded(data: bytes, least: int = 0) -> Picture:
    """The picture in a file.

    A JPEG may come smaller, yet no side shorter than `least`, which is faster; 0: as large as it is. NoPictureError,
    in words that follow the name of the file.
    """
    if not data:
        raise NoPictureError("is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Pillow mends by itself
            return _decoded(data, least)
    except NoPictureError:
        raise
    except UnidentifiedImageError:
        raise NoPictureError("is no PNG, JPEG, TIFF, BMP, GIF or WebP picture") from None
    except MemoryError:
        raise NoPictureError("needs more memory than a picture may take") from None
    except TimeoutError:
        raise
    except Exception as error:  # Pillow raises a dozen kinds for what is not as it should be
        words = " ".join(str(error).split()).removesuffix(".") or type(error).__name__
        raise NoPictureError(f"cannot be read ({words[:120]})") from None


def _decoded(data: bytes, least: int) -> Picture:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise NoPictureError(f"has {height} x {width} pixels; allowed: {MOST_PIXELS:,} altogether")
    if least and image.format in ("JPEG", "MPO"):
        image.draft(None, (least, least))
    image.load()
    image = plain(upright(image))
    turned = (image.width < image.height) != (width < height)
    return Picture(image, (width, height) if turned else (height, width))


def upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF note says; as it is where the note is none."""
    try:
        turned = image.getexif().get(TURNED, 1) != 1
        return ImageOps.exif_transpose(image) if turned else image
    except (ValueError, TypeError, KeyError, SyntaxError, OSError, struct.error, EOFError, IndexError, AttributeError):
        return image


def plain(image: Image.Image) -> Image.Image:
    """The same in one of the modes L, LA, RGB, RGBA, F."""
    mode = image.mode
    if mode.startswith("I;16"):
        return Image.fromarray(np.asarray(image).astype(np.float32) / np.float32(WHITE_16))
    if mode in ("I", "F"):
        return Image.fromarray(unit(np.asarray(image)))
    if "transparency" in image.info and mode in ("1", "L", "RGB", "P"):
        return image.convert("RGBA")
    if mode in ("L", "LA", "RGB", "RGBA"):
        return image
    return image.convert(PLAIN.get(mode, "RGB"))


PLAIN = {"1": "L", "La": "LA", "PA": "RGBA", "RGBa": "RGBA", "P": "RGB"}


def unit(numbers: np.ndarray) -> np.ndarray:
    """Grey levels of any range as float32 with white as 1: from 0 to the first of 1, 255 and 65535 that none exceeds,
    else from the least to the largest. NoPictureError where one is not finite."""
    numbers = np.asarray(numbers)
    if not numbers.size:
        raise NoPictureError("has no pixels")
    low, high = float(numbers.min()), float(numbers.max())
    if not np.isfinite([low, high]).all():
        raise NoPictureError("has pixels that are no finite numbers")
    if low < 0 or high > WHITE_16:
        return ((numbers - low) / max(high - low, 1e-30)).astype(np.float32)
    white = 1 if high <= 1 and numbers.dtype.kind == "f" else 255 if high <= 255 else WHITE_16
    return numbers.astype(np.float32) / np.float32(white)
