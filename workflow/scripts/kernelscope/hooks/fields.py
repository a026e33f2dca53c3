"""Which pixels each unit of any model can depend on: its receptive field, found by running the model.

A strip of rows, or of columns, of an image becomes NaN; a unit depends on it if its response becomes NaN, because a sum
with NaN is NaN whatever the weights are. This gives whole fields, with padding, pooling, dilation and branches as the
model computes them, where gradients would miss the pixels that this input happens not to excite.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from kernelscope.hooks import watching

MOST_STRIPS = 128  # along an axis; of larger images, a strip has several rows


class Field(NamedTuple):
    """The pixels that the units of a layer see: first and last row, (rows, 2), and column, (cols, 2), of each unit.

    reason : why they are the whole image; "" if they are known
    """

    rows: np.ndarray
    cols: np.ndarray
    reason: str = ""

    def box(self, row: int, col: int) -> tuple[int, int, int, int]:
        """Return first row, end of rows, first column and end of columns that a unit sees."""
        (top, bottom), (left, right) = self.rows[row].tolist(), self.cols[col].tolist()
        return top, bottom + 1, left, right + 1


UNKNOWN = "the model hides which pixels it depends on; the whole image is shown"


@torch.no_grad()
def fields(model: nn.Module, places: Mapping[str, nn.Module], image: torch.Tensor, batch: int) -> dict[str, Field]:
    """Return the receptive field of each layer.

    Parameters
    ----------
    model : nn.Module
        In evaluation.
    places : mapping
        Layer -> the module of its response (`watching.sites`).
    image : tensor (channels, rows, cols)
        An input of the model.
    batch : int
        Images at a time.
    """
    height, width = image.shape[1:]
    down, across = (reached(model, places, image, axis, batch) for axis in (1, 2))
    found = {}
    for name in places:
        rows, is_known_down = intervals(down[name], height)
        cols, is_known_across = intervals(across[name], width)
        found[name] = Field(rows, cols, "" if is_known_down and is_known_across else UNKNOWN)
    return found


def reached(
    model: nn.Module, places: Mapping[str, nn.Module], image: torch.Tensor, axis: int, batch: int
) -> dict[str, np.ndarray]:
    """Return whether each row (axis 1) or column (axis 2) of pixels reaches each of units: (pixels, units).

    All pixels of a strip reach what one of them reaches.
    """
    length, other = image.shape[axis], 3 - axis
    thickness = -(-length // MOST_STRIPS)
    strips = [slice(start, start + thickness) for start in range(0, length, thickness)]
    parts: dict[str, list[np.ndarray]] = {name: [] for name in places}
    clean: dict[str, torch.Tensor] = {}

    def see(name: str, output: torch.Tensor) -> None:
        missing = output.isnan().any(1).any(other)
        if name not in clean:  # of the image without a strip, for units that are NaN by themselves
            clean[name] = missing[0]
            return
        parts[name].append((missing & ~clean[name]).cpu().numpy())

    with watching.hooked(places, see):
        watching.run(model, image[None])
        for start in range(0, len(strips), batch):
            chosen = strips[start : start + batch]
            copies = image.repeat(len(chosen), 1, 1, 1)
            for copy, strip in zip(copies, chosen, strict=True):
                copy[(slice(None), strip) if axis == 1 else (slice(None), slice(None), strip)] = torch.nan
            watching.run(model, copies)
    return {name: np.concatenate(of).repeat(thickness, 0)[:length] for name, of in parts.items()}


def intervals(reaches: np.ndarray, length: int) -> tuple[np.ndarray, bool]:
    """Return the first and last pixel of each unit, (units, 2), from (pixels, units), and whether all are known."""
    first, last = reaches.argmax(0), length - 1 - reaches[::-1].argmax(0)
    seen = reaches.any(0)
    whole = np.array([0, length - 1])
    return np.where(seen[:, None], np.stack([first, last], 1), whole), bool(seen.all())
