"""The images that excite each kernel most, and the part of them that it saw (Zeiler and Fergus 2013)."""

from typing import NamedTuple

import numpy as np


class TopPatches(NamedTuple):
    """Arrays (out, m), best first: number of the image, top row and left col of the patch in pixels, response."""

    image: np.ndarray
    row: np.ndarray
    col: np.ndarray
    response: np.ndarray


def receptive_fields(layers: list[dict]) -> dict[str, tuple[int, int]]:
    """Per conv layer (field, jump): side of the square that a response sees, distance of neighbouring squares, pixels.

    A response at map (r, c) sees rows r * jump to r * jump + field - 1, and cols likewise: nothing is padded.
    """
    field, jump, found = 1, 1, {}
    for layer in layers:
        if layer["kind"] == "conv":
            field, jump = field + (layer["kernel_size"] - 1) * jump, jump * layer["stride"]
            found[layer["name"]] = (field, jump)
        elif layer["kind"] == "max_pool":
            field, jump = field + (layer["size"] - 1) * jump, jump * layer["size"]
    return found


def top(responses: np.ndarray, jump: int, m: int = 3) -> TopPatches:
    """The m images with the largest response of each kernel, each image once; all images if there are fewer.

    responses (n, out, h, w). Equal responses: the first image and place. Where a response is not finite it counts as
    the smallest and stays as it is.
    """
    n, out, h, w = responses.shape
    flat = responses.reshape(n, out, h * w)
    place = np.where(np.isfinite(flat), flat, -np.inf).argmax(-1)
    best = np.take_along_axis(flat, place[..., None], -1)[..., 0]
    order = np.argsort(np.where(np.isfinite(best), -best, np.inf), axis=0, kind="stable")[:m]
    row, col = np.divmod(np.take_along_axis(place, order, 0).T, w)
    return TopPatches(order.T, row * jump, col * jump, np.take_along_axis(best, order, 0).T)


def cut(images: np.ndarray, found: TopPatches, field: int) -> np.ndarray:
    """The patches themselves: (out, m, field, field), or (out, m, field, field, 3) of RGB images."""
    inside = np.arange(field)
    rows = found.row[..., None, None] + inside[:, None]
    cols = found.col[..., None, None] + inside
    return images[found.image[..., None, None], rows, cols]
