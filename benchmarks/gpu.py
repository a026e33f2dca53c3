"""Trainings of the default experiment on a GPU, 1 to 256 seeds at once, beside one on a thread of the CPU.

Whole trainings with all scores and snapshots, medians; the images are on the GPU already. The work is that of direct
convolutions and matrix products (benchmarks/floors.py counts it); it is done by FFT where that is faster, so its share
of the peak of a matrix product says how well the card is used, not how busy it is. `from_cpu` is the largest difference
between a weight of the first seed and the same on the CPU, beside the largest weight of its layer.
.venv/bin/python benchmarks/gpu.py [--small]
"""

import common  # isort: skip
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial

import floors
import numpy as np
import torch
from matplotlib.figure import Figure

from experiment import loading
from kernelscope import datasets, devices, group, training
from kernelscope import network as networks
from kernelscope.batches import Images

AT_ONCE = (1, 8, 64, 256)
COLUMNS = ("architecture", "seeds", "seconds", "seeds_per_s", "to_one", "ms_a_step", "tflop_s", "share", "peak_mb")
CPU_COLUMNS = ("cpu_s", "accuracy", "from_cpu")


def images(settings: dict, device: str) -> list[Images]:
    """Training and test images."""
    return [
        Images(np.concatenate([block.images for block in split.blocks]), split.labels, device)
        for split in datasets.waveform_splits(settings).values()
    ]


def operations(layers: list[dict], shape: tuple) -> float:
    """Of one training step of one seed."""
    network = networks.build(layers, shape, 3, "library")
    return floors.work_of(network, layers, shape).operations


def worst(made, other) -> float:
    """The largest difference of a weight in the end, beside the largest of its array."""
    names = [name for name in other.snapshots if name.startswith("last/")]
    differences = (np.abs(made.snapshots[name] - other.snapshots[name]).max() for name in names)
    return float(max(d / np.abs(other.snapshots[name]).max() for d, name in zip(differences, names, strict=True)))


def timed(train: Callable, repeats: int = 1) -> tuple:
    """What a training leaves, each time, and the median of its seconds."""
    left = []
    run = floors.finished(lambda: left.append(train()), devices.CUDA)
    return left, statistics.median(common.seconds(run) for _ in range(repeats))


def rows(layers: list[dict], settings: dict, sets: dict, at_once: tuple, peak: float) -> Iterator[tuple]:
    """The cells of the table after the architecture."""
    (train_set, test_set), own = sets[devices.CUDA], (layers, settings)
    steps = settings["epochs"] * -(-len(train_set) // settings["batch_size"])
    (on_cpu,), cpu = timed(lambda: training.train(*own, 0, *sets[devices.CPU], group.silent))
    group.alone(layers, settings | {"epochs": 1}, 0, train_set, test_set, group.silent)  # loads the card's libraries
    one = None
    for count in at_once:
        train = partial(group.train, *own, list(range(count)), [train_set] * count, test_set, group.silent)
        torch.cuda.reset_peak_memory_stats()
        (*_, made), taken = timed(train, 1 if count > 64 else 3)
        one = one or taken
        rate = operations(layers, train_set.shape) * steps * count / taken
        accuracy = statistics.mean(trained.summary["test"]["accuracy"] for trained in made)
        speed = (taken, count / taken, taken / one, 1000 * taken / steps, rate / 1e12, rate / peak)
        yield count, *speed, torch.cuda.max_memory_allocated() / 1e6, cpu, accuracy, worst(made[0], on_cpu)


def picture(table: common.Table) -> Figure:
    page = Figure(figsize=(6, 4), layout="constrained")
    axes = page.subplots()
    for i, arch in enumerate(dict.fromkeys(table.column("architecture"))):
        own = [row for row in table.rows if row[0] == arch]
        axes.plot([row[1] for row in own], [row[3] for row in own], label=arch, **common.look(i))
    axes.set(xscale="log", yscale="log", xlabel="seeds at once", ylabel="seeds per second")
    common.logarithmic(axes.xaxis, list(AT_ONCE))
    common.logarithmic(axes.yaxis)
    common.plain(axes)
    axes.legend(frameon=False)
    return page


if __name__ == "__main__":
    small = common.parser(__doc__, "two epochs, at most 8 seeds").parse_args().small
    if not torch.cuda.is_available():
        sys.exit("gpu: torch finds no CUDA GPU here")
    torch.set_num_threads(1)
    devices.prepare(devices.CUDA)
    peak, copied = floors.product_peak(8192, devices.CUDA), floors.copy_peak(1 << 28, devices.CUDA)
    print(f"{devices.label(devices.CUDA)}: product {peak / 1e12:.1f} TFLOP/s, copy {copied / 1e9:.0f} GB/s")
    experiment = loading.load([])
    sets = {
        device: images(experiment.config["datasets"]["waveforms"], device) for device in (devices.CPU, devices.CUDA)
    }
    table = common.Table("gpu", *COLUMNS, *CPU_COLUMNS)
    for arch in experiment.architectures:
        settings = experiment.training[arch] | ({"epochs": 2} if small else {})
        for cells in rows(experiment.layers[arch], settings, sets, AT_ONCE[: 2 if small else None], peak):
            table.add(arch, *cells)
    table.save(picture(table))
