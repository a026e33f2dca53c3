"""The source `crops`: crops from random places of large images, at several scales.

Training draws fresh crops at every step (canvases.py). The dataset also has a fixed sample of training crops, for all
that looks at images after training, and test crops, which come from a part of each image that has no training crops.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kernelscope.crops import large_images, listing, regions
from kernelscope.crops.large_images import Large
from kernelscope.crops.store import Store, extras
from kernelscope.data import folder_source, notes, planes
from kernelscope.data.builder import Dataset, Job
from kernelscope.data.folder_content import Skipped
from kernelscope.data.folder_listing import Entry, Listing
from kernelscope.data.splits import SPLITS, rank
from kernelscope.io import files
from kernelscope.io.notes import Note
from kernelscope.refusal import Refusal


def of_crops(settings: dict, content: str, job: Job) -> Dataset:
    """Return a dataset of crops.

    Parameters
    ----------
    settings : a definition of `source: crops`
    content : `folder_content.content_of` the files when the workflow was planned; "" if it was not planned
    job : processes, scratch folder and progress

    Raises
    ------
    ValueError
        If a file is no readable image or too small, unless `on_error` is `skip`; if there are too few images; or if
        the folder changed since planning.
    """
    listed = listing.described(settings)
    skipped, shas, choice = Skipped(settings, listed.problems), {}, planes.choice(settings)
    from_files = listing.without_photos(listed, settings)
    ranked = sorted(from_files.entries, key=lambda entry: rank(entry.file, settings["seed"]))
    paths = [Path(settings["folder"], entry.file) for entry in ranked]
    glances = folder_source.sample(paths, job.processes, settings["folder"], choice) if paths else []
    view = large_images.view_of(settings, glances)
    stores = {split: Store(job.scratch, view.shape[2:], tuple(settings["image_size"])) for split in SPLITS}
    images = large_images.large_images(listed.entries, settings, view, skipped, shas, job)
    used, told = collected(images, stores, settings, skipped)
    if settings["folder"] is not None:
        folder_source.check_content(content, from_files, shas, settings)
    files.READ.update({path.absolute(): shas[entry.file] for path, entry in zip(paths, ranked, strict=True)})
    dataset = drawn(listed._replace(entries=used), stores, settings, job)
    sampled = notes.of_settings(settings | {"resize": "stretch", "invert": False}, view, len(glances), len(used))
    about = [*notes.of_listing(listed, skipped.found), *(sampled if glances else ()), *told]
    seen = view._asdict() | {"image_size": list(settings["image_size"])}
    return dataset._replace(
        about={"view": seen} | dataset.about,
        skipped=sorted(skipped.found + listed.ignored),
        notes=about,
        channel_names=view.channels or (),
    )


def collected(
    images: Iterator[tuple[Entry, Large]], stores: dict[str, Store], settings: dict, skipped: Skipped
) -> tuple[list[Entry], list[Note]]:
    """Put the levels of all large images into the stores; return the entries of the images, and the notes."""
    used, smaller, left_out, conversions = [], 0, 0, Counter()
    wanted = regions.scales(*settings["scale"], settings["scales"])
    crop = tuple(settings["image_size"])
    for entry, image in images:
        try:
            levels = regions.levels(entry.file, image.pixels.shape[:2], crop, wanted, settings["test_share"])
        except Refusal as refusal:
            if settings["on_error"] == "stop":
                raise
            skipped.found.append((entry.file, f"an image that is too small ({refusal})"))
            continue
        for scale, of_split in levels:
            level = large_images.reduced(image.pixels, scale)
            for split, region in of_split.items():
                stores[split].add(len(used), scale, level, region)
        used.append(entry)
        smaller += image.size != image.pixels.shape[:2]
        left_out += len(wanted) - len(levels)
        conversions.update(image.conversions)
    count, pairs = len(used), len(used) * len(wanted)
    return used, [
        Note("converted", "images", smaller, count, f"reduced to {settings['largest_side']} pixels on the longer side"),
        Note("left_out", "scales of images", left_out, pairs, "too small at this scale for crops of both splits"),
        *(Note("converted", "images", number, count, words) for words, number in sorted(conversions.items())),
    ]


def drawn(listed: Listing, stores: dict[str, Store], settings: dict, job: Job) -> Dataset:
    """Return the dataset of crops from the images in the stores; the entries of `listed` are theirs."""
    names = listing.classes(listed, settings)
    number = {name: label for label, name in enumerate(names)}
    turned = settings["labels"] == listing.ROTATION
    of_image = np.array([-1 if turned else number[entry.label] for entry in listed.entries], np.int64)
    splits, counts, extra = {}, {}, []
    for index, split in enumerate(SPLITS):
        labels, sources = assigned(of_image, len(names), settings[f"{split}_images"], [settings["seed"], index])
        source = stores[split].canvases(sources, labels if turned else np.zeros_like(labels))
        extra = extra or extras(source)  # of the training crops, which are first
        at = [entry.file for entry in listed.entries]
        splits[split] = stores[split].split(source, labels, at, [settings["seed"], index, 1])
        counts[split] = {name: int(np.sum(labels == label)) for name, label in number.items()}
    job.tell(f"crops of {len(listed.entries)} images, {len(names)} classes (labels: {settings['labels']})")
    about = {"images": counts, "large_images": len(listed.entries), "labels": settings["labels"]}
    return Dataset(names, splits, about, [], [], extra=extra)


def assigned(of_image: np.ndarray, classes: int, count: int, seed: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the label and the number of the image of each crop, (count,) each.

    Classes get as many crops as each other, and so do the images of a class.

    Parameters
    ----------
    of_image : (images,), label of each image; -1 where crops of an image can have any label
    classes : number of classes
    count : number of crops
    seed : of the order
    """
    rng = np.random.default_rng(seed)
    labels, sources = rng.permutation(np.arange(count, dtype=np.int64) % classes), np.empty(count, np.int64)
    for label in range(classes):
        images = rng.permutation(np.flatnonzero((of_image == label) | (of_image < 0)))
        crops = np.flatnonzero(labels == label)
        sources[crops] = images[np.arange(len(crops)) % len(images)]
    return labels, sources
