"""Read what a training needs and write what it leaves: images with the labels of each seed, and a run's artifacts."""

import os
import platform
from pathlib import Path

import numpy as np
import torch

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.data.split_names import SPLITS
from kernelscope.io import array_files, csv_files, files, manifest, records
from kernelscope.models import devices
from kernelscope.refusal import refuse
from kernelscope.training.batches import ImageDataset, in_memory
from kernelscope.training.checkpoint_files import NAME
from kernelscope.training.checkpoints import Checkpoints
from kernelscope.training.recorder import Trained


def prepared(settings: dict) -> str:
    """Prepare the device to train on and return its name; `settings` is `training:` of the config."""
    torch.set_num_threads(settings["threads"])
    device = devices.chosen(settings["device"])
    devices.prepare(device)
    return device


def image_sets(
    path: str, control: str, seeds: list[int], memory: float, device: str
) -> tuple[list[ImageDataset], ImageDataset]:
    """Return the training images with each seed's labels, and the test images.

    Images are kept in memory if they take at most `memory` MB, and read from disk for every batch otherwise.

    Raises
    ------
    ValueError
        If the file is damaged, or was edited by hand while the results go into a shared cache.
    """
    file = ImageFile(path)
    if os.environ.get("KERNELSCOPE_SHARED") and not manifest.is_intact(Path(path)):
        refuse(path, "a file that was edited by hand", "the file that its job wrote, as the cache is shared")
    splits = in_memory([controls.images_of(control, file.images[split], split) for split in SPLITS], memory * 1e6)
    train, test = (
        ImageDataset(images, file.labels[split], device) for split, images in zip(SPLITS, splits, strict=True)
    )
    return [train.labeled(controls.labels_of(control, file.labels["train"], seed)) for seed in seeds], test


def checkpoint(snapshots: str, images: str, key: str) -> Checkpoints:
    """Return the checkpoints of a training, beside its snapshots.

    They are valid only for the same `key` and the same images, so the images must have been read before.
    """
    return Checkpoints(Path(snapshots).with_name(NAME), key and f"{key} {files.READ[Path(images).absolute()]}")


def write(trained: Trained, spec: dict, device: str, snapshots: str, history: str, run: str) -> None:
    """Write the artifacts of a run; `spec` is the spec it was made from."""
    array_files.write_npz(snapshots, trained.snapshots)
    csv_files.write_csv(history, trained.history[0], trained.history)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    provenance = {"device": devices.label(device), "versions": versions, "spec": spec}
    records.write_json(run, trained.summary | provenance)
