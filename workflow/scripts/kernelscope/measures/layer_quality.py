"""What a layer is as a whole, as in CNN Filter DB (Gavrikov and Keuper, CVPR 2022, the section on filter quality).

Banks (..., out, in, k, k) with one bank per leading index. The formulas are those that the authors' package
torchconvquality computes. It divides the entropy by a threshold fitted to 3x3; here nulls.layer simulates it.
"""

import numpy as np

from kernelscope.measures.spectra import entropy, ratio


def measures(banks: np.ndarray) -> dict[str, np.ndarray]:
    """The three measures (...) by name; NaN for a bank that is not finite."""
    banks = np.asarray(banks, np.float64)
    finite = np.isfinite(banks).all((-1, -2, -3, -4))
    clean = np.where(finite[..., None, None, None, None], banks, 0)
    found = {
        "sparsity": sparsity(clean),
        "variance_entropy": variance_entropy(clean),
        "orthogonality": orthogonality(clean),
    }
    return {name: np.where(finite, values, np.nan) for name, values in found.items()}


def sparsity(banks: np.ndarray) -> np.ndarray:
    """The share of planes with no weight of at least 1 % of the layer's largest; 1 for a layer of zeros."""
    largest = np.abs(banks).max((-1, -2))
    threshold = 0.01 * largest.max((-1, -2), keepdims=True)
    return ((largest < threshold) | (largest == 0)).mean((-1, -2))


def variance_entropy(banks: np.ndarray) -> np.ndarray:
    """-sum p log10 p, p the shares of variance of the principal components of all planes; 0 where all share one shape.

    At most log10 of the smaller of k^2 and one less than the number of planes. NaN where the planes do not differ.
    """
    k = banks.shape[-1]
    planes = banks.reshape(*banks.shape[:-4], -1, k * k)
    square = (planes**2).sum((-1, -2))[..., None]
    planes = planes - planes.mean(-2, keepdims=True)
    other = planes.swapaxes(-1, -2)
    variance = np.linalg.eigvalsh(other @ planes if planes.shape[-2] > k * k else planes @ other)
    variance = np.where(variance > 1e-20 * square, variance, 0)  # less is a rounding error
    total = np.broadcast_to(variance.sum(-1, keepdims=True), variance.shape)
    share = ratio(variance, total)
    return entropy(share).sum(-1) / np.log(10)


def orthogonality(banks: np.ndarray) -> np.ndarray:
    """1 - sum |V V' - I| / (n (n - 1)), V the n kernels of the layer, each divided by its norm.

    1 where all are orthogonal, 0 where all are one up to the sign. NaN for a single kernel. A kernel of zeros
    stays one, as with the authors: it is orthogonal to all but itself.
    """
    n = banks.shape[-4]
    if n < 2:
        return np.full(banks.shape[:-4], np.nan)
    vectors = banks.reshape(*banks.shape[:-3], -1)
    norm = np.sqrt((vectors**2).sum(-1, keepdims=True))
    vectors = vectors / np.where(norm == 0, 1, norm)
    return 1 - np.abs(vectors @ vectors.swapaxes(-1, -2) - np.eye(n)).sum((-1, -2)) / (n * (n - 1))
