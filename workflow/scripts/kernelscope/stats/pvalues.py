"""How often chance does as well as what was observed, and what is left of that where many tests are made."""

import numpy as np


def p_value(observed: np.ndarray, null: np.ndarray, side: str = "greater") -> np.ndarray:
    """(1 + how many of `null` reach each of `observed`) / (1 + size of null): never 0 (Phipson and Smyth 2010).

    Reached is `greater` (as large or larger), `less`, or `both`: twice the smaller of the two, at most 1. What is not
    finite in `null` does not count; NaN for an observed value that is not finite, or where nothing is left to compare.
    """
    observed, null = np.asarray(observed, float), null[np.isfinite(null)]
    if side == "both":
        return np.minimum(1, 2 * np.minimum(p_value(observed, null), p_value(observed, null, "less")))
    sign = 1 if side == "greater" else -1
    reached = null.size - np.searchsorted(np.sort(sign * null, None), sign * observed, side="left")
    return np.where(np.isfinite(observed) & (null.size > 0), (1 + reached) / (1 + null.size), np.nan)


def point(observed: np.ndarray, null: np.ndarray, side: str) -> np.ndarray:
    """The 99 % point of the null on the side tested (for `less` the 1 % point), for each observed value.

    Two-sided: the 0.5 % or the 99.5 % point, whichever lies on the observed value's side of the median.
    """
    null = null[np.isfinite(null)]
    if not len(null):
        return np.full(observed.shape, np.nan)
    if side != "both":
        return np.full(observed.shape, np.quantile(null, 0.99 if side == "greater" else 0.01))
    low, median, high = np.quantile(null, [0.005, 0.5, 0.995])
    return np.where(observed < median, low, high)


def corrected(p: np.ndarray) -> np.ndarray:
    """p (..., n) after Benjamini and Hochberg (1995) within each family of n; NaN counts for none and stays."""
    order = np.argsort(p, -1)  # NaN last
    known = np.isfinite(p).sum(-1, keepdims=True)
    raised = np.take_along_axis(p, order, -1) * known / np.arange(1, p.shape[-1] + 1)
    smallest = np.fmin.accumulate(raised[..., ::-1], -1)[..., ::-1]
    result = np.empty(p.shape)
    np.put_along_axis(result, order, np.minimum(smallest, 1), -1)
    return result


def holm(p: np.ndarray) -> np.ndarray:
    """p (n,) after Holm (1979); NaN counts for none and stays."""
    order, known = np.argsort(p), int(np.isfinite(p).sum())
    raised = p[order] * np.maximum(known - np.arange(len(p)), 1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.maximum.accumulate(raised), 1)
    return np.where(np.isfinite(p), found, np.nan)
