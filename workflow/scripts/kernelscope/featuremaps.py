"""What a trained network sees: the response of every kernel, by the layer's own operation, in plain NumPy."""

import numpy as np

from kernelscope import captions, pictures
from kernelscope.pictures import above, beside, text


def feature_maps(layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray) -> dict[str, np.ndarray]:
    """The output of every conv layer, cross-correlation + bias, then ReLU if one follows: name -> (n, out, h, w).

    images (n, h, w) or (n, h, w, 3) uint8; weights as in snapshots.npz, `<layer>.weight` and `<layer>.bias`. Layers
    after the last conv layer are not computed.
    """
    x = images[:, None] / 255 if images.ndim == 3 else images.transpose(0, 3, 1, 2) / 255
    maps = {}
    last = max(i for i, layer in enumerate(layers) if layer["kind"] == "conv")
    for i, layer in enumerate(layers[: last + 2]):
        if layer["kind"] == "conv":
            x = (
                correlate(x, weights[f"{layer['name']}.weight"], layer["stride"])
                + weights[f"{layer['name']}.bias"][:, None, None]
            )
        elif layer["kind"] == "relu":
            x = np.maximum(x, 0)
        elif layer["kind"] == "max_pool":
            x = max_pool(x, layer["size"])
        if layer["kind"] == "conv":
            name = layer["name"]
        if layer["kind"] == "conv" or (layer["kind"] == "relu" and layers[i - 1]["kind"] == "conv"):
            maps[name] = x
    return maps


def correlate(x: np.ndarray, kernels: np.ndarray, stride: int) -> np.ndarray:
    """Cross-correlation without padding: (n, in, H, W), (out, in, k, k) -> (n, out, h, w)."""
    k = kernels.shape[-1]
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), (2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nihwkl,oikl->nohw", windows, kernels, optimize=True)


def max_pool(x: np.ndarray, size: int) -> np.ndarray:
    """The largest of each size x size block; rows and cols that do not fill a block are left out."""
    n, channels, h, w = x.shape
    h, w = h // size, w // size
    return x[:, :, : h * size, : w * size].reshape(n, channels, h, size, w, size).max((3, 5))


MAP_SIDE = 84  # pixels that a map is drawn with, about
GAP = 14
PER_ROW = 12
WIDEST = 1300  # pixels of the maps beside each other
MAPS = "magma"


def sheet(
    images: np.ndarray,
    class_names: list[str],
    maps: dict[str, np.ndarray],
    banks: dict[str, np.ndarray],
    title: str,
    note: str,
    colour_map: str = "RdBu_r",
) -> np.ndarray:
    """One block per layer: a row per class, a column per kernel; each kernel has one scale over the classes."""
    shown = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
    inputs = np.repeat(shown[:, :1], 3, 1).transpose(0, 2, 3, 1) if shown.shape[1] == 1 else images
    scales = (pictures.ramp(colour_map, "kernels: −max", "+max"), pictures.ramp(MAPS, "maps: 0", "max of the kernel"))
    parts = [text(title, 20, bold=True), text(note, 13, pictures.GREY), beside(*scales, gap=3 * GAP)]
    for name, responses in maps.items():
        parts.append(layer_block(name, inputs, class_names, responses, banks[name], colour_map))
    return pictures.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def layer_block(
    name: str, inputs: np.ndarray, class_names: list[str], responses: np.ndarray, bank: np.ndarray, colour_map: str
) -> np.ndarray:
    """The maps of one layer, with the kernels above them where they have a single channel; wraps at PER_ROW kernels."""
    out, h, w = responses.shape[1:]
    factor = max(1, round(MAP_SIDE / max(h, w)))
    side = h * factor
    names = above(*(pictures.middle(text(name, 13), side) for name in class_names), gap=2, align=1)
    examples = above(*_fitted(inputs, side), gap=2)
    strips, per_row = [], max(1, min(PER_ROW, WIDEST // (w * factor + 6)))
    for start in range(0, out, per_row):
        shown = range(start, min(start + per_row, out))
        columns = [kernel_column(responses[:, i], bank[i], factor, i, colour_map) for i in shown]
        lead = pictures.padded(beside(names, examples, gap=8), top=columns[0].shape[0] - examples.shape[0])
        strips.append(beside(lead, *columns, gap=6))
    heading = text(f"{name}: {captions.kernels(out)}, maps of {h} x {w}", 16, bold=True)
    return above(heading, *strips, gap=GAP // 2)


def kernel_column(responses: np.ndarray, kernel: np.ndarray, factor: int, index: int, colour_map: str) -> np.ndarray:
    """One kernel: its number, itself if it has one channel, its largest response, and a map per class on that scale."""
    largest = float(np.max(responses, initial=0, where=np.isfinite(responses)))
    width = responses.shape[2] * factor
    top = [pictures.centred(text(f"kernel {index}", 11, bold=True), width)]
    if len(kernel) == 1:
        enlarge = max(1, min(width, 60) // kernel.shape[-1])
        drawn = pictures.enlarged(pictures.signed(kernel[0], pictures.largest(kernel), colour_map), enlarge)
        top.append(pictures.centred(drawn, width))
    top.append(pictures.centred(response_label(responses, largest), width))
    maps = [pictures.enlarged(pictures.colours(m, 0, max(largest, 1e-12), MAPS), factor) for m in responses]
    return above(*top, above(*maps, gap=2), gap=2)


def response_label(responses: np.ndarray, largest: float) -> np.ndarray:
    if not np.isfinite(responses).all():
        return text("not finite", 11, pictures.RED)
    return text(f"max {largest:.2g}", 11) if largest > 0 else text("silent here", 11, pictures.RED)


def _fitted(images: np.ndarray, side: int) -> np.ndarray:
    """Images (n, h, w, 3) resampled to `side` rows, only as a guide beside the maps."""
    from PIL import Image

    width = round(images.shape[2] * side / images.shape[1])
    return np.stack(
        [np.asarray(Image.fromarray(image).resize((width, side), Image.Resampling.BILINEAR)) for image in images]
    )
