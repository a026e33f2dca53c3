"""Copies of a large image at several scales, and the parts of each that training and test crops come from."""

from typing import NamedTuple

import numpy as np

from kernelscope.refusal import refuse


class Region(NamedTuple):
    """A part of an image: its rows from top to bottom, its cols from left to right, both without the last."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Return its rows and cols."""
        return self.bottom - self.top, self.right - self.left


def scales(smallest: float, largest: float, count: int) -> list[float]:
    """Return `count` scales from the smallest to the largest, each larger than the one before by the same factor.

    At scale s, a pixel of a crop covers s x s pixels of the image. Equal ends are one scale.
    """
    if smallest == largest:
        return [float(smallest)]
    return np.geomspace(smallest, largest, count).tolist()


def size_at(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """Return the rows and cols of an image of this size (rows, cols) at a scale."""
    rows, cols = (max(1, round(side / scale)) for side in size)
    return rows, cols


def split(size: tuple[int, int], crop: tuple[int, int], test_share: float) -> dict[str, Region] | None:
    """Return the regions of training and test crops in an image, which are side by side along its longer side.

    Parameters
    ----------
    size : rows and cols of the image
    crop : rows and cols of a crop
    test_share : share of the longer side, at its end, for test crops; more if a crop needs more

    Returns
    -------
    the regions by split; None if there is no room for a crop in each
    """
    rows, cols = size
    along = int(cols >= rows)
    border = min(int(size[along] * (1 - test_share)), size[along] - crop[along])
    if border < crop[along] or size[1 - along] < crop[1 - along]:
        return None
    if along:
        return {"train": Region(0, rows, 0, border), "test": Region(0, rows, border, cols)}
    return {"train": Region(0, border, 0, cols), "test": Region(border, rows, 0, cols)}


def levels(
    name: str, size: tuple[int, int], crop: tuple[int, int], wanted: list[float], test_share: float
) -> list[tuple[float, dict[str, Region]]]:
    """Return (scale, regions of each split) for every scale at which crops fit into an image of this size.

    Raises
    ------
    ValueError
        If they do not fit at the smallest scale; `name` is that of the image.
    """
    found = [(scale, regions) for scale in wanted if (regions := split(size_at(size, scale), crop, test_share))]
    if not found or found[0][0] != wanted[0]:
        least = f"{crop[0]} x {crop[1]} pixels, twice along its longer side, for a training and a test crop"
        at_scale = f" at scale {wanted[0]:g}" * (wanted[0] != 1)
        hint = "a smaller `image_size`, or a smaller `scale`, needs smaller images"
        refuse(name, f"an image of {size[0]} x {size[1]} pixels", f"at least {least}{at_scale}", hint)
    return found
