"""Draw loss and accuracy over the epochs; for layer-wise training, reconstruction error and free energy."""

from collections.abc import Callable

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope.figures import captions, styling

LAYERWISE_PANELS = (  # words, factor, columns
    ("reconstruction error", 1, {"train_loss": ("train", styling.BLUE), "test_loss": ("test", styling.VERMILLION)}),
    ("free energy gap, ‰", 1000, {"free_energy": ("test", styling.VERMILLION)}),
)
CURSOR = (230, 150, 0)
LETTERS = 12.2  # points at 100 dots per inch: 17 pixels
IN_LINE = 3  # entries of a legend


def layerwise_curves(history: dict[str, list[float]], error_axes, energy_axes) -> None:
    """Draw the columns of history.csv into two axes, broken and marked where the training of the next layer begins."""
    epochs, layers = history["epoch"], history["layer"]
    begins = [at for at in range(len(layers)) if at == 0 or layers[at] != layers[at - 1]]
    parts = [slice(*ends) for ends in zip(begins, [*begins[1:], None], strict=True)]
    for axes, (words, factor, columns) in zip((error_axes, energy_axes), LAYERWISE_PANELS, strict=True):
        for column, (name, color) in columns.items():
            for number, part in enumerate(parts):
                label = name if number == 0 and len(columns) > 1 else None
                values = [factor * value for value in history[column][part]]
                axes.plot(epochs[part], values, color=color, linewidth=1.5, label=label)
        axes.set(xlabel="epoch", ylabel=words, xlim=(0, max(epochs)))
        styling.plain(axes)
        for at in begins[1:]:
            axes.axvline(epochs[at - 1], color=styling.FAINT, linewidth=0.8, linestyle=":")
            style = {"transform": axes.get_xaxis_transform(), "va": "top", "fontsize": styling.TEXT}
            axes.text(epochs[at - 1], 0.99, f" layer {layers[at]:g}", **style, color=styling.QUIET)
    error_axes.set_ylim(0, None)


STYLES = {  # a narrow line on a wide one, so that both are seen where they are equal
    "train": {"linewidth": 4.5, "marker": "o", "markersize": 5, "alpha": 0.55},
    "test": {"linewidth": 1.6, "marker": "o", "markersize": 2.5},
}


def curves(
    history: dict[str, list[float]], constant_loss: float | None, loss_axes, accuracy_axes, time: str = "epoch"
) -> None:
    """Draw the columns of history.csv into two axes; without labels, reconstruction error and free energy."""
    if "free_energy" in history:
        layerwise_curves(history, loss_axes, accuracy_axes)
        return
    epochs = history["epoch"]
    splits_with = {score: scored(history, score) for score in ("loss", "accuracy")}
    for split, color in (("train", styling.BLUE), ("test", styling.VERMILLION)):
        style = STYLES[split] | {"color": color, "label": split, "clip_on": False, "zorder": 3}
        for score, axes in (("loss", loss_axes), ("accuracy", accuracy_axes)):
            if split in splits_with[score]:
                axes.plot(epochs, history[f"{split}_{score}"], **style | sparse(epochs))
        if any(value == value for value in history[f"{split}_within"]):
            style = {"color": color, "linestyle": ":", "linewidth": 1.5, "label": f"{split}, all within 0.1"}
            accuracy_axes.plot(epochs, history[f"{split}_within"], **style)
    if constant_loss is not None:
        words = f"constant predictor {constant_loss:.3g}"
        loss_axes.axhline(constant_loss, color=styling.QUIET, linestyle="--", linewidth=1, label=words)
    loss_axes.set(ylabel="loss", ylim=(0, None))
    accuracy_axes.set(ylabel="accuracy", ylim=(0, 1))
    for score, axes in (("loss", loss_axes), ("accuracy", accuracy_axes)):
        axes.set(xlabel=time, xlim=(0, max(max(epochs), 1)))
        styling.plain(axes)
        if not splits_with[score]:
            styling.empty(axes, "no numbers")


def scored(history: dict[str, list[float]], score: str) -> list[str]:
    """Return the splits with a score at some epoch."""
    return [split for split in ("train", "test") if any(value == value for value in history[f"{split}_{score}"])]


def sparse(epochs: list[float]) -> dict:
    """Return a style without markers if there are so many epochs that markers would merge into a band."""
    return {"marker": ""} if len(epochs) > 200 else {}


