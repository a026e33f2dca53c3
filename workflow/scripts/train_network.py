"""Train one network: an architecture on a dataset from a seed."""

from functools import partial

from kernelscope import command, controls, devices, group, runs, training


def train_network(spec: dict, images: str, memory: str, snapshots: str, history: str, run: str, key: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers": a list of layers, "training", "control"}.

    memory: MB of images to hold; of more, every batch is read from the disk.
    A training that was killed goes on from its checkpoint beside `snapshots`, if that has the same `key` and images.
    The checkpoint outlives it, as Snakemake throws finished work away if it is killed before it has recorded it.
    """
    device = runs.prepared(spec["training"])
    (train_set,), test_set = runs.image_sets(images, spec["control"], [spec["seed"]], float(memory), device)
    report = partial(command.progress, name=f"{spec['dataset']}/{spec['arch']}/seed{spec['seed']}")
    what, frozen = (spec["layers"], spec["training"], spec["seed"]), spec["control"] == controls.FROZEN
    job = training.Job(*what, train_set, test_set, report, frozen)
    train = training.train if device == devices.CPU else group.alone
    trained = train(job, runs.checkpoint(snapshots, images, key))
    runs.write(trained, spec, device, snapshots, history, run)


if __name__ == "__main__":
    command.run(train_network, __doc__)
