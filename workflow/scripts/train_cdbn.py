"""Train one convolutional deep belief network: an architecture on a dataset from a seed, without labels."""

from kernelscope.data.image_file import ImageFile
from kernelscope.data.splits import SPLITS
from kernelscope.dbn import network, sizes, training
from kernelscope.io import cli, notes
from kernelscope.models import devices
from kernelscope.training import run_files


def train_cdbn(spec: dict, images: str, snapshots: str, history: str, run: str, key: str) -> None:
    """Read images (but not their labels), train on one thread, and write the artifacts of the run.

    A killed training resumes from its checkpoint beside `snapshots`, as in train_network.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "cdbn": `cdbn` of the architecture}
    images : images.npz
    snapshots, history, run : snapshots.npz, history.csv and run.json, to write
    key : identifies the job, so that only its own checkpoint is used; "" for no checkpoints
    """
    device = run_files.prepared({"threads": 1, "device": devices.CPU})
    splits = ImageFile(images).images
    sizes.check(spec["cdbn"], splits["train"].shape[1:3])
    notes.keep([network.to_gray(splits)])
    prepared = network.Preparation(splits["train"][:], spec["cdbn"])
    train_set, test_set = (prepared(splits[split][:]) for split in SPLITS)
    checkpoints = run_files.checkpoint(snapshots, images, key)
    trained = training.train(spec["cdbn"], spec["seed"], train_set, test_set, cli.progress, checkpoints)
    run_files.write(trained, spec, device, snapshots, history, run)


if __name__ == "__main__":
    cli.run(train_cdbn, __doc__)
