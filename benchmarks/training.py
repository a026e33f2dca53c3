"""A training step and an epoch of every architecture, compared with torch's own layers and with the origin.

Both sides use the same weights and data, batches of 100 and one thread. Ours converts the bytes of every batch to
floats; the plain network holds floats. An epoch has 500 training and 100 test images. Ours scores 100 of the training
images (a fifth, as in the default experiment), the plain network all of them, and the origin all of them one by one.
"""

from harness import figures, plain, settings, tables, targets, timing  # isort: skip
import tempfile
from pathlib import Path

import torch
from harness.judging import Cell, Unreported, apply, faster
from harness.steps import BATCH, Floats, both, floats, images, our_step, plain_step
from matplotlib.figure import Figure

from kernelscope.models import architectures, convolution, networks
from kernelscope.training.batches import ImageDataset
from kernelscope.training.recorder import Recorder
from kernelscope.training.schedule import EVALUATION_BATCH, planned
from kernelscope.training.trainer import sample

TRAIN, TEST = 500, 100
SIZES = ((64, 64), (100, 100), (153, 204))
KERNEL_SIZES = (10, 15, 20, 25)
WANTED = {("cnnkernels", (100, 100), 20): 10, ("cnnkernels", (100, 100), 25): 12, ("templates", (64, 64), 15): 3}
WANTED |= {("templates", (100, 100), 21): 5, ("stacked", (64, 64), 10): 1, ("stacked", (100, 100), 15): 1}
TABLES = {
    "training": {
        **{"architecture": "text", "image": "text", "kernel_size": "pixels", "plain_step": "ms", "our_step": "ms"},
        **{"step_ratio": "ratio", "epoch_ratio": "ratio", "origin_ratio": "ratio", "largest_difference": "number"},
    }
}


def target(arch: str, size: tuple[int, int], kernel_size: int, limit: float) -> targets.Target:
    where = {"architecture": arch, "image": f"{size[1]}x{size[0]}", "kernel_size": kernel_size}
    what = f"training step of `{arch}`, {where['image']}, K = {kernel_size}, against torch's own layers"
    return targets.at_least(limit, what, "training", "step_ratio", **where)


TARGETS = tuple(target(*geometry, limit) for geometry, limit in WANTED.items())


def layers_of(arch: str, kernel_size: int) -> list[dict]:
    made = {
        "templates": lambda: architectures.templates(12, kernel_size),
        "cnnkernels": lambda: architectures.cnnkernels(5, kernel_size),
        "stacked": lambda: architectures.stacked(16, kernel_size),
    }
    return made[arch]()


def our_epoch(network, optimizer, train: ImageDataset, test: ImageDataset):
    plan = settings.training(batch_size=BATCH, epochs=1, snapshots=2)
    recorder = Recorder(planned(plan, TRAIN), "cross_entropy", networks.weights(network), lambda line: None)
    scored = sample(train, TRAIN // 5, seed=0), test

    def epoch():
        for batch in torch.randperm(TRAIN).split(BATCH):
            our_step(network, optimizer, train, batch)
        answers = (networks.evaluate(network, images.batches(EVALUATION_BATCH))[0] for images in scored)
        recorder.epoch_ends(1, 1, *((outputs, images.labels) for outputs, images in zip(answers, scored, strict=True)))

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


def compare(table: tables.Table, arch: str, size: tuple[int, int], kernel_size: int, slow: bool) -> None:
    """Add a row; epochs are long and measured once, and the origin's data loading is measured only if `slow`."""
    layers, image = layers_of(arch, kernel_size), (1, *size)
    ours, theirs = both(layers, image)
    train, test = images(TRAIN, image), images(TEST, image)
    held, batch = floats(train), torch.arange(BATCH)
    with torch.no_grad():
        difference = (ours[0](train.pixels(batch)) - theirs[0](train.pixels(batch))).abs().max().item()
    *steps, step_ratio = timing.in_turn(
        lambda: plain_step(*theirs, held, batch), lambda: our_step(*ours, train, batch), 3
    )
    epochs = plain_epoch(*theirs, held, floats(test)), our_epoch(*ours, train, test)
    epoch_ratio = faster([timing.seconds(epochs[0]) / timing.seconds(epochs[1])])
    origin = from_files(ours, theirs, train, test) if slow else Unreported("of another network")
    milliseconds = [apply(lambda seconds: 1000 * seconds, step) for step in steps]
    ratios = step_ratio, epoch_ratio, origin
    table.add(arch, f"{size[1]}x{size[0]}", kernel_size, *milliseconds, *ratios, difference)


def from_files(ours, theirs, train: ImageDataset, test: ImageDataset) -> Cell:
    """Return how many times longer an epoch of the origin takes, which is so slow that it is timed once."""
    with tempfile.TemporaryDirectory() as folder:
        paths = plain.files(Path(folder), train.pixels(), train.labels)
        test_paths = paths[:TEST]  # other images would take equally long to read
        slow = timing.seconds(lambda: plain.origin_epoch(*theirs, paths, test_paths, TRAIN // 10))
    return faster([slow / timing.median(our_epoch(*ours, train, test), 3)])


def figure(table: tables.Table) -> Figure:
    page = Figure(figsize=(12, 4.2), layout="constrained")
    page.suptitle("times as fast as torch's own layers, one training step, one thread", x=0.01, ha="left")
    columns = ("architecture", "image", "kernel_size", "step_ratio")
    rows = list(zip(*map(table.column, columns), strict=True))
    archs = list(dict.fromkeys(table.column("architecture")))
    for axes, arch in zip(page.subplots(1, len(archs), sharey=True, squeeze=False)[0], archs, strict=True):
        for number, size in enumerate(dict.fromkeys(table.column("image"))):
            if points := [row[2:] for row in rows if row[:2] == (arch, size)]:
                axes.plot(*zip(*points, strict=True), label=f"{size} pixels", **figures.look(number))
        axes.axhline(1, color="#888888", linestyle="--")
        axes.set(title=arch, xlabel="kernel size (pixels)", yscale="log")
        axes.xaxis.get_major_locator().set_params(integer=True)
        figures.logarithmic(axes.yaxis)
        figures.plain(axes)
        axes.legend(frameon=False)
    page.axes[0].set_ylabel("ratio of times")
    return page


def geometries() -> list[tuple]:
    """Return the architectures, image sizes and kernel sizes to measure."""
    more = [wanted for wanted in WANTED if wanted[2] not in KERNEL_SIZES]
    grid = [
        (arch, size, kernel_size)
        for arch in ("templates", "cnnkernels", "stacked")
        for size in SIZES
        for kernel_size in KERNEL_SIZES
    ]
    return grid + more


def main() -> None:
    options = tables.Options(__doc__, "one small geometry")
    options.add_argument("--grid", action="store_true", help="the whole grid, not only the geometries with a target")
    arguments = options.parse_args()
    torch.set_num_threads(1)
    table = tables.Table("training", TABLES["training"])
    if arguments.small:
        compare(table, "templates", (28, 28), 9, slow=False)
    for geometry in () if arguments.small else geometries() if arguments.grid else WANTED:
        compare(table, *geometry, slow=geometry == ("cnnkernels", (100, 100), 20))
    print("ways:", ", ".join(convolution.WAYS), "(auto here)")
    table.save(figure(table))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
