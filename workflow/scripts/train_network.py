"""Train one network: an architecture on a dataset from a seed."""

import os
import platform
from pathlib import Path

import numpy as np
import torch

from kernelscope import artifacts, checkpoints, command, controls, devices, files, manifest
from kernelscope.training import on_device, train


def train_network(spec: dict, images: str, snapshots: str, history: str, run: str, key: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers": a list of layers, "training": the whole of `training:`, "control"}.

    A training that was killed goes on from its checkpoint beside `snapshots`, if that has the same `key` and images.
    The checkpoint outlives it, as Snakemake throws finished work away if it is killed before it has recorded it.
    """
    settings, control, seed = spec["training"], spec["control"], spec["seed"]
    torch.set_num_threads(settings["threads"])
    device = devices.chosen(settings["device"])
    devices.prepare(device)
    data = artifacts.read_npz(images)
    if os.environ.get("KERNELSCOPE_SHARED") and not manifest.is_intact(Path(images)):
        raise ValueError(f"{images} was changed by hand, and what comes of it must not go into a shared cache")
    data["train_labels"] = controls.labels_of(control, data["train_labels"], seed)
    sets = [
        on_device(controls.images_of(control, data[f"{split}_images"], split), data[f"{split}_labels"], device)
        for split in controls.SPLITS
    ]
    name = f"{spec['dataset']}/{spec['arch']}/seed{seed}"
    kept = checkpoints.Checkpoints(
        Path(snapshots).with_name(checkpoints.NAME), key and f"{key} {files.READ[Path(images).absolute()]}"
    )
    frozen = control == controls.FROZEN
    trained = train(spec["layers"], settings, seed, *sets, lambda line: command.progress(line, name), kept, frozen)
    artifacts.write_npz(snapshots, trained.snapshots)
    artifacts.write_csv(history, trained.history[0], trained.history)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    made = {"device": devices.label(device), "versions": versions, "spec": spec}
    artifacts.write_json(run, trained.summary | made)


if __name__ == "__main__":
    command.run(train_network, __doc__)
