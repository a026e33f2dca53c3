"""Read large images: photographs of other packages, and files, reduced to a largest side and in 8 bits."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.crops.regions import size_at
from kernelscope.data import folder_source, photo_source, planes, preprocessing
from kernelscope.data.builder import Job
from kernelscope.data.decoding import decoded
from kernelscope.data.decoding_pool import readings
from kernelscope.data.folder_content import Skipped
from kernelscope.data.folder_listing import Entry
from kernelscope.data.planes import Choice
from kernelscope.data.preprocessing import Glance, View
from kernelscope.refusal import refuse

RESAMPLING = Image.Resampling.LANCZOS
EVERY = 100  # images from one line of progress to the next


class Large(NamedTuple):
    """A large image.

    size : rows and cols in its file
    pixels : (h, w) or (h, w, channels) uint8
    conversions : as from preprocessing.conversions
    """

    size: tuple[int, int]
    pixels: np.ndarray
    conversions: list[str]


def view_of(settings: dict, glances: list[Glance]) -> View:
    """Return the settings of the conversion; null ones are inferred from glances. No image is ever inverted.

    Levels are normalized image by image or not at all, as large images are read one by one.
    """
    if not glances:
        return View((1, 1), "stretch", settings["colors"] or "rgb", "white", False, settings["normalize"] or "none")
    view = preprocessing.inferred(settings | {"resize": "stretch", "invert": False}, glances)
    if settings["photos"] and view.channels is not None:
        refuse("photos", "photographs beside images of other channels", "images of one kind", "`photos: []`")
    return view._replace(normalize="image") if view.normalize == "dataset" else view


def large_images(
    entries: list[Entry], settings: dict, view: View, skipped: Skipped, shas: dict[str, str], job: Job
) -> Iterator[tuple[Entry, Large]]:
    """Yield the large images in order, without those that are skipped, and fill `shas` with the SHA-256 of each file.

    Parameters
    ----------
    entries : as from listing.described
    settings : a definition of `source: crops`
    view : settings of the conversion
    skipped : the files that are left out
    shas : to fill, by path below the folder
    job : processes and progress
    """
    photos = [entry for entry in entries if entry.file in settings["photos"]]
    for entry in photos:
        yield entry, bundled(entry.file, view, settings["largest_side"])
    others = entries[len(photos) :]
    paths = [Path(settings["folder"] or "", entry.file) for entry in others]
    make = partial(of_file, view=view, choice=planes.choice(settings), largest=settings["largest_side"])
    read = readings(paths, make, job.processes, 3 * settings["largest_side"] ** 2)
    for number, (entry, path, reading) in enumerate(zip(others, paths, read, strict=True), 1):
        shas[entry.file] = reading.sha256 or folder_source.sha_of(path)
        if reading.made is None:
            skipped.add(entry.file, reading.why)
        else:
            yield entry, reading.made
        if number % EVERY == 0:
            job.tell(f"{number} of {len(others)} images")


def bundled(name: str, view: View, largest: int) -> Large:
    """Return a photograph of scikit-image or scikit-learn."""
    image = Image.fromarray(photo_source.in_colors(photo_source.photo(name), view.colors))
    return Large(image.size[::-1], pixels_of(image, view, largest), [])


def of_file(data: bytes, view: View, choice: Choice, largest: int) -> Large:
    """Return the image in a file with this content."""
    image = decoded(data, largest, choice)
    return Large(image.size, pixels_of(image.image, view, largest), preprocessing.conversions(image.image))


def pixels_of(image: Image.Image | planes.Planes, view: View, largest: int) -> np.ndarray:
    """Return an image in the colors of a view, with at most `largest` pixels on a side; smaller ones keep their size.

    Returns
    -------
    (h, w) or (h, w, channels) uint8
    """
    rows, cols = image.levels.shape[1:] if isinstance(image, planes.Planes) else image.size[::-1]
    size = size_at((rows, cols), max(1.0, max(rows, cols) / largest))
    return preprocessing.finished(preprocessing.framed(image, view._replace(image_size=size))[None], view, [])[0]


def reduced(pixels: np.ndarray, scale: float) -> np.ndarray:
    """Return an image (h, w) or (h, w, channels) uint8 at a scale, without aliasing."""
    rows, cols = size_at(pixels.shape[:2], scale)
    if (rows, cols) == pixels.shape[:2]:
        return pixels
    channels = pixels.reshape(*pixels.shape[:2], -1).transpose(2, 0, 1)
    resized = [np.asarray(Image.fromarray(channel).resize((cols, rows), RESAMPLING)) for channel in channels]
    return np.stack(resized, -1).reshape(rows, cols, *pixels.shape[2:])
