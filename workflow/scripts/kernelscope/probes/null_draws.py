"""What kernels that learned nothing respond to: the nulls of statements about responses.

Two kinds of kernels are put through the procedure that the kernels of a network are put through, with its search over
offsets and kinds of features: re-initialized ones, on top of the layers below, and isotropic noise with the smoothness
and mean of each kernel (measures/isotropic_noise.py).
"""

from typing import NamedTuple

import numpy as np

from kernelscope.models.layer_lists import Field
from kernelscope.probes import features, landmarks, selectivity, wide_layers
from kernelscope.probes.feature_offsets import Sample

AT_ONCE = 60_000_000  # numbers in the feature maps of null kernels at a time, 240 MB


class Seen(NamedTuple):
    """What is known about the images of both splits (training, test) that kernels are tested on.

    marks: the features of each split, or () if their places are unknown. chance: places on the line, likewise. labels:
    the classes of the test images, (n,). classes: how many there are.
    """

    marks: tuple
    chance: tuple
    labels: np.ndarray
    classes: int

    def first(self, count: int) -> "Seen":
        """Return what is known about the first `count` images of each split."""
        marks = tuple(landmarks.first(of_split, count) for of_split in self.marks)
        return Seen(marks, tuple(places[:count] for places in self.chance), self.labels[:count], self.classes)


def statistics(maps: list[np.ndarray], field: Field, seen: Seen) -> dict[str, np.ndarray]:
    """Return what kernels respond to, from their feature maps for both splits, (n, out, h, w) each.

    Parameters
    ----------
    maps : list of two arrays
        Of the training images and of the test images.
    field : Field
        The windows that the maps see.
    seen : Seen

    Returns
    -------
    dict
        `z`: (kinds, out), as in features.csv, if the places of features are known. `means`: (classes, out), the mean
        over the test images of each class of the largest response.
    """
    with np.errstate(invalid="ignore"):
        largest = maps[1].max((2, 3)).astype(np.float64)
    largest[:, ~np.isfinite(largest).all(0)] = np.nan
    result = {"means": selectivity.class_means(largest, seen.labels, seen.classes)}
    if seen.marks:
        samples = [Sample(*parts) for parts in zip(maps, seen.marks, seen.chance, strict=True)]
        result["z"] = features.measured(*samples, field)[0]["z"]
    return result


def of_claims(of_kernels: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the statistic of each claim, (out,), from `statistics`: `class`, and `feature` where it is known."""
    result = {"class": selectivity.selectivity(of_kernels["means"])}
    if "z" in of_kernels:
        result["feature"] = features.largest_z(of_kernels["z"])
    return result


def drawn(
    place: wide_layers.Place, kernels: np.ndarray, bias: np.ndarray, field: Field, seen: Seen
) -> dict[str, np.ndarray]:
    """Return the statistics of null kernels (m, in, k, k) with biases (m,) in a place: claim -> (m,)."""
    columns = [[] for _ in range(2)]
    towers = np.arange(len(kernels)).reshape(place.layer.towers, -1)
    for part in np.array_split(towers, max(1, -(-towers.shape[1] // _size(place))), axis=1):
        chosen = part.ravel()
        values = of_claims(statistics(wide_layers.maps(place, kernels[chosen], bias[chosen]), field, seen))
        columns[0].append(chosen)
        columns[1].append(values)
    order = np.argsort(np.concatenate(columns[0]))
    return {name: np.concatenate([part[name] for part in columns[1]])[order] for name in columns[1][0]}


def _size(place: wide_layers.Place) -> int:
    """Return how many kernels of each tower fit into AT_ONCE."""
    k, stride, padding = place.layer.kernel_size, place.layer.stride, place.layer.padding
    pixels = sum(
        len(x) * np.prod([(side + 2 * padding - k) // stride + 1 for side in x.shape[2:]]) for x in place.inputs
    )
    return max(1, int(AT_ONCE // max(pixels * place.layer.towers, 1)))


def reinitialized(shape: tuple[int, ...], sd: float | None, has_bias: bool, seed: list[int]) -> tuple:
    """Draw kernels (out, in, k, k) and biases (out,) as `networks.initialize` does before a training.

    Parameters
    ----------
    shape : tuple
        (out, in, k, k).
    sd : float or None
        Standard deviation of normal weights, with biases 0; None for weights and biases uniform in +-1/sqrt(inputs).
    has_bias : bool
        Whether the layer has biases.
    seed : list of int
    """
    rng, bound = np.random.default_rng(seed), 1 / np.sqrt(np.prod(shape[1:]))
    kernels = rng.uniform(-bound, bound, shape) if sd is None else rng.normal(0, sd, shape)
    bias = rng.uniform(-bound, bound, shape[0]) if sd is None and has_bias else np.zeros(shape[0])
    return kernels.astype(np.float32), bias.astype(np.float32)
