"""The notes about the images of a dataset: what was left out, assumed, and done to them; and their defects in words.

Findings and page need the defects, so this module imports nothing that decodes images.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from kernelscope.io.notes import Note
from kernelscope.refusal import listed as in_words

LISTED = "listed in skipped.csv"
MOST = 3  # names in a note
UNEQUAL = 2  # times as many images as the smallest class has, from which a note says so
SETTINGS = 6  # of images in gray or color
FEWER = "have other channels"
MERGED = {
    "mean": "their pages became the mean of them",
    "max": "their pages became the largest level of each pixel",
    "channels": "their pages became channels",
}
DEEP, TRANSPARENT = "from more than 8 bits to 8", "transparent pixels show the background"


def of_listing(listed, skipped: Sequence[tuple[str, str]]) -> Iterator[Note]:
    """Yield the notes about the files and names of a folder.

    listed : a folder_listing.Listing
    skipped : (file, what it is instead of an image) of each file that cannot be used
    """
    total = len(listed.entries) + len(listed.problems) + len(listed.ignored)
    for why in Counter(why for _, why in listed.ignored):
        files = [file for file, other in listed.ignored if other == why]
        yield Note("left_out", "files", len(files), total, f"{why}; {LISTED}: {in_words(files, most=MOST)}")
    cannot = f"cannot be used; {LISTED}: {in_words((file for file, _ in skipped), most=MOST)}"
    yield Note("left_out", "files", len(skipped), total, cannot)
    if spelled := [name for name, split in listed.splits.items() if name != split]:
        words = ", ".join(f"{name} is {listed.splits[name]}" for name in spelled)
        yield Note("assumed", "splits", len(spelled), len(listed.splits), f"by the names of the folders, {words}")
    if listed.nested:
        count, names = len(listed.classes), in_words(listed.nested, most=MOST)
        words = f"every class folder has the same subfolders, such as {names}"
        yield Note("assumed", "classes", count, count, f"{words}; if these are the classes, list the images in a table")


def of_arrays(names: list[str], used: set[str]) -> Iterator[Note]:
    """Yield a note about the arrays of a file that are not used."""
    others = [name for name in names if name not in used]
    yield Note("left_out", "arrays", len(others), len(names), f"not read: {in_words(others, most=MOST)}")


def of_white(low: float, high: float, level: int | None, count: int) -> Iterator[Note]:
    """Yield a note about which level of `count` images with levels from low to high is white; None: the highest."""
    if level is None:
        yield Note("converted", "images", count, count, f"the levels {low:g} to {high:g} became black to white")
    else:
        yield Note("assumed", "images", count, count, f"white is {level}; the largest level is {high:g}")


def of_colors(images: int) -> Iterator[Note]:
    """Yield the note that three channels of an array are taken for colors."""
    words = "their three channels are red, green and blue (colors: channels keeps them apart)"
    yield Note("assumed", "images", images, images, words)


def of_alpha(images: int, channels: int) -> Iterator[Note]:
    """Yield the note that no channel of an array is taken for transparency, where it may be one."""
    if channels in (2, 4):
        others = list(range(channels - 1))
        words = f"none of their {channels} channels is transparency (channels: {others} leaves out the last)"
        yield Note("assumed", "images", images, images, words)


def of_imbalance(counts: dict[str, int]) -> Iterator[Note]:
    """Yield the note about classes of very different sizes; counts: class -> its training images."""
    (fewest, least), (most, largest) = (pick(counts.items(), key=lambda pair: pair[1]) for pick in (min, max))
    if largest >= UNEQUAL * least:
        words = f"used with different numbers of training images, from {least:,} ({fewest}) to {largest:,} ({most})"
        yield Note("assumed", "classes", len(counts), len(counts), words)


def of_groups(found, images: int) -> Iterator[Note]:
    """Yield the note about how many groups are on each side; found: a splits.Sides."""
    words = f"belong to groups, {len(found.train)} of which are in train and {len(found.test)} in test"
    yield Note("assumed", "images", images, images, words + f", {len(found.both)} of them in both" * bool(found.both))


def of_likely_groups(pattern: str, found, images: int) -> Iterator[Note]:
    """Yield the note that names suggest groups of images, which are in both train and test; found: a splits.Sides."""
    names, both = set(found.train + found.test), len(found.both)
    words = f"independent of each other, although their names suggest {len(names)} groups, such as {min(names)}"
    words += f"; {both} of them are in both train and test (group_pattern: '{pattern}' keeps a group on one side)"
    yield Note("assumed", "images", images * bool(both), images, words)


def of_settings(settings: dict, view, sample: int, images: int) -> Iterator[Note]:
    """Yield a note about the settings (view: a preprocessing.View) that were inferred from `sample` of the images."""
    omitted = [name for name in view._fields if settings.get(name) is None and getattr(view, name) is not None]
    words = f"{view.described(omitted)}; inferred from {sample:,} of {images:,} images"
    yield Note("assumed", "settings of the images", len(omitted), SETTINGS + (view.channels is not None), words)


def of_frames(sizes: Iterable[tuple[int, int]], conversions: Counter, view) -> Iterator[Note]:
    """Yield the notes about what was done to the images.

    Parameters
    ----------
    sizes : rows and cols of each image in the source
    conversions : how many images were changed in each way, DEEP or TRANSPARENT
    view : settings of the images, a preprocessing.View
    """
    sizes = np.array(list(sizes))
    rows, cols = view.image_size
    others = int(np.any(sizes != view.image_size, axis=1).sum())
    shapes = int(np.sum(sizes[:, 0] * cols != sizes[:, 1] * rows))
    count, where = len(sizes), f"{rows} x {cols} pixels (resize: {view.resize})"
    yield Note("converted", "images", others, count, f"resized to {where}")
    if view.resize == "crop":
        yield Note("cut", "images", shapes, count, f"have another shape, so their borders are cut off: {where}")
    yield Note("converted", "images", conversions[DEEP], count, DEEP)
    yield Note("converted", "images", conversions[TRANSPARENT], count, f"{TRANSPARENT}: {view.background}")


def of_choice(pages: Sequence[int], conversions: Counter, choice) -> Iterator[Note]:
    """Yield the notes about the pages and channels that are used.

    pages : how many pages the file of each image has
    conversions : how many images were changed in each way, FEWER
    choice : a planes.Choice
    """
    rule, several = choice.pages, sum(count > 1 for count in pages)
    if rule in MERGED:
        yield Note("converted", "images", several, len(pages), f"{MERGED[rule]} (pages: {rule})")
    else:
        which = f"page {rule}, from 0," if rule else "the first"
        words = f"only {which} of each file is used; `pages` chooses others"
        yield Note("left_out", "pages or frames", sum(pages) - len(pages), sum(pages), words)
    words = f"{FEWER}; these are used: {in_words(choice.channels or (), most=MOST)}"
    yield Note("cut", "images", conversions[FEWER], len(pages), words)


def of_levels(counts: np.ndarray, ends: list[tuple[int, int]]) -> Iterator[Note]:
    """Yield a note about pixels beyond the levels that become black and white.

    counts : (scales, levels) of all pixels
    ends : low, high level of each scale
    """
    beyond = sum(int(row[:low].sum() + row[high + 1 :].sum()) for row, (low, high) in zip(counts, ends, strict=True))
    total = int(counts.sum())
    words = "the darkest and lightest became black and white (normalize: dataset)"
    yield Note("clipped", "pixels", beyond, total, words)


def defects(found: dict) -> list[str]:
    """Return a sentence for each kind of defect.

    Parameters
    ----------
    found : dict
        The content of inferred.json.
    """
    both, two = found.get("in_both_splits", []), found.get("in_two_classes", [])
    equal = {"in_both_splits": len(both), "in_two_classes": len(two)} | found.get("equal", {})
    too_high = "in both train and test, so the test accuracy is too high"
    torn = found.get("groups", {}).get("both", [])
    sentences = [
        (len(torn), "group has", "groups have", f"images {too_high}: {in_words(map(code, torn), most=MOST)}."),
        (equal["in_both_splits"], "image occurs", "images occur", f"{too_high}{first(both)}. [inferred.json]"),
        (equal["in_two_classes"], "image occurs", "images occur", f"in two classes{first(two)}. [inferred.json]"),
        (found.get("constant", 0), "image has", "images have", "a single color throughout. [inferred.json]"),
    ]
    return [
        f"{count} {singular if count == 1 else plural} {rest}" for count, singular, plural, rest in sentences if count
    ]


def first(groups: list[list[str]]) -> str:
    """Return the names in the first group of equal images."""
    return ": " + " = ".join(code(name) for name in groups[0][:3]) if groups else ""


def code(name: str) -> str:
    """Return a name as Markdown code, in which no character is markup."""
    return "`{}`".format(name.replace("`", "'"))
