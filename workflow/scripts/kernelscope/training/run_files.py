"""Prepare the device of a training, find its checkpoint, and write the artifacts of its run."""

import platform
from pathlib import Path

import numpy as np
import torch

from kernelscope.io import array_files, csv_files, files, records
from kernelscope.models import devices
from kernelscope.training.checkpoint_files import NAME
from kernelscope.training.checkpoints import Checkpoints
from kernelscope.training.recorder import Trained


def prepared(settings: dict) -> str:
    """Prepare the device to train on and return its name; `settings` is `training:` of the config."""
    torch.set_num_threads(settings["threads"])
    device = devices.chosen(settings["device"])
    devices.prepare(device)
    return device


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
