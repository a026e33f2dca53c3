"""What trainings read and leave: images with the labels of each seed, and the artifacts of a run."""

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
from kernelscope.training.batches import Images, held
from kernelscope.training.checkpoint_files import NAME
from kernelscope.training.checkpoints import Checkpoints
from kernelscope.training.recorder import Trained


def prepared(settings: dict) -> str:
    """The device to train on by `settings` (the whole of `training:` in the config), made ready."""
    torch.set_num_threads(settings["threads"])
    device = devices.chosen(settings["device"])
    devices.prepare(device)
    return device


def image_sets(path: str, control: str, seeds: list[int], memory: float, device: str) -> tuple[list[Images], Images]:
    """Training images with the labels of every seed, and test images; at most `memory` MB of them are held.

    Raises
    ------
    ValueError
        If the file is damaged, or edited by hand where trainings go into a cache that others share.
    """
    found = ImageFile(path)
    if os.environ.get("KERNELSCOPE_SHARED") and not manifest.is_intact(Path(path)):
        raise ValueError(f"{path} was changed by hand, and what comes of it must not go into a shared cache")
    shown = held([controls.images_of(control, found.images[split], split) for split in SPLITS], memory * 1e6)
    train, test = (Images(images, found.labels[split], device) for split, images in zip(SPLITS, shown, strict=True))
    return [train.labelled(controls.labels_of(control, found.labels["train"], seed)) for seed in seeds], test


def checkpoint(snapshots: str, images: str, key: str) -> Checkpoints:
    """The checkpoints of a training, beside its snapshots; only of the same `key` and, once read, the same images."""
    return Checkpoints(Path(snapshots).with_name(NAME), key and f"{key} {files.READ[Path(images).absolute()]}")


def write(trained: Trained, spec: dict, device: str, snapshots: str, history: str, run: str) -> None:
    """The artifacts of a run; `spec` is what it was made from."""
    array_files.write_npz(snapshots, trained.snapshots)
    csv_files.write_csv(history, trained.history[0], trained.history)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    made = {"device": devices.label(device), "versions": versions, "spec": spec}
    records.write_json(run, trained.summary | made)
