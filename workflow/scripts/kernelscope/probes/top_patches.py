"""The images that excite each kernel most, and the patch of each that the kernel saw (Zeiler and Fergus 2013)."""

from typing import NamedTuple

import numpy as np

from kernelscope.models.layer_lists import Field


class TopPatches(NamedTuple):
    """Top images as arrays (out, m), best first: number of the image, top row and left column of the patch, response.

    Rows and columns are in pixels. A patch of a padded layer may begin above or left of the image, and end beyond it.
    """

    image: np.ndarray
    row: np.ndarray
    col: np.ndarray
    response: np.ndarray


def top(responses: np.ndarray, field: Field, m: int = 3) -> TopPatches:
    """Return the m images with the largest response of each kernel, each image once; all images if there are fewer.

    Parameters
    ----------
    responses : array (n, out, h, w)
        The responses. A response that is not finite counts as the smallest, and is returned as it is.
    field : Field
        The receptive field of the layer.
    m : int
        Number of images.

    Returns
    -------
    TopPatches
        Of equal responses, the first image and place come first.
    """
    n, out, h, w = responses.shape
    flat = responses.reshape(n, out, h * w)
    place = np.where(np.isfinite(flat), flat, -np.inf).argmax(-1)
    best = np.take_along_axis(flat, place[..., None], -1)[..., 0]
    order = np.argsort(np.where(np.isfinite(best), -best, np.inf), axis=0, kind="stable")[:m]
    row, col = (field.start + at * field.jump for at in np.divmod(np.take_along_axis(place, order, 0).T, w))
    return TopPatches(order.T, row, col, np.take_along_axis(best, order, 0).T)
