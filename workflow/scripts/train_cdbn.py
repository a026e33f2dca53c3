"""Train one convolutional deep belief network: an architecture on a dataset from a seed, without labels."""

from functools import partial

from kernelscope import cdbn, cdbn_run, command, devices, runs
from kernelscope.image_files import ImageFile
from kernelscope.split_names import SPLITS


def train_cdbn(spec: dict, images: str, snapshots: str, history: str, run: str, key: str) -> None:
    """spec: {"dataset", "arch", "seed", "cdbn": `cdbn` of the architecture}. One thread; no label is read.

    A training that was killed goes on from its checkpoint beside `snapshots`, as in train_network.
    """
    device = runs.prepared({"threads": 1, "device": devices.CPU})
    found = ImageFile(images).images
    prepared = cdbn.Preparation(found["train"][:], spec["cdbn"])
    train_set, test_set = (prepared(found[split][:]) for split in SPLITS)
    name = f"{spec['dataset']}/{spec['arch']}/seed{spec['seed']}"
    report = partial(command.progress, name=name)
    kept = runs.checkpoint(snapshots, images, key)
    trained = cdbn_run.train(spec["cdbn"], spec["seed"], train_set, test_set, report, kept)
    runs.write(trained, spec, device, snapshots, history, run)


if __name__ == "__main__":
    command.run(train_cdbn, __doc__)
