"""What a trained network sees: the feature map of every kernel (responses.py) for an image of each class."""

import numpy as np

from kernelscope.figures import captions, raster
from kernelscope.figures.raster import above, beside, text

MAP_SIDE = 84  # about the side of a drawn map, in pixels
GAP = 14
PER_ROW = 12
WIDEST = 1300  # pixels of all maps of a line
MAPS = "magma"


def sheet(
    images: np.ndarray,
    class_names: list[str],
    maps: dict[str, np.ndarray],
    banks: dict[str, np.ndarray],
    title: str,
    note: str,
    colormap: str = "RdBu_r",
) -> np.ndarray:
    """Return a block per layer, with a row per class and a column per kernel, as an image (h, w, 3) uint8.

    Parameters
    ----------
    images : array (n, h, w) or (n, h, w, 3) uint8
        An image of each class.
    class_names : list of str
        The names of the classes.
    maps : dict
        Layer -> responses (n, out, h, w). Each kernel has one scale over the classes.
    banks : dict
        Layer -> kernels (out, in, k, k).
    title, note : str
        The lines above.
    colormap : str
        The color map of the kernels.
    """
    channels_first = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
    inputs = np.repeat(channels_first[:, :1], 3, 1).transpose(0, 2, 3, 1) if channels_first.shape[1] == 1 else images
    scales = (raster.ramp(colormap, "kernels: −max", "+max"), raster.ramp(MAPS, "maps: 0", "max of the kernel"))
    parts = [text(title, 20, bold=True), text(note, 13, raster.GRAY), beside(*scales, gap=3 * GAP)]
    for name, responses in maps.items():
        parts.append(layer_block(name, inputs, class_names, responses, banks[name], colormap))
    return raster.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def layer_block(
    name: str, inputs: np.ndarray, class_names: list[str], responses: np.ndarray, bank: np.ndarray, colormap: str
) -> np.ndarray:
    """Return the maps of one layer, at most PER_ROW kernels in a line, with single-channel kernels above their maps."""
    out, h, w = responses.shape[1:]
    factor = max(1, round(MAP_SIDE / max(h, w)))
    side = h * factor
    names = above(*(raster.middle(text(name, 13), side) for name in class_names), gap=2, align=1)
    examples = above(*_fitted(inputs, side), gap=2)
    strips, per_row = [], max(1, min(PER_ROW, WIDEST // (w * factor + 6)))
    for start in range(0, out, per_row):
        kernels = range(start, min(start + per_row, out))
        columns = [kernel_column(responses[:, i], bank[i], factor, i, colormap) for i in kernels]
        lead = raster.padded(beside(names, examples, gap=8), top=columns[0].shape[0] - examples.shape[0])
        strips.append(beside(lead, *columns, gap=6))
    heading = text(f"{name}: {captions.kernels(out)}, maps of {h} x {w}", 16, bold=True)
    return above(heading, *strips, gap=GAP // 2)


def kernel_column(responses: np.ndarray, kernel: np.ndarray, factor: int, index: int, colormap: str) -> np.ndarray:
    """Return one kernel: number, weights if it has one channel, largest response, and a map per class on that scale."""
    largest = float(np.max(responses, initial=0, where=np.isfinite(responses)))
    width = responses.shape[2] * factor
    top = [raster.centered(text(f"kernel {index}", 11, bold=True), width)]
    if len(kernel) == 1:
        enlarge = max(1, min(width, 60) // kernel.shape[-1])
        drawn = raster.enlarged(raster.signed(kernel[0], raster.largest(kernel), colormap), enlarge)
        top.append(raster.centered(drawn, width))
    top.append(raster.centered(response_label(responses, largest), width))
    maps = [raster.enlarged(raster.colors(m, 0, max(largest, 1e-12), MAPS), factor) for m in responses]
    return above(*top, above(*maps, gap=2), gap=2)


def response_label(responses: np.ndarray, largest: float) -> np.ndarray:
    """Return the label of a kernel's largest response, red if it is silent or not finite."""
    if not np.isfinite(responses).all():
        return text("not finite", 11, raster.RED)
    return text(f"max {largest:.2g}", 11) if largest > 0 else text("silent here", 11, raster.RED)


def _fitted(images: np.ndarray, side: int) -> np.ndarray:
    """Return images (n, h, w, 3) resampled to `side` rows, as a guide beside the maps."""
    from PIL import Image

    width = round(images.shape[2] * side / images.shape[1])
    return np.stack(
        [np.asarray(Image.fromarray(image).resize((width, side), Image.Resampling.BILINEAR)) for image in images]
    )
