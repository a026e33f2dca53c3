"""Kernels (in, k, k) as tiles of pixels: each pixel is a stored number, and zero is always the middle color.

Kernels along one axis (in, length) are curves, each above its frequency response.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from kernelscope.figures import captions, colormaps, drawing, table
from kernelscope.figures.colormaps import largest

OUTLINE = (178, 178, 178)
BETWEEN = (96, 140, 104)  # between the channels of a kernel: green is neither in RdBu_r nor in gray
BEYOND = (206, 224, 210)  # behind the last channel
DASH = 5  # pixels
GAP = 6  # between kernels, so that they never touch


def enlargement(kernel: np.ndarray, width: int) -> int:
    """Return the largest number of pixels per weight with which a tile is at most `width` wide and high; at least 1."""
    channels, h, w = kernel.shape
    cols = int(np.ceil(np.sqrt(channels)))
    rows = -(-channels // cols)
    return max(1, min((width - cols - 1) // (w * cols), (width - rows - 1) // (h * rows)))


def tile(kernel: np.ndarray, limit: float, width: int, colormap: str, alive: bool = True) -> np.ndarray:
    """Return one kernel at most `width` wide on the scale -limit..limit, with black dashes around it if it is dead.

    Several channels are a nearly square block. A kernel with more weights than pixels is resampled.
    """
    drawn = block(kernel, limit, enlargement(kernel, width), colormap)
    drawn = drawn if drawn.shape[1] <= width else resampled(drawn, width)
    return drawn if alive else dashed(drawn)


def block(kernel: np.ndarray, limit: float, factor: int, colormap: str) -> np.ndarray:
    """Return a kernel (in, h, w) as a nearly square block of its channels, `factor` pixels per weight."""
    channels, h, w = kernel.shape
    cols = int(np.ceil(np.sqrt(channels)))
    rows = -(-channels // cols)
    tiles = np.full((rows * cols, h, w, 3), BEYOND, np.uint8)
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


def in_color(bank: np.ndarray, limit: float | None = None, channel_colors: Sequence[str] | None = None) -> np.ndarray:
    """Return kernels (out, channels, k, k) as images (out, k, k, 3) uint8, composites of their channels.

    0 is mid-gray in every channel, whose scale ends at `limit`; without it, the channels of a kernel have one scale of
    their own. Orange: a number is not finite.
    """
    end = largest(bank, (1, 2, 3))[:, None, None, None] if limit is None else np.array(limit)
    share = np.divide(bank, end, out=np.zeros(bank.shape), where=np.isfinite(bank) & (end > 0))
    images = colormaps.composite_weights(np.clip(share, -1, 1), channel_colors)
    images[~np.isfinite(bank).all(1)] = colormaps.NOT_FINITE
    return images


def of_images(kernel: np.ndarray, limit: float, width: int, colormap: str, alive: bool = True) -> np.ndarray:
    """Return one first-layer kernel as `tile` does, but in color if it sees red, green and blue."""
    if len(kernel) != 3:
        return tile(kernel, limit, width, colormap, alive)
    return colored(kernel, width, alive, limit)


def colored(
    kernel: np.ndarray,
    width: int,
    alive: bool = True,
    limit: float | None = None,
    channel_colors: Sequence[str] | None = None,
) -> np.ndarray:
    """Return one kernel (channels, k, k) in color, at most `width` wide, on the scale of `in_color`."""
    drawn = drawing.enlarged(in_color(kernel[None], limit, channel_colors)[0], enlargement(kernel[:1], width))
    drawn = np.pad(drawn, ((1, 1), (1, 1), (0, 0)), constant_values=OUTLINE[0])
    return drawn if alive else dashed(drawn)


def resampled(image: np.ndarray, width: int) -> np.ndarray:
    """Return the image resampled to this width."""
    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX))


CURVE_WIDTH, CURVE_HEIGHT, RESPONSE_HEIGHT = 160, 60, 30  # pixels of a curve, and of a frequency response
MARGIN = 3
FINE = 3  # drawn so many times larger, then reduced, for smooth lines
COLORS = ((0, 0, 0), (202, 0, 32), (5, 113, 176), (140, 140, 140))  # colors of the first channels
FILL = (90, 90, 90)
BINS = 128  # frequencies of a response, at least
NOTE_OF_CURVES = (
    "A kernel along one axis is a curve for each channel (black, red, blue, gray). Below it is its frequency response, "
    "from 0 to half a cycle per sample: the root of the sum over these channels of squared amplitudes."
)


def response(kernel: np.ndarray) -> np.ndarray:
    """Return the amplitudes of a kernel (in, length) at frequencies from 0 to 1/2 per sample, over all channels."""
    spectra = np.fft.rfft(np.asarray(kernel, np.float64), max(2 * BINS, kernel.shape[-1]), axis=-1)
    return np.sqrt((np.abs(spectra) ** 2).sum(0))


def curve(kernel: np.ndarray) -> np.ndarray:
    """Return one kernel (in, length) as pixels, on its own scale; a gray line is zero.

    Numbers that are not finite leave a gap in a curve, and then there is no response.
    """
    finite = np.abs(kernel[np.isfinite(kernel)])
    limit = float(finite.max(initial=0)) or 1.0
    above = lines(kernel / limit, -1, CURVE_HEIGHT)
    amplitudes = response(kernel) if len(finite) == kernel.size else np.full((1, BINS), np.nan)
    highest = float(np.nanmax(amplitudes, initial=0)) or 1.0
    below = lines(np.atleast_2d(amplitudes / highest), 0, RESPONSE_HEIGHT, (FILL,))
    return np.pad(np.concatenate([above, below]), ((1, 1), (1, 1), (0, 0)), constant_values=178)


def lines(values: np.ndarray, lowest: float, height: int, colors=COLORS) -> np.ndarray:
    """Return curves (n, length) with values from `lowest` to 1 as pixels (height, CURVE_WIDTH, 3) on white."""
    image = Image.new("RGB", (CURVE_WIDTH * FINE, height * FINE), "white")
    draw = ImageDraw.Draw(image)
    across = (
        np.linspace(MARGIN, CURVE_WIDTH - MARGIN, values.shape[1])
        if values.shape[1] > 1
        else np.array([CURVE_WIDTH / 2])
    )
    draw.line([(0, level(0, lowest, height)), (CURVE_WIDTH * FINE, level(0, lowest, height))], (200, 200, 200), FINE)
    for curve, color in reversed(list(zip(values, colors, strict=False))):
        points = [(x * FINE, level(y, lowest, height)) for x, y in zip(across, curve, strict=True)]
        for run in runs(points, np.isfinite(curve)):
            draw.line(run if len(run) > 1 else [*run, *run], color, FINE)
    return np.asarray(image.resize((CURVE_WIDTH, height), Image.Resampling.BOX))


def level(value: float, lowest: float, height: int) -> float:
    """Return how far below the top a value is, in fine pixels."""
    return (MARGIN + (height - 2 * MARGIN) * (1 - value) / (1 - lowest)) * FINE


def runs(points: list, is_there: np.ndarray) -> list[list]:
    """Return the points in a row that are there."""
    found: list[list] = [[]]
    for point, there in zip(points, is_there, strict=True):
        if there:
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


MOST, CHANNELS = 256, 16  # at most this many kernels of a layer are drawn, and input channels of each
LINE, MOST_OF_ALL = 14, 3000  # of many layers, at least a line of each, and about so many in all
NOTE = (
    "each kernel on its own scale, zero in the middle; red above zero, blue below; three channels as red, green, blue"
)


def sheet(layers: dict[str, np.ndarray], title: str, colormap: str, width: int = 1320) -> drawing.Drawing:
    """Return the whole figure of layers (out, in, *space), of one to three axes."""
    parts = [drawing.text(title, drawing.TITLE, bold=True), drawing.paragraph(NOTE, width, color=drawing.GRAY)]
    if any(bank.ndim == 3 for bank in layers.values()):
        parts.append(drawing.paragraph(NOTE_OF_CURVES, width, color=drawing.GRAY))
    most = max(LINE, min(MOST, MOST_OF_ALL // len(layers)))
    for name, bank in layers.items():
        parts += section(name, bank, colormap, width, most)
    return table.page(parts)


def section(name: str, bank: np.ndarray, colormap: str, width: int, most: int) -> list[drawing.Drawing]:
    """Return the heading and the kernels of one layer; if there are too many, the first `most`, and first channels."""
    out, channels, *space = bank.shape
    is_color, most_channels = channels == 3 and len(space) == 2, CHANNELS_OF.get(len(space), CHANNELS)
    selected = bank[:most, : channels if is_color else most_channels]
    heading = f"{name}: {captions.kernels(out)} of {' x '.join(map(str, space))}"
    heading += f" x {channels} channels" * (channels > 1) + SPACE.get(len(space), "")
    if selected.shape != bank.shape:
        heading += f"; drawn: the first {len(selected)} kernels" + f", {selected.shape[1]} channels" * (not is_color)
    pixels = tiles(selected, is_color, colormap)
    numbers = [drawing.text(str(i), drawing.SMALL) for i in range(len(pixels))]
    columns = [{"": drawing.above(*pair, gap=2, align=0.5)} for pair in zip(pixels, numbers, strict=True)]
    return [drawing.text(heading, drawing.HEADING, bold=True), *table.strips(columns, width)]


def tiles(bank: np.ndarray, is_color: bool, colormap: str) -> list[np.ndarray]:
    """Return the kernels of a layer (out, in, *space), each on its own scale; in three dimensions as slices."""
    if bank.ndim == 3:
        return [curve(kernel) for kernel in bank]
    if is_color:
        return [colored(kernel, TILE) for kernel in bank]
    planes = bank.reshape(len(bank), -1, *bank.shape[-2:])
    return [tile(kernel, float(largest(kernel)), TILE, colormap) for kernel in planes]


TILE = 80
SPACE = {1: ", along one axis", 3: ", in three dimensions: a slice for each channel and depth"}  # axes -> words
CHANNELS_OF = {1: len(COLORS)}  # axes -> channels that are drawn
