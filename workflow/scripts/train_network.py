"""Train one network: an architecture on a dataset from a seed."""

import os
import platform
from pathlib import Path

import numpy as np
import torch

from kernelscope import artifacts, checkpoints, command, controls, files, manifest
from kernelscope.training import on_device, train


def train_network(spec: dict, images: str, snapshots: str, history: str, run: str, key: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers": a list of layers, "training": the whole of `training:`, "control"}.

    A training that was killed goes on from its checkpoint beside `snapshots`, if that has the same `key` and images.
    The checkpoint outlives it, as Snakemake throws finished work away if it is killed before it has recorded it.
    """
    settings, control, seed = spec["training"], spec["control"], spec["seed"]
    torch.set_num_threads(settings["threads"])
    if settings["device"] == "cuda" and not torch.cuda.is_available():
        raise ValueError("training.device: 'cuda' asks for a GPU and torch finds none; allowed here: cpu")
    if settings["device"] == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it, cuBLAS refuses to be deterministic
        torch.use_deterministic_algorithms(True)  # on one CPU thread all is, and asking for it costs 2 s of imports
    data = artifacts.read_npz(images)
    if os.environ.get("KERNELSCOPE_SHARED") and not manifest.is_intact(Path(images)):
        raise ValueError(f"{images} was changed by hand, and what comes of it must not go into a shared cache")
    data["train_labels"] = controls.labels_of(control, data["train_labels"], seed)
    sets = [
        on_device(
            controls.images_of(control, data[f"{split}_images"], split), data[f"{split}_labels"], settings["device"]
        )
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
    artifacts.write_json(run, {**trained.summary, "versions": versions, "spec": spec})


if __name__ == "__main__":
    command.run(train_network, __doc__)
