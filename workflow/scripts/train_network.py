"""Train one network: an architecture on a dataset from a seed."""

from functools import partial

from kernelscope.data import control_names
from kernelscope.io import cli
from kernelscope.models import devices
from kernelscope.training import group, run_files, trainer


def train_network(spec: dict, images: str, memory: str, snapshots: str, history: str, run: str, key: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers": a list of layers, "training", "control"}.

    memory: MB of images to hold; of more, every batch is read from the disk.
    A training that was killed goes on from its checkpoint beside `snapshots`, if that has the same `key` and images.
    The checkpoint outlives it, as Snakemake throws finished work away if it is killed before it has recorded it.
    """
    device = run_files.prepared(spec["training"])
    (train_set,), test_set = run_files.image_sets(images, spec["control"], [spec["seed"]], float(memory), device)
    report = partial(cli.progress, name=f"{spec['dataset']}/{spec['arch']}/seed{spec['seed']}")
    what, frozen = (spec["layers"], spec["training"], spec["seed"]), spec["control"] == control_names.FROZEN
    job = trainer.Job(*what, train_set, test_set, report, frozen)
    train = trainer.train if device == devices.CPU else group.alone
    trained = train(job, run_files.checkpoint(snapshots, images, key))
    run_files.write(trained, spec, device, snapshots, history, run)


if __name__ == "__main__":
    cli.run(train_network, __doc__)
