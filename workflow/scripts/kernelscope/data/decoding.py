"""Decode an image file as a viewer shows it: the first frame, rotated as EXIF says. The size is limited."""

import io
import re
import warnings
from typing import NamedTuple

import numpy as np
import tifffile
from PIL import Image, UnidentifiedImageError

from kernelscope.data import npy_image, planes, stacks
from kernelscope.data.planes import WHOLE, Choice, NotAnImageError, Planes, unit
from kernelscope.io.files import DAMAGE

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")  # JPEG includes MPO, which some cameras call .jpg
MOST_PIXELS, LONGEST_SIDE = 100_000_000, 100_000  # Pillow takes minutes for a row of millions of pixels
# Tags of EXIF (Orientation) and TIFF (BitsPerSample, PhotometricInterpretation, SampleFormat, NewSubfileType,
# Compression, ImageDescription, PlanarConfiguration).
TURNED, BITS, INK, NUMBERS = 0x0112, 258, 262, 339
SUBFILE, COMPRESSION, DESCRIPTION, PLANES = 254, 259, 270, 284
RAW, SEPARATE = 1, 2  # no compression; a plane for each color
TURN = {  # orientation -> how to set the image upright
    **{2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM},
    **{5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE},
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = (5, 6, 7, 8)  # orientations that exchange rows and cols
BEGIN = {  # first bytes of a file -> its format
    **{b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"II+\0": "TIFF"},
    **{b"MM\0+": "TIFF", b"BM": "BMP", b"GIF8": "GIF"},
}

Image.MAX_IMAGE_PIXELS = None  # MOST_PIXELS applies instead, with the size in the message
Image.init()  # Pillow does not load the readers of FORMATS by itself


class DecodedImage(NamedTuple):
    """A decoded image.

    image : in mode L, LA, RGB or RGBA, or in mode F with white as 1; or its channels
    size : rows and cols in the file, of the upright image
    pages : images in the file: pages of a TIFF, frames of an animation
    left_out : channels of the file that were not chosen, or are transparency beside chosen ones
    """

    image: Image.Image | Planes
    size: tuple[int, int]
    pages: int = 1
    left_out: int = 0


def decoded(data: bytes, least: int = 0, choice: Choice = WHOLE) -> DecodedImage:
    """Return the image in a file.

    Parameters
    ----------
    data : content of the file
    least : a JPEG may be decoded at a smaller size, which is faster, but with no side shorter than this; 0: full size
    choice : which of its pages and channels

    Raises
    ------
    NotAnImageError
        If the file holds no image that can be read.
    """
    if not data:
        raise NotAnImageError("an empty file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about defects that Pillow repairs
            return of_channels(_decoded(data, least, choice), choice)
    except NotAnImageError:
        raise
    except UnidentifiedImageError:
        kind = next((kind for begin, kind in BEGIN.items() if data.startswith(begin)), "")
        foreign = "no PNG, JPEG, TIFF, BMP, GIF or WebP image"
        damaged = f"a {kind} file that is damaged or of an unsupported kind"
        raise NotAnImageError(damaged if kind else foreign) from None
    except MemoryError:
        raise NotAnImageError("an image that needs too much memory") from None
    except DAMAGE as error:
        raise NotAnImageError(unreadable(error)) from None


def unreadable(error: Exception) -> str:
    """Return a noun phrase with Pillow's message about a damaged image, on one line."""
    words = "".join(letter if letter.isprintable() else " " for letter in str(error))
    reason = " ".join(words.split()).removesuffix(".") or type(error).__name__
    return f"a file that cannot be read ({reason[:120]})"


def of_channels(image: DecodedImage, choice: Choice) -> DecodedImage:
    """Return an image of the chosen channels only."""
    if choice.channels is None:
        return image
    count = len(image.image.levels if isinstance(image.image, Planes) else image.image.getbands())
    few = planes.chosen(planes.planes_of(image.image), choice.channels)
    return image._replace(image=planes.simplest(few), left_out=count - len(set(choice.channels)))


def _decoded(data: bytes, least: int, choice: Choice) -> DecodedImage:
    """Return the image in a file, with all of its channels; Pillow's errors pass through."""
    if data.startswith(npy_image.BEGIN):
        return DecodedImage(*npy_image.read(data))
    if found := stacks.stack(data):
        number = stacks.page_of(found, choice)
        if number is None:
            return DecodedImage(*stacks.read(data, choice), found.pages)
        return by_pillow(data, least, number)._replace(pages=found.pages)
    image = by_pillow(data, least, choice.pages if isinstance(choice.pages, int) else 0)
    if image.pages > 1 and choice.pages in (planes.MEAN, planes.LARGEST, planes.AS_CHANNELS):
        raise NotAnImageError(f"an animation of {image.pages} frames, of which `pages` has to choose one by its number")
    return image


def by_pillow(data: bytes, least: int, number: int = 0) -> DecodedImage:
    """Return the image in a file, or the page of a TIFF with this number."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise NotAnImageError(f"{height} x {width} pixels, more than {MOST_PIXELS:,} in all")
    if max(width, height) > LONGEST_SIDE:
        raise NotAnImageError(f"{height} x {width} pixels, more than {LONGEST_SIDE:,} on a side")
    if least and image.format in ("JPEG", "MPO"):
        image.draft(None, (least, least))
    mend_transparency(image)
    count = pages(image)
    if number:
        to_page(image, number, count)
    if is_planar(image):
        image = planar(data, image.tag_v2.get(TURNED))
        return DecodedImage(image, image.size[::-1], count)
    image.load()
    orientation = note(image)  # None for TIFF, which Pillow has rotated already
    image = plain(image)
    if orientation in TURN:
        image = image.transpose(TURN[orientation])
    return DecodedImage(image, (width, height) if orientation in ON_ITS_SIDE else (height, width), count)


def to_page(image: Image.Image, number: int, count: int) -> None:
    """Go to the page of an image with this number; NotAnImageError if it does not exist."""
    try:
        image.seek(number)
    except EOFError:
        raise NotAnImageError(f"{count} pages or frames, without page {number}") from None


def note(image: Image.Image):
    """Return the orientation in EXIF; None if it is missing or unusable."""
    try:
        orientation = image.getexif().get(TURNED)
    except DAMAGE:  # none of them affects the image itself
        return None
    return orientation if isinstance(orientation, int) else None


def pages(image: Image.Image) -> int:
    """Return how many images a file holds: pages of a TIFF without reduced copies, or frames of an animation."""
    if image.format == "MPO":  # the others are previews
        return 1
    try:
        count = getattr(image, "n_frames", 1)
        if image.format != "TIFF":
            return count
        return max(full_pages(image, count), stacked(image.tag_v2.get(DESCRIPTION)))
    except DAMAGE:  # of a later page
        return 1
    finally:
        image.seek(0)


def full_pages(image: Image.Image, count: int) -> int:
    """Return how many of the `count` pages of a TIFF are no reduced copies of others."""
    reduced = 0
    for number in range(1, count):
        image.seek(number)
        reduced += image.tag_v2.get(SUBFILE, 0) & 1
    return count - reduced


def stacked(description) -> int:
    """Return how many images follow each other without pages, as ImageJ writes large stacks; 1 if there is no word."""
    found = re.match(r"ImageJ=.*?\bimages=(\d{1,9})\b", str(description), re.DOTALL)
    return int(found[1]) if found else 1


def is_planar(image: Image.Image) -> bool:
    """Whether the colors of a TIFF follow each other plane by plane in a form that Pillow reads as stripes."""
    tags = getattr(image, "tag_v2", {})
    deep = max(tags.get(BITS, (8,))) > 8
    return tags.get(PLANES) == SEPARATE and deep and tags.get(COMPRESSION, RAW) == RAW


def planar(data: bytes, orientation) -> Image.Image:
    """Return the upright image of a TIFF with one plane for each color, at 8 bits as Pillow returns deep colors."""
    levels = tifffile.imread(io.BytesIO(data), key=0)  # (channels, h, w)
    if levels.dtype != np.uint16 or levels.ndim != 3 or len(levels) not in (3, 4):
        raise NotAnImageError(f"a TIFF of {levels.dtype} planes of shape {levels.shape}")
    image = Image.fromarray(np.ascontiguousarray((levels >> 8).astype(np.uint8).transpose(1, 2, 0)))
    return image.transpose(TURN[orientation]) if orientation in TURN else image


def mend_transparency(image: Image.Image) -> None:
    """Convert the transparent color of a PNG from the levels in the file to the levels of Pillow's pixels."""
    color, raw = image.info.get("transparency"), image.tile[0][3] if image.tile else None
    if image.format != "PNG" or color is None:
        return
    if raw in ("L;2", "L;4"):
        image.info["transparency"] = color * {"L;2": 85, "L;4": 17}[raw]
    elif raw == "RGB;16B":
        image.info["transparency"] = tuple(level >> 8 for level in color)


def plain(image: Image.Image) -> Image.Image:
    """Return the image in mode L, LA, RGB, RGBA or F."""
    mode, transparent = image.mode, image.info.get("transparency")
    if mode.startswith("I;16") and transparent is not None:
        opaque = Image.fromarray(np.uint8(255) * (np.asarray(image) != transparent))
        return Image.merge("LA", (Image.fromarray(np.rint(gray(image) * 255).astype(np.uint8)), opaque))
    if mode in ("I", "F") or mode.startswith("I;16"):
        return Image.fromarray(gray(image))
    if transparent is not None and mode in ("1", "L", "RGB", "P"):
        return image.convert("RGBA")
    if mode in ("L", "LA", "RGB", "RGBA"):
        return image
    return image.convert(PLAIN.get(mode, "RGB"))


PLAIN = {"1": "L", "La": "LA", "PA": "RGBA", "RGBa": "RGBA", "P": "RGB"}


def gray(image: Image.Image) -> np.ndarray:
    """Return gray levels of more than 8 bits, (h, w) float32 with white as 1; the tags of a TIFF are respected."""
    numbers, tags = np.asarray(image), getattr(image, "tag_v2", {})
    if image.mode.startswith("I;16"):
        bits = tags.get(BITS, (16,))[0]
        levels = numbers.astype(np.float32) / np.float32(2**bits - 1)
    else:
        unsigned = image.mode == "I" and tags and tags.get(NUMBERS, (1,))[0] == 1
        levels = unit(numbers.view(np.uint32) if unsigned else numbers)
    return 1 - levels if tags.get(INK) == 0 else levels  # 0: larger numbers are darker
