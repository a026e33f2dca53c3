"""Class selectivity: how much more each kernel responds to its best class than to others, compared with chance."""

import numpy as np

from kernelscope.stats.pvalues import corrected

COLUMNS = ("layer", "kernel", "response", "class", "selectivity", "null_mean", "null_99", "p", "p_corrected", "reason")
UNDEFINED = "no response, a mean response below 0 or not finite, or images of fewer than two classes"
AT_ONCE = 1_000_000  # memberships of images in classes, 8 MB
DIGITS = 12  # of a selectivity, so that values that differ by rounding alone are ties


def selectivities(
    responses: dict[str, np.ndarray], labels: np.ndarray, class_names: list[str], n_resamples: int = 999, seed: int = 0
) -> list[dict]:
    """Return the class selectivity of every kernel: rows with COLUMNS per conv layer, kernel and kind of response.

    Null: the labels of the images are permuted.

    Parameters
    ----------
    responses : dict
        Layer -> responses (n, out, h, w), as of models/responses.py.
    labels : array (n,)
        The class of each image.
    class_names : list of str
        The names of the classes.
    n_resamples : int
        Number of permutations.
    seed : int
        Seed of the permutations.

    Returns
    -------
    list of dict
        `selectivity` as of the function of that name; null_mean and null_99, the mean and the 99 % point over
        permutations; p, the share of draws that reach the selectivity; p_corrected, p after Benjamini and Hochberg
        (1995) over the kernels of a layer. A kernel without a selectivity has empty cells and a reason.
    """
    rows = []
    for layer, kinds in response_kinds(responses).items():
        of_kind = {kind: tested(values, labels, len(class_names), n_resamples, seed) for kind, values in kinds.items()}
        for kernel in range(next(iter(kinds.values())).shape[1]):
            for kind, columns in of_kind.items():
                best = columns["class"][kernel]
                row = {column: values[kernel] for column, values in columns.items()}
                name = class_names[best] if best >= 0 else None
                of_class = {"class": name, "reason": "" if name is not None else UNDEFINED}
                rows.append({"layer": layer, "kernel": kernel, "response": kind} | row | of_class)
    return rows


def response_kinds(responses: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """Return each kernel's response to each image, (n, out, h, w) -> (n, out) float64, by layer and kind.

    `mean` is the response of Morcos et al. (2018), `largest` the maximum.
    """
    with np.errstate(invalid="ignore"):
        return {
            layer: {"mean": maps.mean((2, 3), dtype=np.float64), "largest": maps.max((2, 3)).astype(np.float64)}
            for layer, maps in responses.items()
        }


def class_means(values: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return the mean of values (n, out) over the images of each class, (..., classes, out), for labels (..., n).

    NaN for a class without images.
    """
    member = (labels[..., None, :] == np.arange(classes)[:, None]).astype(np.float64)  # (..., classes, n)
    count = member.sum(-1)[..., None]
    total = (member.reshape(-1, len(values)) @ values).reshape(*member.shape[:-1], values.shape[1])
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def selectivity(means: np.ndarray) -> np.ndarray:
    """Return the class selectivity (a - b) / (a + b) of the largest class mean a and the mean b of the others.

    Parameters
    ----------
    means : array (..., classes, out)
        Mean response to each class. Classes have equal weight, however many images they have.

    Returns
    -------
    array (..., out)
        From 0 to 1. NaN for a silent kernel, with fewer than two classes, and if a mean is negative or not finite.
        Source: Morcos et al. 2018, "On the importance of single directions for generalization".
    """
    present = np.isfinite(means).any(-1).reshape(-1, means.shape[-2]).any(0)
    means = means[..., present, :]
    classes = means.shape[-2]
    if classes < 2:
        return np.full((*means.shape[:-2], means.shape[-1]), np.nan)
    usable = (np.isfinite(means) & (means >= 0)).all(-2)
    means = np.where(usable[..., None, :], means, 0)
    largest = means.max(-2)
    rest = (means.sum(-2) - largest) / (classes - 1)
    total = largest + rest
    return np.divide(largest - rest, total, out=np.full(total.shape, np.nan), where=usable & (total > 0)).round(DIGITS)


def tested(values: np.ndarray, labels: np.ndarray, classes: int, n_resamples: int, seed: int) -> dict[str, np.ndarray]:
    """Return the columns from `class` (its number, -1 for none) on, (out,) each, from values (n, out)."""
    usable = np.isfinite(values).all(0)
    values = np.where(usable, values, 0)
    rng = np.random.default_rng([seed, len(labels)])
    permuted = rng.permuted(np.tile(labels, (n_resamples, 1)), axis=1)
    means = class_means(values, labels, classes)
    observed = selectivity(means)
    portions = np.array_split(permuted, -(-permuted.size * classes // AT_ONCE))
    null = np.concatenate([selectivity(class_means(values, portion, classes)) for portion in portions])
    is_defined = np.isfinite(observed)
    p = np.where(is_defined, (1 + (null >= observed).sum(0)) / (1 + n_resamples), np.nan)
    return {
        "class": np.where(is_defined, np.where(np.isnan(means), -np.inf, means).argmax(0), -1),
        "selectivity": observed,
        "null_mean": np.where(is_defined, null.mean(0), np.nan),
        "null_99": np.where(is_defined, np.quantile(null, 0.99, axis=0), np.nan),
        "p": p,
        "p_corrected": corrected(p),
    }
