"""Folders of large images, and datasets of crops of them."""

from pathlib import Path

import numpy as np
import yaml
from PIL import Image
from projects import ROOT
from scipy.ndimage import gaussian_filter

from kernelscope.crops.source import of_crops
from kernelscope.data import dataset_file
from kernelscope.data.builder import Dataset, Job

SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())["$defs"]
DEFAULTS = {key: node["default"] for key, node in SCHEMA["crops"]["properties"].items() if "default" in node}
NULL = {"colors": None, "channels": None, "background": None, "pages": None}
SETTINGS = DEFAULTS | NULL | {"source": "crops", "train_images": 60, "test_images": 30, "image_size": [20, 20]}


def photographs(folder: Path, count: int, size=(120, 160), names="photo{}.png", colors=3) -> Path:
    """Write smooth random images into a folder, each with colors of its own."""
    rng = np.random.default_rng(count)
    for number in range(count):
        shape = (*size, colors) if colors > 1 else size
        image = gaussian_filter(rng.standard_normal(shape), (2, 2, 0)[: len(shape)])
        pixels = np.clip(128 + 400 * image + 20 * number, 0, 255).astype(np.uint8)
        path = folder / names.format(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return folder


def crops(scratch: Path, **settings) -> Dataset:
    """Return a dataset of crops."""
    return of_crops(SETTINGS | settings, "", Job(scratch, 1, lambda line: None))


def written(at: Path, **settings) -> tuple[Path, Dataset]:
    """Write images.npz of a dataset of crops; return its path, and the dataset, whose images are used up."""
    at.mkdir(parents=True, exist_ok=True)
    dataset, path = crops(at, **settings), at / "images.npz"
    about = dataset.class_names, dataset.splits, lambda line: None, dataset.channel_names, dataset.extra
    dataset_file.write(str(path), str(at / "parameters.csv"), *about)
    return path, dataset
