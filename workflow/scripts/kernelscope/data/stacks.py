"""Read what a TIFF has beside one image in gray or in color: pages, and channels that are not red, green and blue.

The axes are those of tifffile: Y, X, C for channels (OME, ImageJ), S for the samples of a pixel, and any others (Z, T,
I, Q) for pages.
"""

import io
import logging
import math
from typing import NamedTuple

import numpy as np
import tifffile
from PIL import Image
from tifffile import COMPRESSION, EXTRASAMPLE, PHOTOMETRIC

from kernelscope.data import planes
from kernelscope.data.planes import Choice, NotAnImageError, Planes
from kernelscope.io.files import DAMAGE

BEGIN = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MOST_BYTES = 2**30  # of the pages that are read
LARGEST_SIDE, MOST_PIXELS = 100_000, 100_000_000
GRAYS = (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.MINISWHITE)
ALPHAS = (EXTRASAMPLE.ASSOCALPHA, EXTRASAMPLE.UNASSALPHA)
INKS = {PHOTOMETRIC.SEPARATED: 4, PHOTOMETRIC.PALETTE: 1, PHOTOMETRIC.MINISBLACK: 1, PHOTOMETRIC.MINISWHITE: 1}
UNPACKED = ("NONE", "ADOBE_DEFLATE", "DEFLATE", "PACKBITS", "LZMA", "ZSTD")  # by tifffile without imagecodecs

logging.getLogger("tifffile").addHandler(logging.NullHandler())  # its warnings have no name of a file
logging.getLogger("tifffile").propagate = False


class Stack(NamedTuple):
    """What a TIFF holds.

    series : the images of tifffile without reduced copies
    axes : of the first series
    pages : how many there are along all axes but Y, X, C and S
    channels : number of channels; 0 if the format says that they are one image in gray or in color
    names : of the channels, as far as the file has any
    numbers : of the pages in the file, as Pillow counts them; only the first if they are not there one by one
    """

    series: list[tifffile.TiffPageSeries]
    axes: str
    pages: int
    channels: int
    names: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """Return what the pages are, as a noun phrase."""
        rows, cols = sides(self.series[0])
        along = f" (axes {self.axes})" * any(axis not in "IQYXSC" for axis in self.axes)
        if self.pages == 1:
            return f"a TIFF of {self.channels} channels of {rows} x {cols} pixels"
        return f"a stack of {self.pages} pages of {rows} x {cols} pixels{along}"


def stack(data: bytes) -> Stack | None:
    """Return what a TIFF holds beside one image; None if there is nothing, or if only Pillow may be able to read it."""
    if not data.startswith(BEGIN):
        return None
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            found = layout(file)
    except DAMAGE:
        return None
    return found if found and (found.pages > 1 or found.channels) else None


def layout(file: tifffile.TiffFile) -> Stack | None:
    """Return what an open TIFF holds; None if there are no images."""
    series = [one for one in file.series if not one.keyframe.is_reduced and {"Y", "X"} <= set(one.axes)]
    if not series:
        return None
    first, axes = series[0], "".join(series[0].axes)
    sizes = dict(zip(axes, series[0].shape, strict=True))
    pages = math.prod(size for axis, size in sizes.items() if axis not in "YXCS")
    channels = sizes.get("C", 1) if sizes.get("C", 1) > 1 else of_samples(first.keyframe)
    if sizes.get("C", 1) > 1 and sizes.get("S", 1) > 1:
        raise NotAnImageError(f"{sizes['C']} channels of {sizes['S']} samples each")
    pages *= len(series)
    numbers = tuple(page.index for one in series for page in one.pages if page is not None)
    return Stack(series, axes, pages, channels, names(file), numbers if len(numbers) == pages else numbers[:1])


def of_samples(page: tifffile.TiffPage) -> int:
    """Return how many channels the samples of a pixel are; 0 if they are gray or color, perhaps with transparency."""
    samples, extra = page.samplesperpixel, page.extrasamples
    colors = samples - len(extra)
    is_usual = colors == INKS.get(page.photometric, 3) and all(kind in ALPHAS for kind in extra) and len(extra) < 2
    return 0 if is_usual else samples


def names(file: tifffile.TiffFile) -> tuple[str, ...]:
    """Return the names of the channels in the metadata of OME, or ()."""
    try:
        image = tifffile.xml2dict(file.ome_metadata)["OME"]["Image"] if file.is_ome else {}
        found = (image[0] if isinstance(image, list) else image)["Pixels"]["Channel"]
        return tuple(str(channel["Name"]) for channel in (found if isinstance(found, list) else [found]))
    except DAMAGE:
        return ()


def sides(series: tifffile.TiffPageSeries) -> tuple[int, int]:
    """Return the rows and cols of the pages of a series."""
    return tuple(series.shape[series.axes.index(axis)] for axis in "YX")


def page_of(found: Stack, choice: Choice) -> int | None:
    """Return the number of the page of Pillow that is the chosen image; None if more than a page is needed.

    Raises
    ------
    NotAnImageError
        If nothing is chosen although there are several pages, or the chosen page does not exist.
    """
    pages = choice.pages
    if found.pages > 1 and pages is None:
        ways = f"{planes.FIRST}, {planes.LARGEST}, {planes.MEAN}, {planes.AS_CHANNELS} or a number from 0"
        raise NotAnImageError(f"{found.words}, for which `pages` has to be set ({ways})")
    number = pages if isinstance(pages, int) else 0
    if number >= found.pages:
        raise NotAnImageError(f"{found.words}, without page {number}")
    is_single = isinstance(pages, int) or pages in (None, planes.FIRST) or found.pages == 1
    is_there = is_single and not found.channels and number < len(found.numbers)
    return found.numbers[number] if is_there else None


