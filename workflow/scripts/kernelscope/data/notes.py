"""The notes about the images of a dataset: which files were left out, and what was assumed and done to the others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from kernelscope.data import preprocessing
from kernelscope.data.decoding import white
from kernelscope.data.folder_listing import Listing, first_names
from kernelscope.data.preprocessing import View
from kernelscope.io.notes import Note

LISTED = "listed in skipped.csv"


def of_listing(listed: Listing, skipped: Sequence[tuple[str, str]]) -> Iterator[Note]:
    """Yield the notes about the files and names of a folder.

    skipped : (file, what it is instead of an image) of each file that cannot be used
    """
    total = len(listed.entries) + len(listed.problems) + len(listed.ignored)
    for why in Counter(why for _, why in listed.ignored):
        files = [file for file, other in listed.ignored if other == why]
        yield Note("left_out", "files", len(files), total, f"{why}; {LISTED}: {first_names(files)}")
    cannot = f"cannot be used; {LISTED}: {first_names(file for file, _ in skipped)}"
    yield Note("left_out", "files", len(skipped), total, cannot)
    if spelled := [name for name, split in listed.splits.items() if name != split]:
        words = ", ".join(f"{name} is {listed.splits[name]}" for name in spelled)
        yield Note("assumed", "splits", len(spelled), len(listed.splits), f"by the names of the folders, {words}")
    if listed.nested:
        words = f"every class folder has the same subfolders, such as {first_names(listed.nested)}; if these are the "
        names = listed.classes
        yield Note("assumed", "classes", len(names), len(names), f"{words}classes, list the images in a table")


def of_arrays(names: list[str], used: set[str]) -> Iterator[Note]:
    """Yield a note about the arrays of a file that are not used."""
    others = [name for name in names if name not in used]
    yield Note("left_out", "arrays", len(others), len(names), f"not read: {first_names(others)}")


def of_white(images: np.ndarray) -> Iterator[Note]:
    """Yield a note about which level of images is white, if their type does not say it."""
    if images.dtype in (np.uint8, np.bool_):
        return
    low, high, count = float(images.min()), float(images.max()), len(images)
    level = white(low, high, images.dtype)
    if level is None:
        yield Note("converted", "images", count, count, f"the levels {low:g} to {high:g} became black to white")
    else:
        yield Note("assumed", "images", count, count, f"white is {level}; the largest level is {high:g}")


def of_settings(settings: dict, view: View, sample: int, images: int) -> Iterator[Note]:
    """Yield a note about the settings of a dataset that were inferred from `sample` of its images."""
    omitted = [name for name in View._fields if settings[name] is None]
    words = f"{view.described(omitted)}; inferred from {sample:,} of {images:,} images"
    yield Note("assumed", "settings of the images", len(omitted), len(View._fields), words)


def of_frames(sizes: Iterable[tuple[int, int]], pages: Sequence[int], deep: int, view: View) -> Iterator[Note]:
    """Yield the notes about what was done to the images.

    Parameters
    ----------
    sizes : rows and cols of each image in the source
    pages : how many pages the file of each image has
    deep : images of more than 8 bits
    view : settings of the images
    """
    sizes = np.array(list(sizes))
    rows, cols = view.image_size
    others = int(np.any(sizes != view.image_size, axis=1).sum())
    shapes = int(np.sum(sizes[:, 0] * cols != sizes[:, 1] * rows))
    count, where = len(sizes), f"{rows} x {cols} pixels (resize: {view.resize})"
    yield Note("converted", "images", others, count, f"resized to {where}")
    if view.resize == "crop":
        yield Note("cut", "images", shapes, count, f"have another shape, so their borders are cut off: {where}")
    yield Note("converted", "images", deep, count, "from more than 8 bits to 8")
    extra = sum(pages) - len(pages)
    yield Note("left_out", "pages or frames", extra, sum(pages), "only the first of each file is used")


def of_levels(counts: np.ndarray, view: View) -> Iterator[Note]:
    """Yield a note about pixels beyond the levels that become black and white; counts (LEVELS,) of all pixels."""
    if view.normalize == "dataset":
        low, high = preprocessing.limits(counts)
        beyond, total = int(counts[:low].sum() + counts[high + 1 :].sum()), int(counts.sum())
        yield Note(
            "clipped", "pixels", beyond, total, "the darkest and lightest became black and white (normalize: dataset)"
        )
