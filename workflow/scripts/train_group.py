"""Train the networks of several seeds: on a GPU all at once, on a CPU one after the other in one process."""

from collections.abc import Callable
from pathlib import Path

from kernelscope import checkpoints, command, controls, devices, files, group, runs, training


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
    device, seeds = runs.prepared(spec["training"]), spec["seeds"]
    train_sets, test_set = runs.image_sets(images, spec["control"], seeds, float(memory), device)
    kept = [
        checkpoints.Checkpoints(
            Path(path).with_name(checkpoints.NAME), key and f"{key} {files.READ[Path(images).absolute()]}"
        )
        for path in snapshots
    ]
    what = spec["layers"], spec["training"]
    name, frozen = f"{spec['dataset']}/{spec['arch']}", spec["control"] == controls.FROZEN
    if device == devices.CPU:
        found = (
            training.train(*what, seed, train_set, test_set, told(f"{name}/seed{seed}"), checkpoint, frozen)
            for seed, train_set, checkpoint in zip(seeds, train_sets, kept, strict=True)
        )
    else:
        found = group.train(*what, seeds, train_sets, test_set, told(name), kept[0], frozen)
    for seed, trained, *paths in zip(seeds, found, snapshots, history, run, strict=True):
        runs.write(trained, spec | {"seed": seed}, device, *paths)


def told(name: str) -> Callable[[str], None]:
    """What prints a line of progress under this name."""
    return lambda line: command.progress(line, name)


if __name__ == "__main__":
    command.run(train_group, __doc__)
