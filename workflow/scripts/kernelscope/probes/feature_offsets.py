"""Where in its window a kernel has a feature: the place with the largest difference from chance."""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.models.layer_lists import Field
from kernelscope.probes.landmarks import Landmarks

FEWEST_IMAGES = 10  # of a feature; fewer are not tested
AT_ONCE = 4_000_000  # sums of responses at a time: 16 MB


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
    n, out, h, w = maps.shape
    responses = torch.from_numpy(np.ascontiguousarray(maps.transpose(0, 2, 3, 1)).reshape(n * h * w, out))
    chance = Places(cells.chance, np.arange(n)[:, None], (h, w), reach)
    usable = chance.inside & cells.known[..., None]
    count = usable.sum(1)  # (n, steps)
    features = Places(cells.cell, cells.image, (h, w), reach)
    counted = features.inside & (count > 0)[cells.image]
    kinds, steps = member.shape[1], count.shape[1]
    of_kinds, number = np.empty((kinds, steps, out)), torch.zeros((n, steps, kinds), dtype=responses.dtype)
    for kind, of_kind in enumerate(member.T):
        of_kinds[kind] = features.sums(responses, counted, of_kind)
        each = torch.from_numpy(counted[of_kind]).to(number.dtype)
        number[..., kind].index_add_(0, torch.from_numpy(cells.image[of_kind]), each)
    share = number / torch.from_numpy(count).clamp(min=1)[..., None]  # of each feature in its chance places
    size = max(1, AT_ONCE // (steps * out))
    for start in range(0, n, size):
        few = slice(start, start + size)
        at_chance = chance.sums_of_each(responses, usable, few)  # (images, steps, out)
        of_kinds -= torch.einsum("isk,iso->kso", share[few], at_chance).double().numpy()
    return of_kinds, number.double().sum(0).T.numpy()


class Places:
    """Cells (..., 2) of the images (...), each moved by all steps: whether it is on the map, and its row of responses.

    Responses are (images rows cols, out), a row for each cell of each map.
    """

    def __init__(self, cell: np.ndarray, image: np.ndarray, shape: tuple[int, int], reach: int) -> None:
        (h, w), steps = shape, np.arange(-reach, reach + 1)
        self.inside = inside(cell, shape, reach)
        self.first = (image * h + cell[..., 0]) * w + cell[..., 1]
        self.moved = (steps[:, None] * w + steps).ravel()

    def sums(self, responses: torch.Tensor, usable: np.ndarray, which: np.ndarray) -> np.ndarray:
        """Return the sum over some of the cells after each step where usable (cells, steps), (steps, out) float64."""
        return self._sums(responses, usable[which].T, self.first[which], self.moved[:, None]).double().numpy()

    def sums_of_each(self, responses: torch.Tensor, usable: np.ndarray, few: slice) -> torch.Tensor:
        """Return the sums over the cells of some images, usable (images, cells, steps) -> (images, steps, out)."""
        usable = usable[few].swapaxes(1, 2)
        sums = self._sums(responses, usable, self.first[few, None], self.moved[:, None])
        return sums.reshape(*usable.shape[:2], -1)

    @staticmethod
    def _sums(responses: torch.Tensor, usable: np.ndarray, first: np.ndarray, moved: np.ndarray) -> torch.Tensor:
        """Return the sums of the rows first + moved over the last axis of usable, where it is true."""
        rows, counts = (first + moved)[usable], usable.sum(-1).ravel()
        begin = np.cumsum(counts) - counts
        bags = (torch.from_numpy(np.ascontiguousarray(part, np.int64)) for part in (rows, begin))
        return torch.nn.functional.embedding_bag(next(bags), responses, next(bags), mode="sum")


def inside(cell: np.ndarray, shape: tuple[int, int], reach: int) -> np.ndarray:
    """Return whether cells (..., 2) are on a map of this shape after each step, (..., steps)."""
    moved = cell[..., None] + np.arange(-reach, reach + 1)  # (..., 2, side)
    on_map = (moved >= 0) & (moved < np.array(shape)[:, None])
    return (on_map[..., 0, :, None] & on_map[..., 1, None, :]).reshape(*cell.shape[:-1], (2 * reach + 1) ** 2)
