"""Train one convolutional deep belief network: an architecture on a dataset from a seed, without labels."""

from functools import partial

from kernelscope.data.image_file import ImageFile
from kernelscope.data.split_names import SPLITS
from kernelscope.dbn import network, training
from kernelscope.io import cli
from kernelscope.models import devices
from kernelscope.training import run_files


def train_cdbn(spec: dict, images: str, snapshots: str, history: str, run: str, key: str) -> None:
    """spec: {"dataset", "arch", "seed", "cdbn": `cdbn` of the architecture}. One thread; no label is read.

    A training that was killed goes on from its checkpoint beside `snapshots`, as in train_network.
    """
    device = run_files.prepared({"threads": 1, "device": devices.CPU})
    found = ImageFile(images).images
    prepared = network.Preparation(found["train"][:], spec["cdbn"])
    train_set, test_set = (prepared(found[split][:]) for split in SPLITS)
    name = f"{spec['dataset']}/{spec['arch']}/seed{spec['seed']}"
    report = partial(cli.progress, name=name)
    kept = run_files.checkpoint(snapshots, images, key)
    trained = training.train(spec["cdbn"], spec["seed"], train_set, test_set, report, kept)
    run_files.write(trained, spec, device, snapshots, history, run)


if __name__ == "__main__":
    cli.run(train_cdbn, __doc__)
