"""The montage of one run: every conv layer untrained, trained on one scale, each kernel on its own, and the change."""

import numpy as np

from kernelscope import banks, kernels, pictures
from kernelscope.pictures import above, beside, text

GAP = 14


def montage(layers: dict[str, np.ndarray], responses: dict[str, np.ndarray], title: str, note: str, colour_map: str) -> np.ndarray:
    """The whole sheet.

    layers: name -> (2, out, in, k, k), the untrained and the trained kernels. responses: name -> (out,), the largest
    response of each kernel to the training images.
    """
    parts = [text(title, 20, bold=True), text(note, 13, pictures.GREY)]
    for name, (untrained, trained) in layers.items():
        parts.append(layer_section(name, untrained, trained, responses[name], colour_map))
    return pictures.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def layer_section(name: str, untrained: np.ndarray, trained: np.ndarray, response: np.ndarray, colour_map: str) -> np.ndarray:
    """Four panels of one layer; side by side where they are narrow."""
    out, channels, k, _ = trained.shape
    norm = kernels.norms(trained)
    change = kernels.change(trained, untrained)
    shared = float(np.abs(trained).max())
    factor = banks.enlargement(out, channels, k, tile=72)
    draw = lambda bank, limit: banks.picture(bank, limit, factor, colour_map)  # noqa: E731
    own = banks.labelled(draw(trained, np.abs(trained).max((1, 2, 3))), norm_labels(norm, response), out, channels)
    change_limit = float(np.abs(change).max())
    panels = [
        panel("untrained, same scale as trained", draw(untrained, shared), shared, colour_map),
        panel("trained, one scale for all kernels", draw(trained, shared), shared, colour_map),
        panel("trained, each kernel on its own scale; number: its norm", own, None, colour_map),
        panel("change: trained without what is left of untrained", draw(change, change_limit), change_limit, colour_map),
    ]
    narrow = max(p.shape[1] for p in panels) <= 520
    heading = text(f"{name}: {out} kernels of {k} x {k}" + (f" x {channels} channels (a row is a kernel)" if channels > 1 else ""), 16, bold=True)
    if narrow:
        pairs = [beside(*panels[i : i + 2], gap=2 * GAP) for i in (0, 2)] if out > 1 or channels < 4 else panels
        return above(heading, *pairs, gap=GAP // 2)
    return above(heading, *panels, gap=GAP // 2)


def panel(caption: str, picture: np.ndarray, limit: float | None, colour_map: str) -> np.ndarray:
    """A bank with its caption and, where it has one scale, its colour bar."""
    if limit is not None:
        picture = beside(picture, pictures.colour_bar(-limit, limit, min(picture.shape[0], 160), colour_map), gap=8)
    return above(text(caption, 13), picture, gap=3)


def norm_labels(norm: np.ndarray, response: np.ndarray) -> list[np.ndarray]:
    """The norm of each kernel; red where it is dead, so that its own scale does not make it look alive."""
    alive = kernels.alive(norm, response)
    return [
        text(f"{n:.2f}" if ok else f"{n:.2f} {'dead' if r <= 0 else 'weak'}", 11, pictures.BLACK if ok else pictures.RED)
        for n, r, ok in zip(norm, response, alive, strict=True)
    ]
