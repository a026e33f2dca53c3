"""The montage of one run: every conv layer untrained, trained on one scale, each kernel on its own, and the change."""

import numpy as np

from kernelscope import banks, captions, kernels, pictures
from kernelscope.pictures import above, beside, text

GAP = 14
WIDTH = 1320  # pixels


def montage(
    layers: dict[str, np.ndarray], responses: dict[str, np.ndarray], title: str, note: str, colour_map: str
) -> np.ndarray:
    """The whole sheet.

    layers: name -> (2, out, in, k, k), the untrained and the trained kernels. responses: name -> (out,), the largest
    response of each kernel to the training images.
    """
    parts = [text(title, 20, bold=True), text(note, 13, pictures.GREY)]
    for name, (untrained, trained) in layers.items():
        parts.append(layer_section(name, untrained, trained, responses[name], colour_map))
    return pictures.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def layer_section(
    name: str, untrained: np.ndarray, trained: np.ndarray, response: np.ndarray, colour_map: str
) -> np.ndarray:
    """Four panels of one layer; side by side where they are narrow."""
    out, channels, k, _ = trained.shape
    change = kernels.change(trained, untrained)
    factor = banks.enlargement(out, channels, k)
    shared, changed = float(pictures.largest(trained)), float(pictures.largest(change))
    own = banks.picture(trained, pictures.largest(trained, (1, 2, 3)), factor, colour_map)
    own = banks.labelled(own, norm_labels(kernels.norms(trained), response), out, channels)
    panels = [
        panel(
            "untrained, on the scale of trained" if shared else "untrained, on its own scale",
            scaled(untrained, shared or float(pictures.largest(untrained)), factor, colour_map),
        ),
        panel("trained, one scale", scaled(trained, shared, factor, colour_map)),
        panel("trained, each on its own scale; norm", own),
        panel("change since untrained", scaled(change, changed, factor, colour_map)),
    ]
    heading = f"{name}: {captions.kernels(out)} of {k} x {k}" + (
        f" x {channels} channels (a row is a kernel)" if channels > 1 else ""
    )
    return above(text(heading, 16, bold=True), in_columns(panels), gap=GAP // 2)


def in_columns(panels: list[np.ndarray]) -> np.ndarray:
    """All in one line, two a line, or one a line, whichever fits first; equally wide."""
    width = max(panel.shape[1] for panel in panels)
    columns = next((n for n in (len(panels), 2) if n * (width + 2 * GAP) <= WIDTH), 1)
    equal = [pictures.padded(panel, right=width - panel.shape[1]) for panel in panels]
    return above(*(beside(*equal[i : i + columns], gap=2 * GAP) for i in range(0, len(equal), columns)), gap=GAP)


def scaled(bank: np.ndarray, limit: float, factor: int, colour_map: str) -> np.ndarray:
    """A bank on one scale, with its colour bar."""
    return with_scale(banks.picture(bank, limit, factor, colour_map), limit, colour_map)


def with_scale(drawn: np.ndarray, limit: float, colour_map: str) -> np.ndarray:
    return beside(drawn, pictures.colour_bar(-limit, limit, min(drawn.shape[0], 160), colour_map), gap=8)


def panel(caption: str, picture: np.ndarray) -> np.ndarray:
    return above(text(caption, 13), picture, gap=3)


def norm_labels(norm: np.ndarray, response: np.ndarray) -> list[np.ndarray]:
    """The norm of each kernel; red where it is dead, so that its own scale does not make it look alive."""
    alive = kernels.alive(norm, response)
    return [norm_label(*kernel) for kernel in zip(norm, response, alive, strict=True)]


def norm_label(norm: float, response: float, alive: bool) -> np.ndarray:
    if not np.isfinite(norm):
        return text("not finite", 11, pictures.RED)
    if alive:
        return text(f"{norm:.2f}", 11)
    return text(f"{norm:.2f} {'dead' if response <= 0 else 'weak'}", 11, pictures.RED)
