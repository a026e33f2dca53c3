"""Train the networks of several seeds: on a GPU all at once, on a CPU one after the other in one process."""

from functools import partial

from kernelscope.data import control_names
from kernelscope.io import cli
from kernelscope.models import devices
from kernelscope.training import group, run_files, trainer


def train_group(
    spec: dict,
    images: str,
    memory: str,
    snapshots: list[str],
    history: list[str],
    run: list[str],
    key: str,
) -> None:
    """spec: {"dataset", "arch", "seeds", "layers": a list of layers, "training", "control"}.

    snapshots, history, run: a path for each of the seeds, in their order.
    memory: MB of images to hold; of more, every batch is read from the disk.
    A group that was killed goes on from its checkpoint beside the `snapshots` of its first seed, or of each.
    """
    device, seeds = run_files.prepared(spec["training"]), spec["seeds"]
    train_sets, test_set = run_files.image_sets(images, spec["control"], seeds, float(memory), device)
    kept = [run_files.checkpoint(path, images, key) for path in snapshots]
    name, frozen = f"{spec['dataset']}/{spec['arch']}", spec["control"] == control_names.FROZEN
    what = spec["layers"], spec["training"]
    jobs = [
        trainer.Job(*what, seed, own, test_set, partial(progress, name, seed), frozen)
        for seed, own in zip(seeds, train_sets, strict=True)
    ]
    if device == devices.CPU:
        found = map(trainer.train, jobs, kept)
    else:
        found = group.train(jobs, partial(cli.progress, name=name), kept[0])
    for seed, trained, *paths in zip(seeds, found, snapshots, history, run, strict=True):
        run_files.write(trained, spec | {"seed": seed}, device, *paths)


def progress(name: str, seed: int, line: str) -> None:
    cli.progress(f"seed {seed}  {line}", name)


if __name__ == "__main__":
    cli.run(train_group, __doc__)
