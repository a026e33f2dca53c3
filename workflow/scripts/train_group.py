"""Train networks from several seeds: all at once on a GPU, one after the other in one process on a CPU."""

from functools import partial

from kernelscope.data import control_names
from kernelscope.io import cli, notes
from kernelscope.models import devices
from kernelscope.training import batches, group, run_files, trainer


def train_group(
    spec: dict, images: str, memory: str, snapshots: list[str], history: list[str], run: list[str], key: str
) -> None:
    """Read images, train one network per seed, and write the artifacts of every run.

    A killed group resumes from its checkpoint: beside the `snapshots` of its first seed on a GPU, or of each seed on a
    CPU.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "layers": a list of layers, "training", "control"}
    images : images.npz
    memory : MB of images to keep in memory; larger datasets are read from disk, batch by batch
    snapshots, history, run : a path for each seed, in the order of the seeds, to write
    key : identifies the job, so that only its own checkpoints are used; "" for no checkpoints
    """
    device, seeds = run_files.prepared(spec["training"]), spec["seeds"]
    train_sets, test_set = batches.image_sets(images, spec["control"], seeds, float(memory), device)
    notes.keep([trainer.not_evaluated(train_sets[0], spec["training"])])
    checkpoints = [run_files.checkpoint(path, images, key) for path in snapshots]
    frozen = spec["control"] == control_names.FROZEN
    arguments = spec["layers"], spec["training"]
    jobs = [
        trainer.Job(*arguments, seed, train_set, test_set, partial(progress, seed), frozen)
        for seed, train_set in zip(seeds, train_sets, strict=True)
    ]
    if device == devices.CPU:
        results = map(trainer.train, jobs, checkpoints)
    else:
        results = group.train(jobs, cli.progress, checkpoints[0])
    for seed, trained, *paths in zip(seeds, results, snapshots, history, run, strict=True):
        run_files.write(trained, spec | {"seed": seed}, device, *paths)


def progress(seed: int, line: str) -> None:
    """Report a line of one seed's training."""
    cli.progress(f"seed {seed}  {line}")


if __name__ == "__main__":
    cli.run(train_group, __doc__)
