"""Images per second: one matplotlib figure per image at 32 dpi (204 x 153 pixels, 10-pixel line), or our renderer."""

from harness import settings, tables, targets, timing  # isort: skip
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from harness.judging import apply
from matplotlib.figure import Figure

from kernelscope.data.drawing import LineDrawer
from kernelscope.data.generator import waveform_split
from kernelscope.data.waveforms import SHAPES, placed

ROWS, COLS, LINE, DPI = 153, 204, 10.0, 32
CLASSES = ["square", "triangle", "gaussian"]
TABLES = {"drawing": {"way": "text", "figures": "1/s", "images": "1/s", "ratio": "ratio"}}
TARGETS = (
    targets.at_least(50, "images by one renderer, against a figure each", "drawing", "ratio", way="one renderer"),
)


def outlines(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = [SHAPES[name] for name in CLASSES]
    drawn = [shapes[i % 3](rng.uniform(70, 130), rng.uniform(20, 50), COLS) for i in range(count)]
    return [placed(waveform, rng.uniform(50, 100), 130).outline for waveform in drawn]


def by_figures(lines: list[np.ndarray]) -> list[np.ndarray]:
    """Draw lines as the origin does: a figure, a plot, a canvas, the pixels of one channel."""
    images = []
    for points in lines:
        figure = plt.figure()
        figure.set_dpi(DPI)
        figure.set_facecolor("k")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(-0.5, COLS - 0.5), ylim=(ROWS - 0.5, -0.5))
        axes.axis("off")
        axes.plot(points[:, 1], points[:, 0], "w", lw=LINE * 72 / DPI)
        figure.canvas.draw()
        images.append(np.asarray(figure.canvas.buffer_rgba())[:, :, 0].copy())
        plt.close(figure)
    return images


def by_one_renderer(lines: list[np.ndarray]) -> list[np.ndarray]:
    drawer = LineDrawer(ROWS, COLS)
    return [drawer.draw(points, LINE) for points in lines]


def whole_dataset(count: int) -> None:
    """Draw a dataset as we do: parameters, outlines, images, and the positions of all features."""
    ranges = {"amplitude": [0.35, 0.8], "width": [0.15, 0.25], "position": [0, 1], "offset": [0, 1]}
    line = {"line_width": [LINE, LINE], "image_size": [ROWS, COLS]}
    split = waveform_split(
        settings.dataset("waveforms", classes=CLASSES, train_images=count, **ranges, **line), "train"
    )
    drawn = sum(len(block.images) for block in split.chunks)  # the iteration draws the blocks
    assert drawn == count


def report(table: tables.Table, name: str, lines: list[np.ndarray], ours, repeats: int) -> None:
    slow, fast, ratio = timing.in_turn(lambda: by_figures(lines), ours, repeats)
    table.add(name, *(apply(lambda seconds: len(lines) / seconds, way) for way in (slow, fast)), ratio)


def figure(table: tables.Table) -> Figure:
    page = Figure(figsize=(7, 2.2), layout="constrained")
    axes = page.subplots()
    axes.barh(table.column("way"), table.column("ratio"), color="#1f5a9e")
    axes.set(xlabel="times as many images per second as one matplotlib figure per image")
    axes.spines[["top", "right"]].set_visible(False)
    return page


def main() -> None:
    small = tables.Options(__doc__, "6 images three times, not 60 seven times").parse_args().small
    count, repeats = (6, 3) if small else (60, 7)
    lines = outlines(count)
    theirs, ours = by_figures(lines)[0], by_one_renderer(lines)[0]
    difference = np.abs(theirs - ours.astype(float)).mean()
    print(f"same image: shapes {theirs.shape} {ours.shape}, mean difference {difference:.2f} of 255")
    table = tables.Table("drawing", TABLES["drawing"])
    report(table, "one renderer", lines, lambda: by_one_renderer(lines), repeats)
    report(table, "dataset with its truth", lines, lambda: whole_dataset(count), repeats)
    table.save(figure(table))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
