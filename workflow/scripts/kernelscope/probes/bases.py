"""What the bases of a convolutional deep belief network are: drawn in pixels both ways, oriented, alive."""

import numpy as np

from kernelscope.measures import kernels, spectra
from kernelscope.models.layer_lists import Field, conv, max_pool, receptive_fields
from kernelscope.probes import projection
from kernelscope.stats import pvalues

COLUMNS = (
    *("dataset", "arch", "seed", "layer", "bases", "oriented", "null_oriented", "p_oriented"),
    *("alive", "active", "error", "error_untrained", "free_energy"),
)


def layers(kernel_sizes: list[int], pooling: int) -> list[dict]:
    """The network as a list of layers, each conv layer before its pooling."""
    found = []
    for number, size in enumerate(kernel_sizes, 1):
        found += [conv(f"conv{number}", 0, size), max_pool(pooling)]  # how many kernels it has, nobody asks
    return found


def linear(banks: dict[str, np.ndarray], pooling: int) -> dict[str, np.ndarray]:
    """Every base (out, 1, field, field) as the linear combination of the bases below; banks (out, in, k, k)."""
    network = layers([bank.shape[-1] for bank in banks.values()], pooling)
    return projection.projected(network, {f"{name}.weight": bank for name, bank in banks.items()})


def excited(images: np.ndarray, pooled: dict[str, np.ndarray], kernel_sizes: list[int], pooling: int) -> dict:
    """For every base the mean (out, field, field) of all patches of images (n, h, w), each weighted with the pooled
    probability (n, out, rows, cols) there: what is in the image where the base is on."""
    fields = receptive_fields(layers(kernel_sizes, pooling))
    return {name: weighted(images, maps, fields[name], pooling) for name, maps in pooled.items()}


def weighted(images: np.ndarray, maps: np.ndarray, field: Field, pooling: int) -> np.ndarray:
    """That of one layer, whose units see such fields; 0 for a base that is never on."""
    total, weight = np.zeros((maps.shape[1], field.size**2)), maps.sum((0, 2, 3), dtype=np.float64)
    for row, col in np.ndindex(*maps.shape[2:]):
        top, left = row * field.jump * pooling, col * field.jump * pooling
        patches = images[:, top : top + field.size, left : left + field.size]
        total += maps[:, :, row, col].T @ patches.reshape(len(images), -1)
    mean = np.divide(total, weight[:, None], out=np.zeros(total.shape), where=weight[:, None] > 0)
    return mean.reshape(-1, field.size, field.size).astype(np.float32)


def orientation(bank: np.ndarray, draws: int, seed: int = 0) -> dict[str, float]:
    """The share of oriented kernels of a first layer (out, 1, k, k), that of the layer drawn anew, and p: how many of
    `draws` such layers have as many."""
    out, _, k, _ = bank.shape
    share = float(spectra.oriented(bank.mean(1)).mean())
    null = kernels.reinitialised(np.random.default_rng([seed, k]), (draws * out, k, k), 1.0)
    shares = spectra.oriented(null).reshape(draws, out).mean(1)
    return {
        "oriented": share,
        "null_oriented": float(shares.mean()),
        "p_oriented": float(pvalues.p_value(share, shares)),
    }


def alive(bank: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """Bases (out,) of which a block is somewhere in the test images more probably on than off, and whose norm is above
    a tenth of the largest of the layer."""
    return kernels.alive(kernels.norms(bank), log_odds)


def ended(history: list[dict[str, str]], number: int) -> dict[str, float]:
    """How a layer (from 1) ended, from the rows of history.csv: error of its reconstruction, and free energy."""
    last = [row for row in history if row["layer"] == str(number)][-1]
    return {"error": float(last["test_loss"] or "nan"), "free_energy": float(last["free_energy"] or "nan")}
