"""Networks of others: what their kernels respond to, and kernels of any shape with their principal components."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from kernelscope.figures import captions, drawing, kernel_tiles, styling, table
from kernelscope.figures.colormaps import largest

TILE = 72  # pixels
MOST = 24  # kernels of a layer
KERNEL, BEST, PATCHES = "kernel", "best input", "strongest patches"
NOTE = (
    "best input: what the most central unit of the kernel responds to most (activation maximization, each on its own "
    "scale); strongest patches: of the images that excite it most, the pixels that this unit sees, above the "
    "class that it prefers"
)
DEAD = "dead"
NOTE_OF_SHAPES = (
    "each kernel and component on its own scale, zero in the middle; red above zero, blue below; below a component is "
    "the share of the variance of all planes of its layer"
)


def page(
    title: str,
    kernels: Mapping[str, np.ndarray],
    best: Mapping[str, Sequence[np.ndarray]],
    patches: Mapping[str, Sequence[Sequence[np.ndarray]]],
    rows: Sequence[dict],
    colormap: str,
    use: str = "screen",
) -> drawing.Drawing:
    """Return the figure of all layers.

    Parameters
    ----------
    title : str
    kernels : mapping
        Layer -> (out, in, rows, cols).
    best : mapping
        Layer -> the best input (channels, rows, cols) of each of the first kernels.
    patches : mapping
        Layer -> patches (channels, rows, cols) from 0 to 1 of each kernel.
    rows : sequence of dict
        With `layer`, `kernel`, `dead` and `class`.
    colormap : str
    use : str
        What the figure is made for, a name in styling.USES.
    """
    width, first = inside(use), next(iter(kernels), None)  # the first layer sees images
    parts = [*table.head(title, NOTE, width)]
    for name, bank in kernels.items():
        own = [row for row in rows if row["layer"] == name]
        drawn = min(MOST, len(best[name]), len(bank))
        heading = f"{name}: {captions.kernels(len(bank))} of {' x '.join(map(str, bank.shape[2:]))}"
        heading += f"; drawn: the first {drawn}" * (drawn < len(bank))
        in_color = name == first and bank.shape[1] == 3
        shown = bank if in_color else bank[:, : kernel_tiles.CHANNELS]
        heading += f"; drawn: {shown.shape[1]} of {bank.shape[1]} channels" * (shown.shape != bank.shape)
        columns = [column(shown[i], best[name][i], patches[name][i], own[i], colormap, in_color) for i in range(drawn)]
        parts += [table.heading(heading), *table.strips(columns, width)]
    return table.page(parts)


def inside(use: str) -> int:
    """Return the width of a figure without its margins, in logical pixels."""
    return styling.USES[use].width - 2 * table.MARGIN


def column(
    kernel: np.ndarray, best: np.ndarray, patches: Sequence[np.ndarray], row: dict, colormap: str, in_color: bool
) -> dict:
    """Return the column of one kernel."""
    draw = kernel_tiles.of_images if in_color else kernel_tiles.tile
    tile = draw(kernel, float(largest(kernel)), TILE, colormap, not row["dead"])
    words = f"{row['kernel']}" + f" {DEAD}" * bool(row["dead"])
    preferred = drawing.shortened(str(row["class"] or ""), TILE, drawing.SMALL)
    return {
        KERNEL: drawing.above(tile, drawing.text(words, drawing.SMALL), gap=2, align=0.5),
        BEST: picture(stretched(best)),
        PATCHES: drawing.above(*map(picture, patches), drawing.text(preferred, drawing.SMALL), gap=2, align=0.5),
    }


def of_shapes(
    title: str,
    components: Mapping[str, tuple[np.ndarray, np.ndarray]],
    others: Mapping[str, np.ndarray],
    colormap: str,
    use: str = "screen",
) -> drawing.Drawing:
    """Return the figure of principal components, and of kernels that are not square planes.

    Parameters
    ----------
    title : str
    components : mapping
        Layer -> principal components of its planes (n, *space), and the share of the variance of each, (n,).
    others : mapping
        Layer -> kernels (out, in, *space), of one to three axes.
    colormap : str
    use : str
        What the figure is made for, a name in styling.USES.
    """
    width = inside(use)
    parts = table.head(title, NOTE_OF_SHAPES, width)
    if any(bank.ndim == 3 for bank in others.values()):
        parts.append(drawing.paragraph(kernel_tiles.NOTE_OF_CURVES, width, color=drawing.GRAY))
    for name, bank in others.items():
        parts += kernel_tiles.section(name, bank, colormap, width, MOST)
    for name, (vectors, shares) in components.items():
        tiles = kernel_tiles.tiles(vectors[:, None], False, colormap)
        words = [drawing.text(captions.percent(share), drawing.SMALL) for share in shares]
        columns = [{"": drawing.above(*pair, gap=2, align=0.5)} for pair in zip(tiles, words, strict=True)]
        parts += [table.heading(f"{name}: principal components of its planes"), *table.strips(columns, width)]
    return table.page(parts)


def picture(image: np.ndarray) -> np.ndarray:
    """Return an image (channels, rows, cols) from 0 to 1 as pixels (h, w, 3), TILE on its longer side.

    Of other than one or three channels, their mean is drawn.
    """
    image = image if len(image) in (1, 3) else image.mean(0, keepdims=True)
    pixels = np.rint(np.clip(np.nan_to_num(image), 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    pixels = np.ascontiguousarray(pixels.repeat(3, -1) if len(image) == 1 else pixels)
    share = TILE / max(pixels.shape[:2])
    sides = tuple(max(1, round(side * share)) for side in pixels.shape[1::-1])
    return np.asarray(
        Image.fromarray(pixels).resize(sides, Image.Resampling.NEAREST if share > 1 else Image.Resampling.BOX)
    )


def stretched(image: np.ndarray) -> np.ndarray:
    """Return an image with its smallest number as 0 and its largest as 1."""
    low, high = np.nanmin(image), np.nanmax(image)
    return (image - low) / (high - low) if high > low else np.full(image.shape, 0.5)
