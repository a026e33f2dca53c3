"""Loss and accuracy over the epochs, with the level that a network reaches without looking at its images."""

from matplotlib.figure import Figure

from kernelscope import look


def curves(history: dict[str, list[float]], constant_loss: float, loss_axes, accuracy_axes) -> None:
    """Draw the columns of history.csv into two axes."""
    epochs = history["epoch"]
    for split, colour in (("train", look.BLUE), ("test", look.VERMILLION)):
        style = {
            "color": colour,
            "marker": "o",
            "markersize": 3,
            "linewidth": 1.5,
            "label": split,
            "clip_on": False,
            "zorder": 3,
        }
        loss_axes.plot(epochs, history[f"{split}_loss"], **style)
        accuracy_axes.plot(epochs, history[f"{split}_accuracy"], **style)
        if any(value == value for value in history[f"{split}_within"]):
            accuracy_axes.plot(
                epochs,
                history[f"{split}_within"],
                color=colour,
                linestyle=":",
                linewidth=1.5,
                label=f"{split}, all within 0.1",
            )
    loss_axes.axhline(
        constant_loss, color=look.QUIET, linestyle="--", linewidth=1, label=f"constant predictor {constant_loss:.3g}"
    )
    loss_axes.set(ylabel="loss", ylim=(0, None))
    accuracy_axes.set(ylabel="accuracy", ylim=(0, 1))
    for axes in (loss_axes, accuracy_axes):
        axes.set(xlabel="epoch", xlim=(0, max(max(epochs), 1)))
        look.plain(axes)


def figure(history: dict[str, list[float]], constant_loss: float, title: str, note: str) -> Figure:
    """The figure of one run: loss on the left, accuracy on the right."""
    page = Figure(figsize=(10, 4.2))
    page.subplots_adjust(0.065, 0.2, 0.985, 0.88, 0.18)
    look.headed(page, title)
    left, right = page.subplots(1, 2)
    curves(history, constant_loss, left, right)
    look.legend(left)
    look.legend(right, loc="center right")
    look.noted(page, note)
    return page


def numbers(rows: list[dict[str, str]]) -> dict[str, list[float]]:
    """Rows of history.csv as columns of numbers, without the label of a failure; an empty cell is NaN."""
    return {name: [float(row[name] or "nan") for row in rows] for name in rows[0] if name != "failure"}
