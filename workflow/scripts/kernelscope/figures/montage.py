"""The montage of one run: every conv layer untrained, trained on one scale and kernel by kernel, and its change."""

from typing import NamedTuple

import numpy as np

from kernelscope.figures import captions, kernel_grid, raster
from kernelscope.figures.raster import above, beside, text
from kernelscope.measures import kernels

GAP = 14
WIDTH = 1320  # pixels


class Layer(NamedTuple):
    """A layer to draw.

    untrained (None if unknown) and trained: kernels (out, in, k, k). response (out,): the largest response of each
    kernel to the training images, None if unknown. min_max_normalized: whether the size of the weights is lost. factor: the decay
    factor of the trained kernels, NaN if unknown.
    """

    untrained: np.ndarray | None
    trained: np.ndarray
    response: np.ndarray | None
    min_max_normalized: bool = False
    factor: float = np.nan

    @property
    def change(self) -> np.ndarray:
        """Return the change of the kernels, (out, in, k, k); `untrained` must be known."""
        return kernels.change(self.trained, self.untrained, self.factor)


def montage(layers: dict[str, Layer], title: str, note: str, colormap: str) -> np.ndarray:
    """Return the whole sheet, layer by layer, as an image (h, w, 3) uint8."""
    parts = [text(title, 20, bold=True), text(note, 13, raster.GRAY)]
    for number, (name, layer) in enumerate(layers.items()):
        parts.append(layer_section(name, layer, colormap))
        if number == 0 and layer.trained.shape[1] == 3:
            parts.append(in_color(layer))
    return raster.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def layer_section(name: str, layer: Layer, colormap: str) -> np.ndarray:
    """Return four panels of one layer, side by side if they are narrow."""
    trained = layer.trained
    out, channels, k, _ = trained.shape
    factor = kernel_grid.enlargement(out, channels, k)
    shared = float(raster.largest(trained))
    each_scaled = kernel_grid.grid_image(trained, raster.largest(trained, (1, 2, 3)), factor, colormap)
    if not layer.min_max_normalized:
        each_scaled = kernel_grid.labeled(
            each_scaled, norm_labels(kernels.norms(trained), layer.response), out, channels
        )
    before, change = from_untrained(layer, shared, factor, colormap)
    panels = [
        before,
        panel("trained, one scale", scaled(trained, shared, factor, colormap)),
        panel("trained, each on its own scale" + "; norm" * (not layer.min_max_normalized), each_scaled),
        change,
    ]
    heading = f"{name}: {captions.kernels(out)} of {k} x {k}" + (
        f" x {channels} channels (a row is a kernel)" if channels > 1 else ""
    )
    return above(text(heading, 16, bold=True), in_columns(panels), gap=GAP // 2)


def in_color(layer: Layer) -> np.ndarray:
    """Return the kernels of a layer that sees red, green and blue, as the colors that they respond to."""
    factor = kernel_grid.enlargement(len(layer.trained), 1, layer.trained.shape[-1])
    rows = [panel("trained, in color: each on its own scale, gray is zero", kernel_grid.colored(layer.trained, factor))]
    if layer.untrained is not None:
        words = f"{captions.change(layer.factor)}, in color"
        rows.append(panel(words, kernel_grid.colored(layer.change, factor)))
    return above(*rows, gap=GAP)


def from_untrained(layer: Layer, shared: float, factor: int, colormap: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the panels of the untrained kernels and of the change, or words if the untrained state is unknown."""
    if layer.untrained is None:
        return panel("untrained", text("not published", 13, raster.GRAY)), panel(
            "change since untrained", text("unknown without the untrained state", 13, raster.GRAY)
        )
    change = layer.change
    together = shared and not layer.min_max_normalized  # snapshots that were rescaled one by one have no common scale
    limit = shared if together else float(raster.largest(layer.untrained))
    return panel(
        "untrained, on the scale of trained" if together else "untrained, on its own scale",
        scaled(layer.untrained, limit, factor, colormap),
    ), panel(captions.change(layer.factor), scaled(change, float(raster.largest(change)), factor, colormap))


def in_columns(panels: list[np.ndarray]) -> np.ndarray:
    """Return the panels equally wide: all in one line, two in a line, or one in a line, whichever fits first."""
    width = max(panel.shape[1] for panel in panels)
    columns = next((n for n in (len(panels), 2) if n * (width + 2 * GAP) <= WIDTH), 1)
    equal = [raster.padded(panel, right=width - panel.shape[1]) for panel in panels]
    return above(*(beside(*equal[i : i + columns], gap=2 * GAP) for i in range(0, len(equal), columns)), gap=GAP)


def scaled(bank: np.ndarray, limit: float, factor: int, colormap: str) -> np.ndarray:
    """Return a bank on one scale, with its color bar."""
    return with_scale(kernel_grid.grid_image(bank, limit, factor, colormap), limit, colormap)


def with_scale(drawn: np.ndarray, limit: float, colormap: str) -> np.ndarray:
    """Return a drawn bank with its color bar."""
    return beside(drawn, raster.color_bar(-limit, limit, min(drawn.shape[0], 160), colormap), gap=8)


def panel(caption: str, image: np.ndarray) -> np.ndarray:
    """Return an image below its caption."""
    return above(text(caption, 13), image, gap=3)


def norm_labels(norm: np.ndarray, response: np.ndarray | None) -> list[np.ndarray]:
    """Return the norm of each kernel, red if it is dead, so that its own scale does not make it look alive."""
    if response is None:
        return [text(f"{value:.2f}", 11) for value in norm]
    alive = kernels.alive(norm, response)
    return [norm_label(*kernel) for kernel in zip(norm, response, alive, strict=True)]


def norm_label(norm: float, response: float, alive: bool) -> np.ndarray:
    """Return the norm of a kernel as a label, and what is wrong with the kernel."""
    if not np.isfinite(norm):
        return text("not finite", 11, raster.RED)
    if alive:
        return text(f"{norm:.2f}", 11)
    return text(f"{norm:.2f} {'dead' if response <= 0 else 'weak'}", 11, raster.RED)
