"""Where in its window a kernel has a feature: the place with the largest difference from chance."""

from typing import NamedTuple

import numpy as np

from kernelscope.data.landmarks import Landmarks
from kernelscope.models.layer_lists import Field

FEWEST_IMAGES = 10  # of a feature; fewer are not tested
AT_ONCE = 1_000_000  # responses in the windows that are compared at once: 4 MB, which stay in the processor's cache


class Sample(NamedTuple):
    """One set of images as a layer sees it.

    responses (n, out, h, w). marks: the features of the images. chance (n, m, 2): places on the line of each image, NaN
    where there is none (`landmarks.places_on_line`).
    """

    responses: np.ndarray
    marks: Landmarks
    chance: np.ndarray


class Cells(NamedTuple):
    """Where a sample is on the map of a layer, for kernels that have the place in the middle of their window.

    image, kind (n,) and cell (n, 2): the features, each once per cell. chance (images, m, 2) with `known` (images, m):
    the chance places, and whether each exists and is the first in its cell.
    """

    image: np.ndarray
    kind: np.ndarray
    cell: np.ndarray
    chance: np.ndarray
    known: np.ndarray


def cells_of(sample: Sample, field: Field) -> Cells:
    """Return features and chance places as the map cells whose windows are centered nearest to them, each cell once."""
    marks, middle = sample.marks, field.start + (field.size - 1) / 2
    cell = np.floor((marks.position - middle) / field.jump + 0.5).astype(np.int64)
    distinct = np.unique(np.column_stack([marks.kind, marks.image, cell]), axis=0)
    missing = np.isnan(sample.chance[..., 0])
    chance = np.floor((np.nan_to_num(sample.chance) - middle) / field.jump + 0.5).astype(np.int64)
    order = np.lexsort((chance[..., 1], chance[..., 0], missing), axis=1)
    chance = np.take_along_axis(chance, order[..., None], 1)
    exists = ~np.take_along_axis(missing, order, 1)
    exists[:, 1:] &= (chance[:, 1:] != chance[:, :-1]).any(-1)
    return Cells(distinct[:, 1], distinct[:, 0], distinct[:, 2:], chance, exists)


def best_steps(sample: Sample, kinds: list, field: Field) -> np.ndarray:
    """Return the step with the largest mean difference from chance for each kind and kernel, (kinds, out, 2).

    Only steps count that leave at least FEWEST_IMAGES features on the map, and at least half as many as any other step.
    The smallest of equally good steps is taken.
    """
    number = {kind: i for i, kind in enumerate(kinds)}
    kind = np.array([number.get(kind, -1) for kind in sample.marks.kinds], np.int64)
    cells, reach = cells_of(sample, field), int((field.size - 1) / 2 // field.jump)
    sums, counts = differences(sample.responses, cells, kind[cells.kind][:, None] == np.arange(len(kinds)), reach)
    enough = (counts >= FEWEST_IMAGES) & (counts >= counts.max(1, keepdims=True) / 2)
    mean = np.where(enough[..., None], sums / np.maximum(counts, 1)[..., None], -np.inf)
    steps = np.stack(np.indices((2 * reach + 1,) * 2) - reach, -1).reshape(-1, 2)
    order = np.argsort((steps**2).sum(1), kind="stable")
    return steps[order[mean[:, order].argmax(1)]]


def differences(maps: np.ndarray, cells: Cells, member: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Return sums and numbers of the differences from chance over the features of each kind, for each step.

    maps (n, out, h, w). member (features, kinds): whether a feature is of a kind. A step moves by -reach to reach rows
    and columns, row by row, so the results are (kinds, steps, out) and (kinds, steps). A feature counts if its response
    and some chance response in its image exist.
    """
    (n, out, *shape), side = maps.shape, 2 * reach + 1
    sums = np.zeros((member.shape[1], side * side * out))
    counts = np.zeros((member.shape[1], side * side))
    size = max(1, AT_ONCE // (side * side * out * (cells.known.shape[1] + -(-len(cells.image) // n))))
    order = np.argsort(cells.image, kind="stable")
    for start in range(0, n, size):
        few = slice(start, min(start + size, n))
        in_batch = order[slice(*np.searchsorted(cells.image, (few.start, few.stop), sorter=order))]
        windows = windows_around(maps[few], reach)
        mean, has_chance = chance_of(windows, cells.chance[few], cells.known[few], shape, reach)
        image = cells.image[in_batch] - few.start
        counted = inside(cells.cell[in_batch], shape, reach) & has_chance[image]
        x = windows_at(windows, image, cells.cell[in_batch], reach)
        x = (x.reshape(len(in_batch), side * side, out) - mean[image]) * counted[..., None]
        of_kind = member[in_batch].T.astype(x.dtype)
        sums += of_kind @ x.reshape(len(in_batch), side * side * out)
        counts += of_kind @ counted.astype(x.dtype)
    return sums.reshape(len(sums), side * side, out), counts


def chance_of(
    windows: np.ndarray, places: np.ndarray, exists: np.ndarray, shape, reach: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean response at each image's chance places after each step, (n, steps, out), and whether it exists.

    places (n, m, 2); exists (n, m): which of the places exist.
    """
    usable = inside(places, shape, reach) & exists[..., None]
    count, any_step = usable.sum(1), usable.any(-1)
    x = windows_at(windows, np.arange(len(places))[:, None], places, reach)
    x = x.reshape(*exists.shape, x.shape[-2] * x.shape[-1])
    total = (any_step.astype(x.dtype)[:, None] @ x).reshape(*count.shape, -1)  # outside the map all responses are 0
    return total / np.maximum(count, 1).astype(x.dtype)[..., None], count > 0


def inside(cell: np.ndarray, shape: tuple[int, int], reach: int) -> np.ndarray:
    """Return whether cells (..., 2) are on a map of this shape after each step, (..., steps)."""
    moved = cell[..., None] + np.arange(-reach, reach + 1)  # (..., 2, side)
    on_map = (moved >= 0) & (moved < np.array(shape)[:, None])
    return (on_map[..., 0, :, None] & on_map[..., 1, None, :]).reshape(*cell.shape[:-1], (2 * reach + 1) ** 2)


def windows_around(maps: np.ndarray, reach: int) -> np.ndarray:
    """Return a view of all windows of maps (n, out, h, w) padded with zeros: (n, rows, cols, side, side * out).

    Window (row, col) is centered on the cell (row - reach, col - reach). Each of its lines has the responses of all
    kernels cell by cell, so that a window is copied in long pieces.
    """
    n, out, h, w = maps.shape
    side, rim = 2 * reach + 1, 2 * reach
    padded = np.zeros((n, h + 2 * rim, w + 2 * rim, out), maps.dtype)
    padded[:, rim : rim + h, rim : rim + w] = maps.transpose(0, 2, 3, 1)
    flat = padded.reshape(n, h + 2 * rim, -1)
    return np.lib.stride_tricks.sliding_window_view(flat, (side, side * out), (1, 2))[:, :, ::out]


def windows_at(windows: np.ndarray, image: np.ndarray, cell: np.ndarray, reach: int) -> np.ndarray:
    """Return the windows around cells (..., 2) of the images (...); meaningless for cells far outside the map."""
    row, col = (np.clip(cell[..., axis] + reach, 0, windows.shape[1 + axis] - 1) for axis in (0, 1))
    return windows[image, row, col]
