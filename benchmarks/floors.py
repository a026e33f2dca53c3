"""A lower bound on the time of a training step, from the work of its algorithm and the peaks of this machine.

Peaks are measured here, in the same process: a matrix product, a copy in memory, and the FFT of a chunk of images.
The floor is a sum of three times: floating-point operations of direct convolutions and matrix products at the peak of
a product, transforms at the speed of the library's FFT, and one read or write of every array at the speed of a copy.
"""

from harness import tables, targets, timing  # isort: skip
import torch
from harness.judging import apply, typical
from harness.steps import BATCH, both, images, our_step
from harness.work import copy_peak, product_peak, work_of
from matplotlib.figure import Figure

from experiment.plan import loading

IMAGES = ((1, 64, 64), (1, 100, 100))
TABLES = {
    "floors": {
        **{"architecture": "text", "image": "text", "operations": "GFLOP", "transforms": "count", "memory": "MB"},
        **{"floor": "ms", "step": "ms", "share": "s/s", "product": "GFLOP/s", "copy": "GB/s"},
    }
}
TARGETS = tuple(
    targets.at_least(
        0.5, f"floor of a training step of `{arch}`, as a share of it", "floors", "share", architecture=arch
    )
    for arch in ("cnnkernels", "templates", "stacked")
)


def measure(table: tables.Table, arch: str, layers: list[dict], image: tuple, repeats: int) -> None:
    (network, optimizer), _ = both(layers, image)
    batch, train = torch.arange(BATCH), images(BATCH, image)
    work = work_of(network, layers, image)
    product, copy = product_peak(), copy_peak()
    step = typical(timing.repeated(lambda: our_step(network, optimizer, train, batch), repeats))
    floor = work.seconds(product, copy)
    counted = work.operations / 1e9, sum(work.transforms.values()), work.bytes / 1e6
    times = 1000 * floor, apply(lambda s: 1000 * s, step), apply(lambda s: floor / s, step)
    table.add(arch, f"{image[2]}x{image[1]}", *counted, *times, product / 1e9, copy / 1e9)


def figure(table: tables.Table) -> Figure:
    page = Figure(figsize=(8, 3.6), layout="constrained")
    axes = page.subplots()
    names = [
        f"{arch}, {image}" for arch, image in zip(table.column("architecture"), table.column("image"), strict=True)
    ]
    axes.barh(names, table.column("step"), color="#9db8d9", label="measured")
    axes.barh(names, table.column("floor"), color="#1f5a9e", height=0.4, label="floor of its algorithm")
    axes.set(xlabel="one training step of 100 images on one thread (ms)")
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return page


def main() -> None:
    small = tables.Options(__doc__, "one architecture on images of 64 x 64").parse_args().small
    torch.set_num_threads(1)
    table = tables.Table("floors", TABLES["floors"])
    experiment = loading.load([])
    for arch in ["templates"] if small else experiment.architectures:
        for image in IMAGES[: 1 if small else None]:
            measure(table, arch, experiment.layers[arch], image, 3 if small else 7)
    table.save(figure(table))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