def read(data: bytes, choice: Choice) -> tuple[Image.Image | Planes, tuple[int, int]]:
    """Return the chosen image of a TIFF, and its rows and cols.

    Raises
    ------
    NotAnImageError
        If the pages are too many, too large, not in the file, or packed in a way that is not known here.
    """
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        found = layout(file)
        check(found)
        pages = of_series(found, data)  # (pages, channels, h, w)
        page = found.series[0].keyframe
        image = reduced(pages, found, choice)
        rows, cols = image.shape[-2:]
        if not found.channels and choice.pages != planes.AS_CHANNELS and image.shape[0] > 1:
            return in_colors(image, page), (rows, cols)
        if pages.dtype == np.uint8 and len(image) == 1 and page.photometric == PHOTOMETRIC.MINISBLACK:
            return Image.fromarray(np.rint(image[0]).astype(np.uint8)), (rows, cols)
        levels = planes.of_bits(image, bits(page)) if image.dtype == pages.dtype else mean_levels(image, pages, page)
        levels = 1 - levels if page.photometric == PHOTOMETRIC.MINISWHITE else levels
        return planes.simplest(Planes(levels, planes.named(len(levels), found.names))), (rows, cols)


def mean_levels(image: np.ndarray, pages: np.ndarray, page: tifffile.TiffPage) -> np.ndarray:
    """Return the levels of means of pages, with the same white as the pages."""
    if pages.dtype.kind == "u" and bits(page) <= 16:
        return (image / (2 ** bits(page) - 1)).astype(np.float32)
    return planes.unit(image)


def bits(page: tifffile.TiffPage) -> int:
    """Return the bits of a sample."""
    return page.bitspersample if isinstance(page.bitspersample, int) else max(page.bitspersample)


def check(found: Stack) -> None:
    """Raise NotAnImageError for images that are too large, are elsewhere, or cannot be unpacked."""
    first = found.series[0]
    rows, cols = sides(first)
    if rows * cols > MOST_PIXELS or max(rows, cols) > LARGEST_SIDE:
        raise NotAnImageError(f"{found.words}, more than {MOST_PIXELS:,} in all or {LARGEST_SIDE:,} on a side")
    if sum(series.nbytes for series in found.series) > MOST_BYTES:
        raise NotAnImageError(f"{found.words}, more than {MOST_BYTES:,} bytes")
    if any(series.shape != first.shape or series.dtype != first.dtype for series in found.series):
        raise NotAnImageError(f"{found.words} of different sizes, of which only the first can be used")
    if any(page is None for series in found.series for page in series.pages):
        raise NotAnImageError(f"{found.words}, some of which are in other files")


def of_series(found: Stack, data: bytes) -> np.ndarray:
    """Return all pages of a TIFF, (pages, channels, h, w); channels are the samples or axis C."""
    page = found.series[0].keyframe
    if COMPRESSION(page.compression).name not in UNPACKED:
        return by_pillow(found, data)
    arrays = []
    for series in found.series:
        order = [axis for axis in series.axes if axis not in "YXCS"]
        inner = [axis for axis in "CS" if axis in series.axes]
        moved = series.asarray().transpose([series.axes.index(axis) for axis in [*order, *inner, "Y", "X"]])
        arrays.append(moved.reshape(found.pages // len(found.series), -1, *moved.shape[-2:]))
    return np.concatenate(arrays)


def by_pillow(found: Stack, data: bytes) -> np.ndarray:
    """Return all pages of a TIFF that tifffile cannot unpack, (pages, channels, h, w)."""
    page = found.series[0].keyframe
    packed = COMPRESSION(page.compression).name
    if of_samples(page) or "S" in found.axes or any(axis in "C" for axis in found.axes[found.axes.index("Y") :]):
        raise NotAnImageError(f"{found.words} and {page.samplesperpixel} samples, packed by {packed}; save it unpacked")
    image, pages = Image.open(io.BytesIO(data), formats=("TIFF",)), []
    for number in range(found.pages * max(1, found.channels)):
        image.seek(number)
        pages.append(np.asarray(image))
    ahead = [axis for axis in found.axes if axis not in "YX"]
    sizes = [found.series[0].shape[found.axes.index(axis)] for axis in ahead]
    levels = np.stack(pages).reshape(*sizes, *pages[0].shape)
    if "C" in ahead:
        levels = np.moveaxis(levels, ahead.index("C"), -3)
    return levels.reshape(found.pages, max(1, found.channels), *pages[0].shape)


def reduced(pages: np.ndarray, found: Stack, choice: Choice) -> np.ndarray:
    """Return what is chosen of pages (pages, channels, h, w), as (channels, h, w)."""
    if choice.pages == planes.LARGEST:
        return pages.max(0)
    if choice.pages == planes.MEAN and len(pages) > 1:
        return pages.mean(0, dtype=np.float64)
    if choice.pages == planes.AS_CHANNELS and len(pages) > 1:
        if pages.shape[1] > 1:
            raise NotAnImageError(f"{found.words} with {pages.shape[1]} channels, so pages cannot be channels, too")
        return pages[:, 0]
    return pages[choice.pages if isinstance(choice.pages, int) else 0]


def in_colors(image: np.ndarray, page: tifffile.TiffPage) -> Image.Image:
    """Return an image in color (3 or 4, h, w) with 8 bits."""
    if page.photometric != PHOTOMETRIC.RGB and page.photometric not in GRAYS:
        raise NotAnImageError(f"several pages in the colors {page.photometric.name}, of which one has to be chosen")
    levels = image if image.dtype == np.uint8 else np.rint(image * (255 / (2 ** bits(page) - 1)))
    levels = np.clip(levels, 0, 255).astype(np.uint8).transpose(1, 2, 0)
    return Image.fromarray(np.ascontiguousarray(levels))
