"""A bank of kernels (out, in, k, k) as an image: pixels are the stored numbers, and zero is always the middle color."""

import numpy as np

from kernelscope.figures import captions, raster

WIDEST = 1180  # largest width of a bank in pixels
PER_ROW = 16  # single-channel kernels side by side
TILE = 80
LABEL = 58  # width of a label below a tile, in pixels


def shape(out: int, channels: int) -> tuple[int, int]:
    """Return (rows, cols) of the tiles: a kernel with several channels is a row, and single planes are side by side."""
    if channels > 1:
        return out, channels
    return -(-out // PER_ROW), min(out, PER_ROW)


def enlargement(out: int, channels: int, kernel_size: int, tallest: int = 480) -> int:
    """Return the largest integer factor that fits: tiles at most TILE wide, the bank at most WIDEST by `tallest`."""
    rows, cols = shape(out, channels)
    least = 2 if channels > 1 else max(2, -(-LABEL // kernel_size))
    return max(least, (min(TILE, WIDEST // cols, tallest // rows) - 1) // kernel_size)


def grid_image(bank: np.ndarray, limit, factor: int, colormap: str) -> np.ndarray:
    """Return the whole bank on the scale -limit..limit as an image (h, w, 3) uint8.

    Parameters
    ----------
    bank : array (out, in, k, k)
        The kernels.
    limit : float or array (out,)
        The end of the scale, for all kernels or for each.
    factor : int
        Pixels per weight.
    colormap : str
        The color map.
    """
    out, channels = bank.shape[:2]
    limit = np.asarray(limit, float)
    tiles = raster.signed(bank, limit[:, None, None, None] if limit.ndim else limit, colormap)
    tiles = raster.enlarged(tiles, factor)
    rows, cols = shape(out, channels)
    sheet = np.empty((rows * cols, *tiles.shape[2:]), np.uint8)
    sheet[:] = 255
    sheet[: out * channels] = tiles.reshape(-1, *tiles.shape[2:])
    return raster.grid(sheet.reshape(rows, cols, *sheet.shape[1:]))


def in_color(bank: np.ndarray) -> np.ndarray:
    """Return kernels (out, 3, k, k) of red, green and blue as images (out, k, k, 3) uint8.

    0 is mid-gray in every channel. The three channels of a kernel have one scale.
    """
    limit = raster.largest(bank, (1, 2, 3))[:, None, None, None]
    share = np.divide(bank, limit, out=np.zeros(bank.shape), where=np.isfinite(bank) & (limit > 0))
    return np.rint(127.5 * (share + 1)).astype(np.uint8).transpose(0, 2, 3, 1)


def colored(bank: np.ndarray, factor: int) -> np.ndarray:
    """Return the whole bank of kernels in color, side by side."""
    tiles = in_color(bank)
    rows, cols = shape(len(bank), 1)
    whole = np.full((rows * cols, *tiles.shape[1:]), 255, np.uint8)
    whole[: len(tiles)] = tiles
    large = raster.enlarged(whole, factor)
    return raster.grid(large.reshape(rows, cols, *large.shape[1:]))


def framed(bank_image: np.ndarray, which: np.ndarray, channels: int) -> np.ndarray:
    """Return the figure with a red frame around each kernel for which `which` (out,) is true."""
    rows, cols = shape(len(which), channels)
    high, wide = (bank_image.shape[0] - 1) // rows, (bank_image.shape[1] - 1) // cols
    framed = bank_image.copy()
    for i in np.flatnonzero(which):
        row, col = (i, 0) if channels > 1 else divmod(i, cols)
        top, left, right = row * high, col * wide, cols * wide if channels > 1 else (col + 1) * wide
        framed[[top, top + 1, top + high - 1, top + high], left : right + 1] = raster.RED
        for edge in (left, left + 1, right - 1, right):
            framed[top : top + high + 1, edge] = raster.RED
    return framed


def labeled(bank_image: np.ndarray, labels: list[np.ndarray], out: int, channels: int) -> np.ndarray:
    """Return the figure with one small label per kernel: below its tile, or at the end of its row if it is a row."""
    rows, cols = shape(out, channels)
    if channels > 1:
        pitch = (bank_image.shape[0] - 1) // rows
        column = raster.blank(max(bank_image.shape[0], labels[0].shape[0] + 1), max(label.shape[1] for label in labels))
        for i, label in enumerate(labels):
            top = min(i * pitch + max(0, (pitch - label.shape[0]) // 2), column.shape[0] - label.shape[0])
            column[top : top + label.shape[0], : label.shape[1]] = label
        return raster.beside(bank_image, column, gap=5)
    pitch_h, pitch_w = (bank_image.shape[0] - 1) // rows, (bank_image.shape[1] - 1) // cols
    strips = []
    for row in range(rows):
        line = raster.blank(labels[0].shape[0] + 2, bank_image.shape[1])
        for col, label in enumerate(labels[row * cols : (row + 1) * cols]):
            label = raster.centered(label[:, :pitch_w], pitch_w)
            line[1 : 1 + label.shape[0], col * pitch_w : col * pitch_w + label.shape[1]] = label
        strips += [bank_image[row * pitch_h : (row + 1) * pitch_h + 1], line]
    return raster.above(*strips)


def block(kernel: np.ndarray, limit: float, factor: int, colormap: str, frame=raster.SEPARATOR) -> np.ndarray:
    """Return one kernel (in, k, k) as a nearly square block of its channels, where a kernel must be one tile."""
    channels, k, _ = kernel.shape
    cols = int(np.ceil(np.sqrt(channels)))
    rows = -(-channels // cols)
    tiles = np.zeros((rows * cols, k, k))
    tiles[:channels] = kernel
    colors = raster.enlarged(raster.signed(tiles, limit, colormap), factor)
    return raster.grid(colors.reshape(rows, cols, *colors.shape[1:]), color=frame)


def block_side(kernel: np.ndarray) -> int:
    """Return the side of the block of a kernel (in, k, k), in weights."""
    channels, k, _ = kernel.shape
    return k * int(np.ceil(np.sqrt(channels)))


GAP = 14
MOST, CHANNELS = 256, 16  # at most this many kernels of a layer are drawn, and input channels of each
MOST_DEEP = 32  # kernels of a layer with several channels, as each is a row


def sheet(layers: dict[str, np.ndarray], title: str, colormap: str) -> np.ndarray:
    """Return the whole figure of layers (out, in, k, k), as an image (h, w, 3) uint8."""
    parts = [raster.text(title, 20, bold=True), raster.text(NOTE, 13, raster.GRAY)]
    for name, bank in layers.items():
        parts += section(name, bank, colormap)
    return raster.padded(raster.above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


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
        raster.text(heading, 16, bold=True),
        colored(selected, factor(selected[:, :1])) if channels == 3 else plain(selected, colormap),
    ]


def plain(bank: np.ndarray, colormap: str) -> np.ndarray:
    """Return single-channel kernels side by side, or kernels with several channels as rows."""
    limit = raster.largest(bank, (1, 2, 3))
    return grid_image(bank, limit, factor(bank), colormap)


def factor(bank: np.ndarray) -> int:
    """Return an enlargement of at least 2 that makes the kernels as large as the sheet is wide."""
    return enlargement(*bank.shape[:3], tallest=960)
