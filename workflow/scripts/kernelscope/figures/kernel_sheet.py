"""The kernels of a user's network: a section per conv layer, each kernel on its own scale."""

import numpy as np

from kernelscope.figures import captions, kernel_grid, raster
from kernelscope.figures.raster import above, text

GAP = 14
MOST, CHANNELS = 256, 16  # at most this many kernels of a layer are drawn, and input channels of each
MOST_DEEP = 32  # kernels of a layer with several channels, as each is a row


def sheet(layers: dict[str, np.ndarray], title: str, colormap: str) -> np.ndarray:
    """Return the whole figure of layers (out, in, k, k), as an image (h, w, 3) uint8."""
    parts = [text(title, 20, bold=True), text(NOTE, 13, raster.GRAY)]
    for name, bank in layers.items():
        parts += section(name, bank, colormap)
    return raster.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


NOTE = (
    "each kernel on its own scale, zero in the middle; red above zero, blue below; three channels as red, green, blue"
)


def section(name: str, bank: np.ndarray, colormap: str) -> list[np.ndarray]:
    """Return the heading and the kernels of one layer; if there are too many, the first kernels and channels."""
    out, channels, k, _ = bank.shape
    deep = channels not in (1, 3)
    selected = bank[: MOST_DEEP if deep else MOST, : CHANNELS if deep else channels]
    heading = f"{name}: {captions.kernels(out)} of {k} x {k}"
    heading += f" x {channels} channels" * (channels > 1) + " (a row is a kernel)" * deep
    if selected.shape != bank.shape:
        heading += f"; drawn: the first {len(selected)} kernels" + f", {selected.shape[1]} channels" * deep
    return [
        text(heading, 16, bold=True),
        kernel_grid.colored(selected, factor(selected[:, :1])) if channels == 3 else plain(selected, colormap),
    ]


def plain(bank: np.ndarray, colormap: str) -> np.ndarray:
    """Return single-channel kernels side by side, or kernels with several channels as rows."""
    limit = raster.largest(bank, (1, 2, 3))
    return kernel_grid.grid_image(bank, limit, factor(bank), colormap)


def factor(bank: np.ndarray) -> int:
    """Return an enlargement of at least 2 that makes the kernels as large as the sheet is wide."""
    return kernel_grid.enlargement(*bank.shape[:3], tallest=960)
