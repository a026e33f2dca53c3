"""A training step of the origin's network: the library's convolution compared with ours, by FFT.

Both sides use one thread and the same weights and 100 images; steps are timed in turn, and medians count. The table
also has the largest difference of outputs and of gradients.
"""

from harness import figures, settings, tables, timing  # isort: skip
import torch
from harness.judging import apply
from matplotlib.figure import Figure

from kernelscope.models import networks
from kernelscope.models.architectures import cnnkernels
from kernelscope.training.optimizers import AdamW

REPEATS = 5
GEOMETRIES = (  # side of the image, kernel size, units of the hidden layers
    (100, 20, (4096, 1024)),  # as in the origin
    (100, 20, (1024, 256)),  # our default hidden layers
    *((64, kernel_size, (1024, 256)) for kernel_size in (7, 9, 11, 13, 15)),
)
SMALL = ((28, 9, (32, 16)),)
TABLES = {
    "convolution": {
        **{"image": "text", "kernel_size": "pixels", "hidden": "text", "library": "ms", "fft": "ms", "ratio": "ratio"},
        **{"output_difference": "number", "gradient_difference": "number"},
    }
}


def network(kernel_size: int, widths: tuple[int, int], image, way: str):
    built = networks.build(cnnkernels(kernel_size=kernel_size, widths=widths), image, 3, way)
    networks.initialize(built, settings.training()["init_std"], seed=0)
    return built


def stepper(built, x, y):
    parameters = list(built.parameters())
    optimizer = AdamW(parameters, [0.0] * len(parameters))

    def step():
        built.zero_grad()
        torch.nn.functional.cross_entropy(built(x), y).backward()
        optimizer.step(0.0)  # the weights do not change, so that every step is the same

    return step


def compare(table: tables.Table, batch: int, side: int, kernel_size: int, widths: tuple[int, int]) -> None:
    torch.manual_seed(0)
    image = (1, side, side)
    x, y = torch.rand(batch, *image), torch.randint(0, 3, (batch,))
    plain, fft = (network(kernel_size, widths, image, way) for way in ("library", "fft"))
    slow, fast, ratio = timing.in_turn(stepper(plain, x, y), stepper(fft, x, y), REPEATS)
    outputs = (plain(x) - fft(x)).abs().max().item()
    gradients = max(
        (a.grad - b.grad).abs().max().item() for a, b in zip(plain.parameters(), fft.parameters(), strict=True)
    )
    hidden = " and ".join(map(str, widths))
    table.add(
        f"{side}x{side}",
        kernel_size,
        hidden,
        *(apply(milliseconds, way) for way in (slow, fast)),
        ratio,
        outputs,
        gradients,
    )


def milliseconds(seconds: float) -> float:
    return 1000 * seconds


def figure(table: tables.Table) -> Figure:
    """Draw both times on one line per geometry, with their ratio."""
    page = Figure(figsize=(9, 3.8), layout="constrained")
    axes = page.subplots()
    slow, fast = table.column("library"), table.column("fft")
    geometries = zip(*map(table.column, ("image", "kernel_size", "hidden")), strict=True)
    names = [f"{image}, kernels {size}x{size}, hidden {hidden}" for image, size, hidden in geometries]
    places = range(len(names))
    axes.hlines(places, fast, slow, color="#bbbbbb", linewidth=2, zorder=1)
    for number, (label, times) in enumerate((("library", slow), ("FFT", fast))):
        axes.plot(times, places, linestyle="", markersize=8, label=label, **figures.look(number))
    for place, a, b, ratio in zip(places, slow, fast, table.column("ratio"), strict=True):
        axes.text(max(a, b) * 1.1, place, f"{ratio:.1f} times", va="center")
    axes.set(xscale="log", xlabel="one training step of 100 images on one thread (ms)")
    axes.set_xlim(0.8 * min(fast + slow), 3 * max(fast + slow))
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    figures.plain(axes)
    figures.logarithmic(axes.xaxis)
    axes.legend(frameon=False, loc="lower right")
    return page


def main() -> None:
    small = tables.Options(__doc__, "one small geometry, 20 images").parse_args().small
    torch.set_num_threads(1)
    table = tables.Table("convolution", TABLES["convolution"])
    for geometry in SMALL if small else GEOMETRIES:
        compare(table, 20 if small else 100, *geometry)
    table.save(figure(table))


if __name__ == "__main__":
    main()
