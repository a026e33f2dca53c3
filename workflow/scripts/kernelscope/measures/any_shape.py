"""Measures of layers whose kernels have any shape, where those of square planes are not defined or have no power.

Kernels (out, in, *space) are measured as vectors: the quality measures of CNN Filter DB (Gavrikov and Keuper, CVPR
2022), dead kernels and channels, and the principal components of all planes.
"""

from typing import NamedTuple

import numpy as np

from kernelscope.measures import layer_quality
from kernelscope.stats.pvalues import p_value

COLUMNS = (
    *("step", "epoch", "layer", "kernels", "channels", "shape", "dead_kernels", "dead_channels", "sparsity"),
    *("variance_entropy", "variance_entropy_null", "variance_entropy_p", "orthogonality", "orthogonality_null"),
    *("orthogonality_p", "pca_1", "pca_2", "pca_3", "reason"),
)
TESTED = ("variance_entropy", "orthogonality")  # smaller values than by chance
WEAK = 0.01  # share of the largest weight of a layer, below which all weights of a plane are for CNN Filter DB
DRAWS = 99
MOST_WEIGHTS = 200_000  # of a layer with a null, of which each draw permutes all
MOST_POSITIONS = 1024  # of a plane whose components are computed
SHOWN = 9  # components
ONE_KERNEL = "orthogonality of a single kernel"
POINT, FEW, NOT_FINITE = "a single weight for each channel", "fewer than two planes", "weights that are not finite"
LARGE = f"no null: more than {MOST_WEIGHTS:,} weights"
WIDE = f"no components: more than {MOST_POSITIONS:,} positions"


class Components(NamedTuple):
    """Principal components of the planes of a layer, (n, *space), and the share of the variance of each, (n,)."""

    vectors: np.ndarray
    shares: np.ndarray


def as_planes(bank: np.ndarray) -> np.ndarray:
    """Return kernels (out, in, *space) with space as the last of four axes, (out, in, 1, positions)."""
    return bank.reshape(*bank.shape[:2], 1, -1)


def components(bank: np.ndarray) -> tuple[Components | None, str]:
    """Return the first principal components of all planes (out, in, *space), each minus the mean; or None and why."""
    planes = bank.reshape(bank.shape[0] * bank.shape[1], -1).astype(np.float64)
    for is_so, reason in (
        (not np.isfinite(planes).all(), NOT_FINITE),
        (planes.shape[1] == 1, POINT),
        (planes.shape[1] > MOST_POSITIONS, WIDE),
        (len(planes) < 2, FEW),
    ):
        if is_so:
            return None, reason
    centered = planes - planes.mean(0)
    variance, vectors = np.linalg.eigh(centered.T @ centered)
    variance, vectors = np.maximum(variance[::-1], 0), vectors.T[::-1]
    if variance.sum() == 0:
        return None, "all planes are equal"
    vectors = vectors * np.where(vectors.sum(1) < 0, -1, 1)[:, None]  # a sign that does not depend on the machine
    few = min(SHOWN, planes.shape[1])
    return Components(vectors[:few].reshape(few, *bank.shape[2:]), variance[:few] / variance.sum()), ""


def row(bank: np.ndarray, seed: int = 0) -> dict:
    """Return the columns about the kernels (out, in, *space) of a layer, without step, epoch and layer.

    The null of `variance_entropy` and `orthogonality` are the same weights in random order; smaller values are tested.
    """
    space = " x ".join(map(str, bank.shape[2:]))
    about = dict.fromkeys(COLUMNS) | {"kernels": len(bank), "channels": bank.shape[1], "shape": space}
    if not np.isfinite(bank).all():
        return about | {"reason": NOT_FINITE}
    planes = as_planes(bank)
    about |= dead(planes) | {key: float(value) for key, value in layer_quality.measures(planes).items()}
    found, reason = components(bank)
    if found is not None:
        about |= {f"pca_{number}": float(share) for number, share in enumerate(found.shares[:3], 1)}
    if planes.shape[-1] == 1:
        about["variance_entropy"] = None
    reasons = [reason, *tests(planes, about, seed), ONE_KERNEL * (len(bank) == 1)]
    return about | {"reason": "; ".join(dict.fromkeys(filter(None, reasons)))}


def tests(planes: np.ndarray, about: dict, seed: int) -> list[str]:
    """Fill in the null and the p of the TESTED measures of a layer; return why there are none."""
    if planes.size > MOST_WEIGHTS:
        return [LARGE]
    rng, draws = np.random.default_rng([seed, *planes.shape]), {key: [] for key in TESTED}
    for _ in range(DRAWS):
        drawn = layer_quality.measures(rng.permuted(planes.ravel()).reshape(planes.shape))
        for key, values in draws.items():
            values.append(drawn[key])
    for key, values in draws.items():
        if about[key] is not None and np.isfinite(about[key]):
            about[f"{key}_null"] = float(np.mean(values))
            about[f"{key}_p"] = float(p_value(np.array([about[key]]), np.array(values), "less")[0])
    return []


def dead(planes: np.ndarray) -> dict[str, int]:
    """Return how many kernels, and how many input channels, have weak planes alone, from (out, in, 1, positions)."""
    largest = np.abs(planes).max((-1, -2))
    weak = largest <= WEAK * largest.max()
    return {"dead_kernels": int(weak.all(1).sum()), "dead_channels": int(weak.all(0).sum())}
