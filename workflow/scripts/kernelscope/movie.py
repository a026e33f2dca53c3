"""The kernels of one run as they evolve: a frame per snapshot, all on one scale."""

from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope import banks, kernels, montage, pictures
from kernelscope.history import curves
from kernelscope.pictures import above, text

GAP = 12
WIDTH, WIDEST = 960, 1280  # least and largest width of a frame, pixels, if its widest bank allows


def limit(values: np.ndarray) -> float:
    """The 99.5 % point of |values| over the whole run: one scale, and a few large weights do not darken the rest."""
    finite = np.abs(values[np.isfinite(values)])
    return float(np.quantile(finite, 0.995) or finite.max()) if finite.any() else 1.0


def frames(
    layers: dict[str, np.ndarray], steps: np.ndarray, epochs: np.ndarray, title: str, strip: "Strip", colour_map: str
) -> Iterator[np.ndarray]:
    """One frame per snapshot, (h, w, 3) uint8 with even h and w, all of the same size.

    layers: name -> (t, out, in, k, k) raw kernels.
    """
    changes = {name: kernels.change(bank, bank[:1]) for name, bank in layers.items()}
    scales = {name: (limit(layers[name]), limit(changes[name][1:]) if len(steps) > 1 else 1.0) for name in layers}
    for t, (step, epoch) in enumerate(zip(steps, epochs, strict=True)):
        head = above(
            text(title, 20, bold=True),
            pictures.padded(text("untrained" if step == 0 else f"epoch {epoch:.2f}, step {step}", 16), right=200),
        )
        rows = [layer_row(name, layers[name][t], changes[name][t], scales[name], colour_map) for name in layers]
        body = above(head, pictures.flow(*rows, width=WIDEST, gap=2 * GAP), gap=GAP)
        body = pictures.padded(body, right=max(0, WIDTH - 2 * GAP - body.shape[1]))
        whole = above(body, strip.at(float(epoch)), gap=GAP)
        yield pictures.even(pictures.padded(whole, GAP, GAP, GAP, GAP))


def layer_row(
    name: str, bank: np.ndarray, change: np.ndarray, scales: tuple[float, float], colour_map: str
) -> np.ndarray:
    """Kernels and their change: side by side where they are narrow, one above the other where they are wide."""
    out, channels, k, _ = bank.shape
    factor = banks.enlargement(out, channels, k, tallest=300)
    panels = []
    for caption, values, scale in (("kernels", bank, scales[0]), ("change since untrained", change, scales[1])):
        panels.append(montage.panel(f"{name}, {caption}", montage.scaled(values, scale, factor, colour_map)))
    return pictures.flow(*panels, width=WIDEST, gap=2 * GAP)


class Strip:
    """Loss and accuracy over the epochs, drawn once; `at` puts the cursor."""

    def __init__(self, history: dict[str, list[float]], constant_loss: float):
        page = Figure(figsize=(9.36, 1.9), dpi=100)
        canvas = FigureCanvasAgg(page)
        self.axes = page.subplots(1, 2)
        page.subplots_adjust(left=0.07, right=0.985, top=0.95, bottom=0.25, wspace=0.2)
        curves(history, constant_loss, *self.axes)
        for axes in self.axes:
            axes.legend(frameon=False, fontsize=7, loc="center right")
        canvas.draw()
        self.background = np.asarray(canvas.buffer_rgba())[..., :3].copy()

    def at(self, epoch: float) -> np.ndarray:
        picture = self.background.copy()
        height = picture.shape[0]
        for axes in self.axes:
            (x, bottom), (_, top) = axes.transData.transform([(epoch, axes.get_ylim()[0]), (epoch, axes.get_ylim()[1])])
            picture[height - round(top) : height - round(bottom), round(x) - 1 : round(x) + 1] = (230, 150, 0)
        return picture


def held(frame_list: list[np.ndarray], first: int, last: int) -> Iterable[np.ndarray]:
    """All frames, the first shown `first` times and the last `last` times."""
    yield from [frame_list[0]] * (first - 1)
    yield from frame_list
    yield from [frame_list[-1]] * (last - 1)
