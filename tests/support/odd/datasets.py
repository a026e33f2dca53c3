"""The datasets of odd experiments: their definitions, and the files that these name."""

import random
from pathlib import Path

import numpy as np
from configs import datasets, leaf, part
from examples import examples
from odd import images

SIDES = (8, 20, 24, 24, 32)
CHANCES = {  # keys that few experiments have, and their values
    "pages": ("first", "max", "mean", "channels", 0, 3),
    "channels": ([0], [1, 0], [3], ["red"]),
    "group_pattern": (r"(\d)", r"^([^/]+)/", r"(nothing)"),
}
OF_ARRAYS = ("channels",)
INFERRED = ("resize", "colors", "background", "invert", "normalize")  # keys that an experiment may leave out


def dataset(folder: Path, source: str, chance: random.Random, seed: str) -> tuple[int, dict]:
    """Write the files of a dataset into a folder; return the smaller side of its images, and its definition."""
    size = [chance.choice(SIDES), chance.choice(SIDES)]
    if source == "waveforms":
        settings = examples(datasets(True), 2, seed)[-1]
        return int(min(settings["image_size"])), settings
    if source == "digits":
        return min(size), {"source": "digits", "image_size": size, "test_share": 0.9}
    if source == "photos":
        chosen = chance.sample(part("photos")["properties"]["photos"]["items"]["enum"], chance.choice((2, 3)))
        counts = {"train_images": chance.randint(10, 40), "test_images": chance.randint(10, 20)}
        return min(size), {"source": "photos", "photos": chosen, "image_size": size} | counts
    if source == "crops":
        return min(size), crops(size, chance)
    found = {"image_size": size, "test_share": chance.choice((0.2, 0.5))}
    found |= {key: examples(leaf("folder", key, True), 2, f"{seed} {key}")[-1] for key in chance.sample(INFERRED, 2)}
    rare = [key for key in CHANCES if chance.random() < 0.1]
    found |= {key: chance.choice(CHANCES[key]) for key in rare if key in OF_ARRAYS or WRITERS[source] is image_folder}
    return min(size), found | WRITERS[source](folder, source, chance)


def crops(size: list[int], chance: random.Random) -> dict:
    """Return a definition of crops of photographs, whose labels may be rotations."""
    chosen = chance.sample(part("crops")["properties"]["photos"]["items"]["enum"], chance.choice((1, 2, 3)))
    labels = "rotation" if len(chosen) == 1 else chance.choice(("image", "rotation"))
    size = [min(size)] * 2 if labels == "rotation" else size
    counts = {"train_images": chance.randint(10, 40), "test_images": chance.randint(10, 20), "largest_side": 200}
    colors = chance.choice((None, "gray", "rgb"))
    return {"source": "crops", "photos": chosen, "labels": labels, "image_size": size, "colors": colors} | counts


def array_file(folder: Path, source: str, chance: random.Random) -> dict:
    images.arrays(folder / "images.npz", chance, source == "split arrays")
    return {"source": "arrays", "file": "images.npz"}


def one_array(folder: Path, source: str, chance: random.Random) -> dict:
    """Write images without labels, which must be refused."""
    np.save(folder / "images.npy", np.zeros((20, 9, 9)))
    return {"source": "arrays", "file": "images.npy"}


def image_folder(folder: Path, source: str, chance: random.Random) -> dict:
    images.folder(folder / "images", chance, source, folder / "images.csv")
    table = {"table": "images.csv"} if source == "table" else {}
    return {"source": "folder", "folder": "images", "on_error": chance.choice(("skip", "skip", "stop"))} | table


WRITERS = {
    **{"arrays": array_file, "split arrays": array_file, "one array": one_array},
    **{"folder": image_folder, "split folder": image_folder, "table": image_folder},
}
