"""How much more each kernel answers to its best class than to the others, and how much more by chance."""

import numpy as np

from kernelscope.stats.pvalues import corrected

COLUMNS = ("layer", "kernel", "response", "class", "selectivity", "null_mean", "null_99", "p", "p_corrected")
AT_ONCE = 1_000_000  # memberships of images in classes, 8 MB
DIGITS = 12  # of a selectivity: what differs by rounding alone is a tie


def selectivities(
    responses: dict[str, np.ndarray], labels: np.ndarray, class_names: list[str], draws: int = 999, seed: int = 0
) -> list[dict]:
    """Rows with COLUMNS: per conv layer, kernel and kind of response; responses as of responses.py, labels (n,).

    null_mean and null_99 are the mean and the 99 % point over permutations of the labels, p the share of draws that
    reach the selectivity, p_corrected after Benjamini and Hochberg (1995) over the kernels of a layer. A kernel
    without a selectivity (see there) has empty cells.
    """
    rows = []
    for layer, kinds in answers(responses).items():
        of_kind = {kind: tested(values, labels, len(class_names), draws, seed) for kind, values in kinds.items()}
        for kernel in range(next(iter(kinds.values())).shape[1]):
            for kind, found in of_kind.items():
                best = found["class"][kernel]
                row = {column: values[kernel] for column, values in found.items()}
                name = class_names[best] if best >= 0 else None
                rows.append({"layer": layer, "kernel": kernel, "response": kind} | row | {"class": name})
    return rows


def answers(responses: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """Per conv layer the response of each kernel to each image, over positions: (n, out, h, w) -> (n, out) float64.

    Its "mean", as Morcos et al. take it, and the "largest".
    """
    with np.errstate(invalid="ignore"):
        return {
            layer: {"mean": maps.mean((2, 3), dtype=np.float64), "largest": maps.max((2, 3)).astype(np.float64)}
            for layer, maps in responses.items()
        }


def class_means(values: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """The mean of values (n, out) over the images of each class, (..., classes, out), for labels (..., n).

    NaN for a class without images.
    """
    member = (labels[..., None, :] == np.arange(classes)[:, None]).astype(np.float64)  # (..., classes, n)
    count = member.sum(-1)[..., None]
    total = (member.reshape(-1, len(values)) @ values).reshape(*member.shape[:-1], values.shape[1])
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def selectivity(means: np.ndarray) -> np.ndarray:
    """(a - b) / (a + b), a the largest of the class means (..., classes, out), b the mean of the others: (..., out).

    Morcos et al. 2018, "On the importance of single directions for generalization". Classes count alike
    however many images they have. From 0 to 1; NaN for a silent kernel, with fewer than two classes, and where a mean
    is negative or not finite.
    """
    present = np.isfinite(means).any(-1).reshape(-1, means.shape[-2]).any(0)
    means = means[..., present, :]
    classes = means.shape[-2]
    if classes < 2:
        return np.full((*means.shape[:-2], means.shape[-1]), np.nan)
    sound = (np.isfinite(means) & (means >= 0)).all(-2)
    means = np.where(sound[..., None, :], means, 0)
    largest = means.max(-2)
    rest = (means.sum(-2) - largest) / (classes - 1)
    total = largest + rest
    return np.divide(largest - rest, total, out=np.full(total.shape, np.nan), where=sound & (total > 0)).round(DIGITS)


def tested(values: np.ndarray, labels: np.ndarray, classes: int, draws: int, seed: int) -> dict[str, np.ndarray]:
    """The columns from `class` (its number, -1 for none) on, (out,) each, from values (n, out)."""
    sound = np.isfinite(values).all(0)
    values = np.where(sound, values, 0)
    rng = np.random.default_rng([seed, len(labels)])
    permuted = rng.permuted(np.tile(labels, (draws, 1)), axis=1)
    means = class_means(values, labels, classes)
    observed = selectivity(means)
    portions = np.array_split(permuted, -(-permuted.size * classes // AT_ONCE))
    null = np.concatenate([selectivity(class_means(values, few, classes)) for few in portions])
    speaks = np.isfinite(observed)
    p = np.where(speaks, (1 + (null >= observed).sum(0)) / (1 + draws), np.nan)
    return {
        "class": np.where(speaks, np.where(np.isnan(means), -np.inf, means).argmax(0), -1),
        "selectivity": observed,
        "null_mean": np.where(speaks, null.mean(0), np.nan),
        "null_99": np.where(speaks, np.quantile(null, 0.99, axis=0), np.nan),
        "p": p,
        "p_corrected": corrected(p),
    }
