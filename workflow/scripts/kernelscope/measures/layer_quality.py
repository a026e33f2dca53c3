"""Quality measures of a whole layer, as in CNN Filter DB (Gavrikov and Keuper, CVPR 2022, section on filter quality).

Banks are (..., out, in, k, k), with one bank per leading index. The formulas are those of the authors' package
torchconvquality, except that it divides the entropy by a threshold fitted to 3x3 kernels, whereas `nulls.layer`
simulates the null.
"""

import numpy as np

from kernelscope.measures.spectra import entropy, ratio

AT_ONCE = 2**22  # products of two kernels


def measures(banks: np.ndarray) -> dict[str, np.ndarray]:
    """Return the three quality measures of each bank.

    Parameters
    ----------
    banks : (..., out, in, k, k) array

    Returns
    -------
    dict
        `sparsity`, `variance_entropy` and `orthogonality`, (...) float64 each; NaN for a bank that is not finite.

    References
    ----------
    Gavrikov and Keuper, CVPR 2022.
    """
    banks = np.asarray(banks, np.float64)
    finite = np.isfinite(banks).all((-1, -2, -3, -4))
    clean = np.where(finite[..., None, None, None, None], banks, 0)
    unmasked = {
        "sparsity": sparsity(clean),
        "variance_entropy": variance_entropy(clean),
        "orthogonality": orthogonality(clean),
    }
    return {name: np.where(finite, values, np.nan) for name, values in unmasked.items()}


def sparsity(banks: np.ndarray) -> np.ndarray:
    """Return the share of planes whose weights are all below 1 % of the layer's largest weight, in absolute value.

    Parameters
    ----------
    banks : (..., out, in, k, k) array

    Returns
    -------
    (...) float64 array
        From 0 to 1; 1 for a layer of zeros. It has no null.
    """
    largest = np.abs(banks).max((-1, -2))
    threshold = 0.01 * largest.max((-1, -2), keepdims=True)
    return ((largest < threshold) | (largest == 0)).mean((-1, -2))


def variance_entropy(banks: np.ndarray) -> np.ndarray:
    """Return the entropy of the variance over the principal components of all planes.

    It is -sum p log10 p, with p the share of the variance that each component explains.

    Parameters
    ----------
    banks : (..., out, in, k, k) array

    Returns
    -------
    (...) float64 array
        From 0, if all planes have one shape, to log10 of the smaller of k^2 and the number of planes minus 1. NaN if
        the planes are all equal.

    Notes
    -----
    Its null is the re-initialized layer; smaller values are tested.
    """
    size = banks.shape[-1] * banks.shape[-2]
    planes = banks.reshape(*banks.shape[:-4], -1, size)
    square = (planes**2).sum((-1, -2))[..., None]
    planes = planes - planes.mean(-2, keepdims=True)
    other = planes.swapaxes(-1, -2)
    variance = np.linalg.eigvalsh(other @ planes if planes.shape[-2] > size else planes @ other)
    variance = np.where(variance > 1e-20 * square, variance, 0)  # anything smaller is a rounding error
    total = np.broadcast_to(variance.sum(-1, keepdims=True), variance.shape)
    share = ratio(variance, total)
    return entropy(share).sum(-1) / np.log(10)


def orthogonality(banks: np.ndarray) -> np.ndarray:
    """Return how close the kernels of each bank are to orthogonal.

    It is 1 - sum |V V' - I| / (n (n - 1)), with V the n kernels, each divided by its norm.

    Parameters
    ----------
    banks : (..., out, in, k, k) array

    Returns
    -------
    (...) float64 array
        1 if all kernels are orthogonal, 0 if they are all equal up to sign; NaN for a single kernel. As in the authors'
        package, a kernel of zeros stays zero, and is orthogonal to all other kernels.

    Notes
    -----
    Its null is the re-initialized layer; smaller values are tested.
    """
    n = banks.shape[-4]
    if n < 2:
        return np.full(banks.shape[:-4], np.nan)
    vectors = banks.reshape(*banks.shape[:-3], -1)
    norm = np.sqrt((vectors**2).sum(-1, keepdims=True))
    vectors = vectors / np.where(norm == 0, 1, norm)
    sums = [overlap(bank) for bank in vectors.reshape(-1, *vectors.shape[-2:])]
    return 1 - np.reshape(sums, banks.shape[:-4]) / (n * (n - 1))


def overlap(vectors: np.ndarray) -> float:
    """Return sum |V V' - I| of vectors (n, size), computed for as many rows at once as memory allows."""
    total, step = 0.0, max(1, AT_ONCE // len(vectors))
    for start in range(0, len(vectors), step):
        products = vectors[start : start + step] @ vectors.T
        np.fill_diagonal(products[:, start:], products.diagonal(start) - 1)
        total += float(np.abs(products, out=products).sum())
    return total
