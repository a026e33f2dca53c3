"""A training step and an epoch of every architecture: ours against torch's own layers, and against the origin's way.

Same weights, data, batches of 100 and one thread on both sides; ours makes floats of the bytes of every batch, the
plain one holds floats. An epoch has 500 training and 100 test images; ours scores 100 of the training images, as the
default experiment a fifth, the plain one all, the origin's one by one.

.venv/bin/python benchmarks/training.py [--small]
"""

import common  # isort: skip
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import plain
import torch
from matplotlib.figure import Figure

from kernelscope import architectures, convolution, objectives
from kernelscope import network as networks
from kernelscope.batches import Images
from kernelscope.optimizers import AdamW
from kernelscope.recorder import Recorder
from kernelscope.training import EVALUATION_BATCH

BATCH, TRAIN, TEST = 100, 500, 100
SIZES = ((64, 64), (100, 100), (153, 204))
KERNEL_SIZES = (10, 15, 20, 25)
TARGETS = {("cnnkernels", (100, 100), 20): 10, ("cnnkernels", (100, 100), 25): 12, ("matched", (64, 64), 15): 3}
TARGETS |= {("matched", (100, 100), 21): 5, ("stacked", (64, 64), 10): 1, ("stacked", (100, 100), 15): 1}
DECAY = 0.5


class Floats(NamedTuple):
    """The images of one split, (n, channels, h, w)."""

    pixels: torch.Tensor
    labels: torch.Tensor


def layers_of(arch: str, kernel_size: int) -> list[dict]:
    made = {
        "matched": lambda: architectures.matched(12, kernel_size),
        "cnnkernels": lambda: architectures.cnnkernels(5, kernel_size),
        "stacked": lambda: architectures.stacked(16, kernel_size),
    }
    return made[arch]()


def both(layers: list[dict], image: tuple[int, int, int]) -> tuple:
    ours = networks.build(layers, image, 3)
    networks.initialise(ours, {"conv": None, "linear": None}, 0)
    theirs = plain.same_weights(plain.network(layers, image, 3), ours)
    parameters = list(ours.parameters())
    return (ours, AdamW(parameters, [DECAY] * len(parameters))), (
        theirs,
        torch.optim.AdamW(theirs.parameters(), lr=1e-4, weight_decay=DECAY),
    )


def our_step(network, optimizer, images: Images, batch) -> None:
    network.zero_grad()
    objectives.loss("cross_entropy", network(images.pixels(batch)), images.labels[batch]).backward()
    optimizer.step(1e-4)


def plain_step(network, optimizer, images: Floats, batch) -> None:
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(network(images.pixels[batch]), images.labels[batch]).backward()
    optimizer.step()


def our_epoch(network, optimizer, train: Images, test: Images):
    settings = {"loss": "cross_entropy", "batch_size": BATCH, "epochs": 1, "snapshots": 2, "scored_images": TRAIN // 5}
    recorder = Recorder(network, settings, 0, train, test, lambda line: None)

    def epoch():
        for batch in torch.randperm(TRAIN).split(BATCH):
            our_step(network, optimizer, train, batch)
        shown = recorder.sample, recorder.test_set
        recorder.epoch_ends(1, 1, *(networks.answers(network, images.blocks(EVALUATION_BATCH))[0] for images in shown))

    return epoch


def plain_epoch(network, optimizer, train: Floats, test: Floats):
    def epoch():
        for batch in torch.randperm(TRAIN).split(BATCH):
            plain_step(network, optimizer, train, batch)
        with torch.no_grad():
            for images in (train, test):
                outputs = torch.cat([network(x) for x in images.pixels.split(BATCH)])
                torch.nn.functional.cross_entropy(outputs, images.labels).item()
                (outputs.argmax(1) == images.labels).float().mean().item()

    return epoch


def images(count: int, image: tuple[int, int, int]) -> Images:
    """Noise, of one channel."""
    pixels = np.random.default_rng(count).integers(0, 256, (count, *image[1:]), dtype=np.uint8)
    return Images(pixels, np.arange(count) % 3)


def floats(images: Images) -> Floats:
    return Floats(images.pixels(), images.labels)


def compare(table: common.Table, arch: str, size: tuple[int, int], kernel_size: int) -> None:
    layers, image = layers_of(arch, kernel_size), (1, *size)
    ours, theirs = both(layers, image)
    train, test = images(TRAIN, image), images(TEST, image)
    held = floats(train)
    batch = torch.arange(BATCH)
    with torch.no_grad():
        difference = (ours[0](train.pixels(batch)) - theirs[0](train.pixels(batch))).abs().max().item()
    slow, fast, step = common.in_turn(
        lambda: plain_step(*theirs, held, batch), lambda: our_step(*ours, train, batch), 3
    )
    _, _, epoch = common.in_turn(plain_epoch(*theirs, held, floats(test)), our_epoch(*ours, train, test), 1)
    origin = from_files(ours, theirs, train, test) if arch == "cnnkernels" and kernel_size == 20 else ""
    target = TARGETS.get((arch, size, kernel_size), 1 if arch == "stacked" else "")
    name = f"{size[1]}x{size[0]}"
    table.add(arch, name, kernel_size, 1000 * slow, 1000 * fast, step, target, epoch, origin, difference)


def from_files(ours, theirs, train: Images, test: Images) -> float:
    """How many times as long the origin's way takes for an epoch."""
    with tempfile.TemporaryDirectory() as folder:
        paths = plain.files(Path(folder), train.pixels(), train.labels)
        test_paths = paths[:TEST]  # other images would not be read faster or slower
        slow = common.seconds(lambda: plain.origin_epoch(*theirs, paths, test_paths, TRAIN // 10))
    return slow / common.median(our_epoch(*ours, train, test), 3)


def picture(table: common.Table) -> Figure:
    page = Figure(figsize=(12, 4.2), layout="constrained")
    page.suptitle("times as fast as torch's own layers, one training step, one thread", x=0.01, ha="left")
    archs = list(dict.fromkeys(table.column("architecture")))
    for axes, arch in zip(page.subplots(1, len(archs), sharey=True, squeeze=False)[0], archs, strict=True):
        for number, size in enumerate(dict.fromkeys(table.column("image"))):
            if found := [row for row in table.rows if row[:2] == (arch, size)]:
                look = common.look(number)
                axes.plot([row[2] for row in found], [row[5] for row in found], label=f"{size} pixels", **look)
        axes.axhline(1, color="#888888", linestyle="--")
        axes.set(title=arch, xlabel="kernel size (pixels)", yscale="log")
        axes.xaxis.get_major_locator().set_params(integer=True)
        common.logarithmic(axes.yaxis)
        common.plain(axes)
        axes.legend(frameon=False)
    page.axes[0].set_ylabel("ratio of times")
    return page


if __name__ == "__main__":
    small = common.parser(__doc__, "only the geometries that have a target").parse_args().small
    torch.set_num_threads(1)
    columns = ("architecture", "image", "kernel_size", "plain_step_ms", "our_step_ms", "step_ratio", "target")
    table = common.Table("training", *columns, "epoch_ratio", "origin_ratio", "largest_difference")
    for arch in ("matched", "cnnkernels", "stacked"):
        for size in SIZES:
            sizes = (*KERNEL_SIZES, 21) if (arch, size) == ("matched", (100, 100)) else KERNEL_SIZES
            for kernel_size in sorted(sizes):
                if not small or (arch, size, kernel_size) in TARGETS:
                    compare(table, arch, size, kernel_size)
    print("ways:", ", ".join(convolution.WAYS), "(auto here)")
    table.save(picture(table))