def figure(
    history: dict[str, list[float]],
    constant_loss: float | None,
    title: str,
    note: str,
    chance: float | None = None,
    time: str = "epoch",
) -> Figure:
    """Draw the figure of one run: loss on the left, accuracy on the right.

    chance: the accuracy of guessing. time: what the column `epoch` counts, "epoch" or "step".
    """
    page = styling.page((10, 4.8))
    styling.headed(page, title)
    left, right = page.subplots(1, 2)
    curves(history, constant_loss, left, right, time)
    if "free_energy" not in history:
        style = {"fontsize": styling.TITLE, "loc": "left"}
        left.set_title(ended("loss", history, "test_loss", "{:.3f}".format), **style)
        right.set_title(ended("accuracy", history, "test_accuracy", captions.percent), **style)
        if chance is not None:
            words = f"guessing {captions.percent(chance, 0)}"
            right.axhline(chance, color=styling.QUIET, linestyle="--", linewidth=1, label=words)
    for axes in (left, right):
        styling.legend(axes)
    styling.noted(page, note)
    return page


def ended(name: str, history: dict[str, list[float]], column: str, form: Callable[[float], str]) -> str:
    """Return the title of a panel: what it is of, and where it ends on test images."""
    last = next((value for value in reversed(history[column]) if value == value), None)
    return name if last is None else f"{name}: {form(last)} on test images at the end"


def numbers(rows: list[dict[str, str]]) -> dict[str, list[float]]:
    """Return rows of history.csv as columns of numbers, without the failure label; an empty cell is NaN."""
    return {name: [float(row[name] or "nan") for row in rows] for name in rows[0] if name != "failure"}


class Strip:
    """Loss and accuracy up to now, in an image of (height, width) pixels; the axes never change."""

    def __init__(self, history: dict[str, list[float]], constant_loss: float | None, height: int, width: int):
        self.history = history
        self.empty, self.full, self.axes = drawn_curves(history, constant_loss, (width / 100, height / 100))

    def at(self, epoch: float) -> np.ndarray:
        """Return the strip with the curves up to an epoch, and a cursor there."""
        image = self.empty.copy()
        for axes in self.axes:
            (x, bottom), (_, top) = axes.transData.transform([(epoch, axes.get_ylim()[0]), (epoch, axes.get_ylim()[1])])
            left = int(axes.bbox.x0)
            rows = slice(max(0, round(len(image) - top) - 6), round(len(image) - bottom) + 6)
            image[rows, left - 6 : round(x) + 1] = self.full[rows, left - 6 : round(x) + 1]
            image[round(len(image) - top) : round(len(image) - bottom), round(x) : round(x) + 2] = CURSOR
        return image

    def score(self, epoch: float) -> str:
        """Return the test accuracy at the last epoch that was evaluated; "" where there is none."""
        accuracy = self.history.get("test_accuracy", [])
        known = [
            value for at, value in zip(self.history["epoch"], accuracy, strict=False) if at <= epoch and value == value
        ]
        return f"{captions.percent(known[-1])} of test images right" if known else ""


def drawn_curves(history, constant_loss, inches: tuple[float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the two panels without and with their curves, as images, and their axes."""
    page = Figure(figsize=inches, dpi=100)
    canvas = FigureCanvasAgg(page)
    panels = page.subplots(1, 2)
    curves(history, constant_loss, *panels)
    entries = [len(axes.get_legend_handles_labels()[0]) for axes in panels]
    top = 0.83 if max(entries) <= IN_LINE else 0.71  # room for a second line
    page.subplots_adjust(left=0.075, right=0.98, top=top, bottom=0.27, wspace=0.16)
    for axes, count in zip(panels, entries, strict=True):
        axes.tick_params(labelsize=LETTERS)
        axes.xaxis.label.set_size(LETTERS)
        axes.yaxis.label.set_size(LETTERS)
        for words in axes.texts:
            words.set_fontsize(LETTERS)
        cols = IN_LINE if count <= IN_LINE else 2
        place = {"loc": "lower left", "bbox_to_anchor": (0, 0.97), "ncols": cols, "borderpad": 0.1}
        styling.legend(axes, fontsize=LETTERS, **place)
    images = []
    for visible in (False, True):
        for axes in panels:
            for line in axes.lines:
                line.set_visible(visible)
        canvas.draw()
        images.append(np.asarray(canvas.buffer_rgba())[..., :3].copy())
    return *images, panels
