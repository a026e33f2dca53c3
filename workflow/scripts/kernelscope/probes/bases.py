"""The bases of a convolutional deep belief network: as images, in two ways, and whether they are oriented and alive."""

import numpy as np

from kernelscope.measures import kernels, spectra
from kernelscope.models.layer_lists import Field, conv, max_pool, receptive_fields
from kernelscope.probes import projection
from kernelscope.stats import pvalues

COLUMNS = (
    *("dataset", "arch", "seed", "layer", "bases", "oriented", "null_oriented", "p_oriented"),
    *("smallest_p", "alive", "active", "error", "error_untrained", "free_energy", "reason"),
)

DEEPER = "orientation and the reconstruction by the untrained bases are measured in the first layer only"


def layers(kernel_sizes: list[int], pooling: int) -> list[dict]:
    """Return the network as a list of layers, in which pooling follows each conv layer."""
    network = []
    for number, size in enumerate(kernel_sizes, 1):
        network += [conv(f"conv{number}", 0, size), max_pool(pooling)]  # the number of kernels does not matter here
    return network


def linear(banks: dict[str, np.ndarray], pooling: int) -> dict[str, np.ndarray]:
    """Return each basis (out, 1, field, field) as the linear combination of the bases below.

    Parameters
    ----------
    banks : dict
        Layer -> bases (out, in, k, k).
    pooling : int
        Width of a pooling block.
    """
    network = layers([bank.shape[-1] for bank in banks.values()], pooling)
    return projection.projected(network, {f"{name}.weight": bank for name, bank in banks.items()})


def excited(images: np.ndarray, pooled: dict[str, np.ndarray], kernel_sizes: list[int], pooling: int) -> dict:
    """Return the mean image patch of each basis, weighted by how probable the basis is there.

    Parameters
    ----------
    images : array (n, h, w)
        The images.
    pooled : dict
        Layer -> pooled probabilities (n, out, rows, cols).
    kernel_sizes : list of int
        Kernel sizes, layer by layer.
    pooling : int
        Width of a pooling block.

    Returns
    -------
    dict
        Layer -> (out, field, field): what the images contain where the basis is on.
    """
    fields = receptive_fields(layers(kernel_sizes, pooling))
    return {name: weighted(images, maps, fields[name], pooling) for name, maps in pooled.items()}


def weighted(images: np.ndarray, maps: np.ndarray, field: Field, pooling: int) -> np.ndarray:
    """Return the weighted mean patches of one layer with this receptive field; 0 for a basis that is never on."""
    total, weight = np.zeros((maps.shape[1], field.size**2)), maps.sum((0, 2, 3), dtype=np.float64)
    for row, col in np.ndindex(*maps.shape[2:]):
        top, left = row * field.jump * pooling, col * field.jump * pooling
        patches = images[:, top : top + field.size, left : left + field.size]
        total += maps[:, :, row, col].T @ patches.reshape(len(images), -1)
    mean = np.divide(total, weight[:, None], out=np.zeros(total.shape), where=weight[:, None] > 0)
    return mean.reshape(-1, field.size, field.size).astype(np.float32)


def orientation(bank: np.ndarray, n_resamples: int, seed: int = 0) -> dict[str, float]:
    """Return how many kernels of a first layer are oriented, and how many of newly drawn kernels would be.

    Parameters
    ----------
    bank : array (out, 1, k, k)
        The kernels.
    n_resamples : int
        Number of newly drawn layers.
    seed : int
        Seed of the draws.

    Returns
    -------
    dict
        `oriented`, the share of oriented kernels; `null_oriented`, the mean share of newly drawn layers; `p_oriented`,
        the one-sided p: how many of these layers have at least as large a share; `smallest_p`, the smallest that so
        many layers allow.
    """
    out, _, k, _ = bank.shape
    share = float(spectra.oriented(bank.mean(1)).mean())
    null = kernels.reinitialized(np.random.default_rng([seed, k]), (n_resamples * out, k, k), 1.0)
    shares = spectra.oriented(null).reshape(n_resamples, out).mean(1)
    return {
        "oriented": share,
        "null_oriented": float(shares.mean()),
        "p_oriented": float(pvalues.p_value(share, shares)),
        "smallest_p": 1 / (1 + n_resamples),
    }


def alive(bank: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """Return which bases (out,) are alive.

    A basis is alive if a block of its units is, somewhere in the test images, more probably on than off, and its norm
    is above a tenth of the largest norm in the layer.
    """
    return kernels.alive(kernels.norms(bank), log_odds)


def ended(history: list[dict[str, str]], number: int) -> dict[str, float]:
    """Return the last reconstruction error and free energy of a layer (from 1), from the rows of history.csv."""
    last = [row for row in history if row["layer"] == str(number)][-1]
    return {"error": float(last["test_loss"] or "nan"), "free_energy": float(last["free_energy"] or "nan")}
