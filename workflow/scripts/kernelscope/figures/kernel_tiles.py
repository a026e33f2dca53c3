"""Kernels (in, k, k) as tiles of pixels: each pixel is a stored number, and zero is always the middle color."""

import numpy as np
from PIL import Image

from kernelscope.figures import captions, colormaps, drawing, table
from kernelscope.figures.colormaps import largest

OUTLINE = (178, 178, 178)
BETWEEN = (96, 140, 104)  # between the channels of a kernel: green is neither in RdBu_r nor in gray
BEYOND = (206, 224, 210)  # behind the last channel
DASH = 5  # pixels
GAP = 6  # between kernels, so that they never touch


def side(kernel: np.ndarray) -> int:
    """Return the side of the block of a kernel (in, k, k), in weights."""
    channels, k, _ = kernel.shape
    return k * int(np.ceil(np.sqrt(channels)))


def enlargement(kernel: np.ndarray, width: int) -> int:
    """Return the largest number of pixels per weight with which a tile is at most `width` wide; at least 1."""
    channels = int(np.ceil(np.sqrt(len(kernel))))
    return max(1, (width - channels - 1) // side(kernel))


def tile(kernel: np.ndarray, limit: float, width: int, colormap: str, alive: bool = True) -> np.ndarray:
    """Return one kernel at most `width` wide on the scale -limit..limit, with black dashes around it if it is dead.

    Several channels are a nearly square block. A kernel with more weights than pixels is resampled.
    """
    drawn = block(kernel, limit, enlargement(kernel, width), colormap)
    drawn = drawn if drawn.shape[1] <= width else resampled(drawn, width)
    return drawn if alive else dashed(drawn)


def block(kernel: np.ndarray, limit: float, factor: int, colormap: str) -> np.ndarray:
    """Return a kernel (in, k, k) as a nearly square block of its channels, `factor` pixels per weight."""
    channels, k, _ = kernel.shape
    cols = int(np.ceil(np.sqrt(channels)))
    rows = -(-channels // cols)
    tiles = np.full((rows * cols, k, k, 3), BEYOND, np.uint8)
    tiles[:channels] = colormaps.signed(kernel, limit, colormap)
    drawn = drawing.enlarged(tiles, factor)
    return grid(drawn.reshape(rows, cols, *drawn.shape[1:]))


def grid(tiles: np.ndarray) -> np.ndarray:
    """Return tiles (rows, cols, h, w, 3) as one figure, with a line of a pixel between them, and around them."""
    rows, cols, h, w, _ = tiles.shape
    image = np.empty((rows * (h + 1) + 1, cols * (w + 1) + 1, 3), np.uint8)
    image[:] = BETWEEN
    image[[0, -1]] = image[:, [0, -1]] = OUTLINE
    for row in range(rows):
        for col in range(cols):
            top, left = 1 + row * (h + 1), 1 + col * (w + 1)
            image[top : top + h, left : left + w] = tiles[row, col]
    return image


def dashed(pixels: np.ndarray) -> np.ndarray:
    """Return pixels with black dashes of two pixels along their edges, the mark of a dead kernel."""
    marked = pixels.copy()
    height, width = pixels.shape[:2]
    rows, cols = (np.arange(length) // DASH % 2 == 0 for length in (height, width))
    for edge in (0, 1, -1, -2):
        if min(height, width) > 4 or edge in (0, -1):
            marked[edge, cols] = 0
            marked[rows, edge] = 0
    return marked


def in_color(bank: np.ndarray, limit: float | None = None) -> np.ndarray:
    """Return kernels (out, 3, k, k) of red, green and blue as images (out, k, k, 3) uint8.

    0 is mid-gray in every channel, whose scale ends at `limit`; without it, the three channels of a kernel have one
    scale of their own. Orange: a number is not finite.
    """
    end = largest(bank, (1, 2, 3))[:, None, None, None] if limit is None else np.array(limit)
    share = np.divide(bank, end, out=np.zeros(bank.shape), where=np.isfinite(bank) & (end > 0))
    images = np.rint(127.5 * (np.clip(share, -1, 1) + 1)).astype(np.uint8).transpose(0, 2, 3, 1)
    images[~np.isfinite(bank).all(1)] = colormaps.NOT_FINITE
    return images


def of_images(kernel: np.ndarray, limit: float, width: int, colormap: str, alive: bool = True) -> np.ndarray:
    """Return one first-layer kernel as `tile` does, but in color if it sees red, green and blue."""
    if len(kernel) != 3:
        return tile(kernel, limit, width, colormap, alive)
    return colored(kernel, width, alive, limit)


def colored(kernel: np.ndarray, width: int, alive: bool = True, limit: float | None = None) -> np.ndarray:
    """Return one kernel (3, k, k) in color, at most `width` wide, on the scale of `in_color`."""
    drawn = drawing.enlarged(in_color(kernel[None], limit)[0], enlargement(kernel[:1], width))
    drawn = np.pad(drawn, ((1, 1), (1, 1), (0, 0)), constant_values=OUTLINE[0])
    return drawn if alive else dashed(drawn)


def resampled(image: np.ndarray, width: int) -> np.ndarray:
    """Return the image resampled to this width."""
    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX))


MOST, CHANNELS = 256, 16  # at most this many kernels of a layer are drawn, and input channels of each
LINE, MOST_OF_ALL = 14, 3000  # of many layers, at least a line of each, and about so many in all
NOTE = (
    "each kernel on its own scale, zero in the middle; red above zero, blue below; three channels as red, green, blue"
)


def sheet(layers: dict[str, np.ndarray], title: str, colormap: str, width: int = 1320) -> drawing.Drawing:
    """Return the whole figure of layers (out, in, k, k)."""
    parts = [drawing.text(title, drawing.TITLE, bold=True), drawing.paragraph(NOTE, width, color=drawing.GRAY)]
    most = max(LINE, min(MOST, MOST_OF_ALL // len(layers)))
    for name, bank in layers.items():
        parts += section(name, bank, colormap, width, most)
    return table.page(parts)


def section(name: str, bank: np.ndarray, colormap: str, width: int, most: int) -> list[drawing.Drawing]:
    """Return the heading and the kernels of one layer; if there are too many, the first `most`, and first channels."""
    out, channels, k, _ = bank.shape
    selected = bank[:most, : channels if channels == 3 else CHANNELS]
    heading = f"{name}: {captions.kernels(out)} of {k} x {k}" + f" x {channels} channels" * (channels > 1)
    if selected.shape != bank.shape:
        heading += f"; drawn: the first {len(selected)} kernels" + f", {selected.shape[1]} channels" * (channels > 3)
    pixels = [
        colored(kernel, TILE) if channels == 3 else tile(kernel, float(largest(kernel)), TILE, colormap)
        for kernel in selected
    ]
    numbers = [drawing.text(str(i), drawing.SMALL) for i in range(len(pixels))]
    columns = [{"": drawing.above(*pair, gap=2, align=0.5)} for pair in zip(pixels, numbers, strict=True)]
    return [drawing.text(heading, drawing.HEADING, bold=True), *table.strips(columns, width)]


TILE = 80
