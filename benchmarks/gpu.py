"""Trainings of the default experiment on a GPU, 1 to 256 seeds at once, compared with one seed on a CPU thread.

Medians over whole trainings with all scores and snapshots; the images are already on the GPU. The work counts direct
convolutions and matrix products (as in benchmarks/floors.py), but FFTs do it where they are faster. So the work's share
of a matrix product's peak says how well the GPU is used, not how busy it is. `from_cpu` is the largest difference
between a weight of the first seed on the GPU and on the CPU, relative to the largest weight of the layer. A group of
more than 64 seeds is trained once.
"""

from harness import figures, tables, targets, timing, work  # isort: skip
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from harness import settings as filled
from harness.judging import Cell, apply, typical
from matplotlib.figure import Figure

from experiment.plan import loading
from kernelscope.data import generator
from kernelscope.models import devices, networks
from kernelscope.training import group, trainer
from kernelscope.training.batches import ImageDataset

AT_ONCE = (1, 8, 64, 256)
TABLES = {
    "gpu": {
        **{"architecture": "text", "seeds": "count", "seconds": "s", "rate": "1/s", "to_one": "ratio", "step": "ms"},
        **{"work": "TFLOP/s", "share": "s/s", "memory": "MB", "cpu_seconds": "s", "accuracy": "share"},
        **{"from_cpu": "number"},
    }
}
TARGETS = (
    targets.at_most(
        3, "64 seeds of `templates` at once on a GPU, against one", "gpu", "to_one", architecture="templates", seeds=64
    ),
)


def missing() -> str:
    return "" if torch.cuda.is_available() else "torch finds no CUDA GPU here"


def images(settings: dict, device: str) -> list[ImageDataset]:
    """Return the training and test images."""
    return [
        ImageDataset(np.concatenate([block.images for block in split.chunks]), split.labels, device)
        for split in generator.waveform_splits(settings).values()
    ]


def operations(layers: list[dict], shape: tuple) -> float:
    """Return the floating-point operations of one training step of one seed."""
    network = networks.build(layers, shape, 3, "library")
    return work.work_of(network, layers, shape).operations


def worst(made, other) -> float:
    """Return the largest difference between final weights, relative to the largest weight of each array."""
    names = [name for name in other.snapshots if name.startswith("last/")]
    differences = (np.abs(made.snapshots[name] - other.snapshots[name]).max() for name in names)
    return float(max(d / np.abs(other.snapshots[name]).max() for d, name in zip(differences, names, strict=True)))


def timed(train: Callable, repeats: int, device: str) -> tuple[list, list[float]]:
    """Return the result of every repeat of a training, and its seconds."""
    results = []
    run = work.finished(lambda: results.append(train()), device)
    return results, [timing.seconds(run) for _ in range(repeats)]


def rows(layers: list[dict], settings: dict, sets: dict, at_once: tuple, peak: float, device: str) -> Iterator[tuple]:
    """Yield the cells of each row of the table, after the architecture."""
    train_set = sets[device][0]
    steps = filled.epochs(settings, len(train_set)) * -(-len(train_set) // settings["batch_size"])
    jobs = [trainer.Job(layers, settings, seed, *sets[device], group.silent) for seed in range(max(at_once))]
    alone = trainer.Job(layers, settings, 0, *sets[devices.CPU], group.silent)
    (on_cpu,), (cpu,) = timed(lambda: trainer.train(alone), 1, device)
    group.alone(jobs[0]._replace(settings=settings | {"epochs": 1}))  # loads the card's libraries
    alone_seconds = None
    for count in at_once:
        train = partial(group.train, jobs[:count], group.silent)
        if device == devices.CUDA:
            torch.cuda.reset_peak_memory_stats()
        (*_, made), seconds = timed(train, 1 if count > 64 else 3, device)
        seconds_of_group = typical(seconds)
        alone_seconds = seconds_of_group if alone_seconds is None else alone_seconds
        memory = torch.cuda.max_memory_allocated() / 1e6 if device == devices.CUDA else 0.0
        accuracy = statistics.mean(trained.summary["test"]["accuracy"] for trained in made)
        flops = operations(layers, train_set.shape) * steps * count
        cells = speeds(seconds_of_group, alone_seconds, count, steps, flops, peak)
        yield count, *cells, memory, cpu, accuracy, worst(made[0], on_cpu)


def speeds(seconds: Cell, alone: Cell, count: int, steps: int, flops: float, peak: float) -> tuple[Cell, ...]:
    """Return seconds, seeds per second, times as long as one seed, ms of a step, TFLOP/s, and the share of the peak."""
    return (
        *(seconds, apply(lambda s: count / s, seconds), apply(lambda s, t: s / t, seconds, alone)),
        *(apply(lambda s: 1000 * s / steps, seconds), apply(lambda s: flops / s / 1e12, seconds)),
        apply(lambda s: flops / s / peak, seconds),
    )


def figure(table: tables.Table) -> Figure:
    page = Figure(figsize=(6, 4), layout="constrained")
    axes = page.subplots()
    for i, arch in enumerate(dict.fromkeys(table.column("architecture"))):
        rows = zip(*map(table.column, ("architecture", "seeds", "rate")), strict=True)
        points = [row[1:] for row in rows if row[0] == arch]
        axes.plot(*zip(*points, strict=True), label=arch, **figures.look(i))
    axes.set(xscale="log", yscale="log", xlabel="seeds at once", ylabel="seeds per second")
    figures.logarithmic(axes.xaxis, list(AT_ONCE))
    figures.logarithmic(axes.yaxis)
    figures.plain(axes)
    axes.legend(frameon=False)
    return page


def main() -> None:
    small = tables.Options(__doc__, "two epochs, at most 8 seeds").parse_args().small
    if why := missing():
        sys.exit(f"gpu: {why}")
    torch.set_num_threads(1)
    devices.prepare(devices.CUDA)
    peak, copied = work.product_peak(8192, devices.CUDA), work.copy_peak(1 << 28, devices.CUDA)
    print(f"{devices.label(devices.CUDA)}: product {peak / 1e12:.1f} TFLOP/s, copy {copied / 1e9:.0f} GB/s")
    experiment = loading.load([])
    waveforms = experiment.config["datasets"]["waveforms"]
    sets = {device: images(waveforms, device) for device in (devices.CPU, devices.CUDA)}
    table = tables.Table("gpu", TABLES["gpu"])
    for arch in experiment.architectures:
        settings = experiment.training[arch] | ({"epochs": 2} if small else {})
        for cells in rows(experiment.layers[arch], settings, sets, AT_ONCE[: 2 if small else None], peak, devices.CUDA):
            table.add(arch, *cells)
    table.save(figure(table))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
