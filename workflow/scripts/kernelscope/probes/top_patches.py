"""The images that excite each kernel most, and the part of them that it saw (Zeiler and Fergus 2013)."""

from typing import NamedTuple

import numpy as np

from kernelscope.models.layer_lists import Field


class TopPatches(NamedTuple):
    """Arrays (out, m), best first: number of the image, top row and left col of the patch in pixels, response.

    A patch of a padded layer may begin above or left of the image, and end beyond it.
    """

    image: np.ndarray
    row: np.ndarray
    col: np.ndarray
    response: np.ndarray


def top(responses: np.ndarray, field: Field, m: int = 3) -> TopPatches:
    """The m images with the largest response of each kernel, each image once; all images if there are fewer.

    responses (n, out, h, w). Equal responses: the first image and place. Where a response is not finite it counts as
    the smallest and stays as it is.
    """
    n, out, h, w = responses.shape
    flat = responses.reshape(n, out, h * w)
    place = np.where(np.isfinite(flat), flat, -np.inf).argmax(-1)
    best = np.take_along_axis(flat, place[..., None], -1)[..., 0]
    order = np.argsort(np.where(np.isfinite(best), -best, np.inf), axis=0, kind="stable")[:m]
    row, col = (field.start + at * field.jump for at in np.divmod(np.take_along_axis(place, order, 0).T, w))
    return TopPatches(order.T, row, col, np.take_along_axis(best, order, 0).T)
