"""A picture file as a person sees it: its first frame, turned as its EXIF note says; with a bound on its size."""

import io
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")  # what some cameras call .jpg, MPO, is read as JPEG
MOST_PIXELS, LONGEST_SIDE = 100_000_000, 100_000  # Pillow takes minutes for a row of millions of pixels
TURNED, BITS, INK, NUMBERS = 0x0112, 258, 262, 339  # of notes: how the camera was held; of TIFF, what its numbers mean
TURN = {  # by that note
    **{2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM},
    **{5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE},
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = (5, 6, 7, 8)
WHITE_16 = 65535
BEGIN = {  # what files of a kind begin with
    **{b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"II+\0": "TIFF"},
    **{b"MM\0+": "TIFF", b"BM": "BMP", b"GIF8": "GIF"},
}

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
        kind = next((kind for begin, kind in BEGIN.items() if data.startswith(begin)), "")
        words = "is no PNG, JPEG, TIFF, BMP, GIF or WebP picture"
        raise NoPictureError(f"is a {kind} file, but damaged or of a rare kind" if kind else words) from None
    except MemoryError:
        raise NoPictureError("needs more memory than a picture may take") from None
    except Exception as error:  # Pillow raises a dozen kinds for what is not as it should be
        raise NoPictureError(unreadable(error)) from None


def unreadable(error: Exception) -> str:
    """What Pillow says of a damaged picture, in one line that follows the name of the file."""
    words = "".join(letter if letter.isprintable() else " " for letter in str(error))
    return f"cannot be read ({(' '.join(words.split()).removesuffix('.') or type(error).__name__)[:120]})"


def _decoded(data: bytes, least: int) -> Picture:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise NoPictureError(f"has {height} x {width} pixels; allowed: {MOST_PIXELS:,} altogether")
    if max(width, height) > LONGEST_SIDE:
        raise NoPictureError(f"has {height} x {width} pixels; allowed: {LONGEST_SIDE:,} to a side")
    if least and image.format in ("JPEG", "MPO"):
        image.draft(None, (least, least))
    mend_transparency(image)
    image.load()
    turn = note(image)  # of TIFF none is left, as Pillow has turned it
    image = plain(image)
    if turn in TURN:
        image = image.transpose(TURN[turn])
    return Picture(image, (width, height) if turn in ON_ITS_SIDE else (height, width))


def note(image: Image.Image):
    """How the camera was held, as EXIF has it; None where nothing of use is noted."""
    try:
        found = image.getexif().get(TURNED)
    except Exception:  # of a dozen kinds; the picture is there all the same
        return None
    return found if isinstance(found, int) else None


def mend_transparency(image: Image.Image) -> None:
    """The transparent colour of a PNG in the levels that Pillow gives its pixels, not in those of the file."""
    colour, raw = image.info.get("transparency"), image.tile[0][3] if image.tile else None
    if image.format != "PNG" or colour is None:
        return
    if raw in ("L;2", "L;4"):
        image.info["transparency"] = colour * {"L;2": 85, "L;4": 17}[raw]
    elif raw == "RGB;16B":
        image.info["transparency"] = tuple(level >> 8 for level in colour)


def plain(image: Image.Image) -> Image.Image:
    """The same in one of the modes L, LA, RGB, RGBA, F."""
    mode, transparent = image.mode, image.info.get("transparency")
    if mode.startswith("I;16") and transparent is not None:
        opaque = Image.fromarray(np.uint8(255) * (np.asarray(image) != transparent))
        return Image.merge("LA", (Image.fromarray(np.rint(grey(image) * 255).astype(np.uint8)), opaque))
    if mode in ("I", "F") or mode.startswith("I;16"):
        return Image.fromarray(grey(image))
    if transparent is not None and mode in ("1", "L", "RGB", "P"):
        return image.convert("RGBA")
    if mode in ("L", "LA", "RGB", "RGBA"):
        return image
    return image.convert(PLAIN.get(mode, "RGB"))


PLAIN = {"1": "L", "La": "LA", "PA": "RGBA", "RGBa": "RGBA", "P": "RGB"}


def grey(image: Image.Image) -> np.ndarray:
    """Pixels of more than 8 bits (h, w) float32 with white as 1; of a TIFF as its notes say."""
    numbers, notes = np.asarray(image), getattr(image, "tag_v2", {})
    if image.mode.startswith("I;16"):
        bits = notes.get(BITS, (16,))[0]
        found = numbers.astype(np.float32) / np.float32(2**bits - 1)
    else:
        unsigned = image.mode == "I" and notes and notes.get(NUMBERS, (1,))[0] == 1
        found = unit(numbers.view(np.uint32) if unsigned else numbers)
    return 1 - found if notes.get(INK) == 0 else found  # 0: the larger, the darker


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
        return ((numbers / 2.0 - low / 2) / max(high / 2 - low / 2, 1e-30)).astype(np.float32)  # halves: none overflows
    white = 1 if high <= 1 and numbers.dtype.kind == "f" else 255 if high <= 255 else WHITE_16
    return numbers.astype(np.float32) / np.float32(white)
