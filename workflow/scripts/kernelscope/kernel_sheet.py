"""The picture of the kernels of anyone's network: a section per conv layer, each kernel on its own scale."""

import numpy as np

from kernelscope import banks, captions, pictures
from kernelscope.pictures import above, text

GAP = 14
MOST, CHANNELS = 256, 16  # kernels of a layer that are drawn, and input channels of each
MOST_DEEP = 32  # kernels of a layer with several channels, as each is a row


def sheet(layers: dict[str, np.ndarray], title: str, colour_map: str) -> np.ndarray:
    """The whole picture of layers (out, in, k, k)."""
    parts = [text(title, 20, bold=True), text(NOTE, 13, pictures.GREY)]
    for name, bank in layers.items():
        parts += section(name, bank, colour_map)
    return pictures.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


NOTE = (
    "each kernel on its own scale, zero in the middle; red above zero, blue below; three channels as red, green, blue"
)


def section(name: str, bank: np.ndarray, colour_map: str) -> list[np.ndarray]:
    """The heading and the kernels of one layer; of many kernels or channels the first ones, and the heading says so."""
    out, channels, k, _ = bank.shape
    deep = channels not in (1, 3)
    shown = bank[: MOST_DEEP if deep else MOST, : CHANNELS if deep else channels]
    heading = f"{name}: {captions.kernels(out)} of {k} x {k}"
    heading += f" x {channels} channels" * (channels > 1) + " (a row is a kernel)" * deep
    if shown.shape != bank.shape:
        heading += f"; drawn: the first {len(shown)} kernels" + f", {shown.shape[1]} channels" * deep
    return [text(heading, 16, bold=True), coloured(shown) if channels == 3 else plain(shown, colour_map)]


def plain(bank: np.ndarray, colour_map: str) -> np.ndarray:
    """Kernels of one channel side by side, or a row for each of several."""
    limit = pictures.largest(bank, (1, 2, 3))
    return banks.picture(bank, limit, factor(bank), colour_map)


def coloured(bank: np.ndarray) -> np.ndarray:
    """Kernels (out, 3, k, k) as small colour pictures: 0 is mid-grey in every channel, and all share one scale."""
    limit = pictures.largest(bank, (1, 2, 3))[:, None, None, None]
    share = np.divide(bank, limit, out=np.zeros(bank.shape), where=limit > 0)
    tiles = np.rint(127.5 * (share + 1)).astype(np.uint8).transpose(0, 2, 3, 1)  # (out, k, k, 3)
    rows, cols = banks.shape(len(bank), 1)
    whole = np.full((rows * cols, *tiles.shape[1:]), 255, np.uint8)
    whole[: len(tiles)] = tiles
    large = pictures.enlarged(whole, factor(bank[:, :1]))
    return pictures.grid(large.reshape(rows, cols, *large.shape[1:]))


def factor(bank: np.ndarray) -> int:
    """At least 2, and as large as the sheet is wide."""
    return banks.enlargement(*bank.shape[:3], tallest=960)
