"""Train one network: an architecture on a dataset from a seed."""

from kernelscope.data import control_names
from kernelscope.io import cli, notes
from kernelscope.models import devices
from kernelscope.training import batches, group, run_files, trainer


def train_network(spec: dict, images: str, memory: str, snapshots: str, history: str, run: str, key: str) -> None:
    """Read images, train a network, and write the artifacts of the run.

    A killed training resumes from its checkpoint beside `snapshots`, if the checkpoint has the same `key` and images.
    The checkpoint stays after the training, because Snakemake discards finished work if it is killed before recording
    it.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "layers": a list of layers, "training", "control"}
    images : images.npz
    memory : MB of images to keep in memory; larger datasets are read from disk, batch by batch
    snapshots, history, run : snapshots.npz, history.csv and run.json, to write
    key : identifies the job, so that only its own checkpoint is used; "" for no checkpoints
    """
    device = run_files.prepared(spec["training"])
    (train_set,), test_set = batches.image_sets(images, spec["control"], [spec["seed"]], float(memory), device)
    notes.keep([trainer.not_evaluated(train_set, spec["training"])])
    arguments, frozen = (spec["layers"], spec["training"], spec["seed"]), spec["control"] == control_names.FROZEN
    job = trainer.Job(*arguments, train_set, test_set, cli.progress, frozen)
    train = trainer.train if device == devices.CPU else group.alone
    trained = train(job, run_files.checkpoint(snapshots, images, key))
    run_files.write(trained, spec, device, snapshots, history, run)


if __name__ == "__main__":
    cli.run(train_network, __doc__)
