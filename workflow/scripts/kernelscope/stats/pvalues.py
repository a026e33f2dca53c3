"""P values from a simulated null distribution, and their correction for multiple tests."""

import numpy as np

LEVEL = 0.05  # of every test


def p_value(observed: np.ndarray, null: np.ndarray, side: str = "greater") -> np.ndarray:
    """Return (1 + number of null values that reach the observed value) / (1 + number of null values).

    It is never 0 (Phipson and Smyth 2010).

    Parameters
    ----------
    observed : array
    null : array
        Values under the null hypothesis; values that are not finite do not count.
    side : {"greater", "less", "both"}
        Which null values reach the observed one: as large or larger, or as small or smaller. `both` is twice the
        smaller of the two p values, at most 1.

    Returns
    -------
    array
        One p per observed value; NaN for values that are not finite, and if no null value is finite.
    """
    observed, null = np.asarray(observed, float), null[np.isfinite(null)]
    if side == "both":
        return np.minimum(1, 2 * np.minimum(p_value(observed, null), p_value(observed, null, "less")))
    sign = 1 if side == "greater" else -1
    reached = null.size - np.searchsorted(np.sort(sign * null, None), sign * observed, side="left")
    return np.where(np.isfinite(observed) & (null.size > 0), (1 + reached) / (1 + null.size), np.nan)


def point(observed: np.ndarray, null: np.ndarray, side: str) -> np.ndarray:
    """Return the 99 % point of the null on the tested side.

    Parameters
    ----------
    observed : array
    null : array
        Values under the null hypothesis; values that are not finite do not count.
    side : {"greater", "less", "both"}

    Returns
    -------
    array
        For each observed value the 99 % point (`greater`), the 1 % point (`less`), or, for `both`, the 0.5 % or 99.5 %
        point, whichever is on the observed value's side of the median. NaN if no null value is finite.
    """
    null = null[np.isfinite(null)]
    if not len(null):
        return np.full(observed.shape, np.nan)
    if side != "both":
        return np.full(observed.shape, np.quantile(null, 0.99 if side == "greater" else 0.01))
    low, median, high = np.quantile(null, [0.005, 0.5, 0.995])
    return np.where(observed < median, low, high)


def corrected(p: np.ndarray) -> np.ndarray:
    """Return p values adjusted for the false discovery rate (Benjamini and Hochberg 1995).

    Parameters
    ----------
    p : (..., n) array
        Families of n tests; NaN is no test.

    Returns
    -------
    (..., n) array
        At most 1; NaN stays NaN.
    """
    order = np.argsort(p, -1)  # NaN last
    tests = np.isfinite(p).sum(-1, keepdims=True)
    raised = np.take_along_axis(p, order, -1) * tests / np.arange(1, p.shape[-1] + 1)
    smallest = np.fmin.accumulate(raised[..., ::-1], -1)[..., ::-1]
    result = np.empty(p.shape)
    np.put_along_axis(result, order, np.minimum(smallest, 1), -1)
    return result


def holm(p: np.ndarray) -> np.ndarray:
    """Return p values adjusted for the family-wise error rate (Holm 1979).

    Parameters
    ----------
    p : (n,) array
        A family of tests; NaN is no test.

    Returns
    -------
    (n,) array
        At most 1; NaN stays NaN.
    """
    order, tests = np.argsort(p), int(np.isfinite(p).sum())
    raised = p[order] * np.maximum(tests - np.arange(len(p)), 1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(raised), 1)
    return np.where(np.isfinite(p), adjusted, np.nan)


def pooled(observed: np.ndarray, null: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compare values that each have a few null values of their own with the null values of all of them.

    The null values of different groups may differ in mean and spread, but not otherwise. So an observed value is
    standardized by its own group, and each null value by the others of its group; the p is the share of all
    standardized null values that reach the standardized observed value.

    Parameters
    ----------
    observed : (n, ...) array
        One value, or several values, of each group.
    null : (n, m) array
        The m null values of each group, at least 3; values that are not finite do not count.

    Returns
    -------
    p, standardized : arrays like `observed`
        p as of `p_value`, larger values tested, and the standardized observed values. NaN where the observed value or
        its group's null values are not finite.
    """
    observed, null = np.asarray(observed, float), np.asarray(null, float)
    own = _leaving_out(null)
    mean, spread = (moment.reshape(-1, *[1] * (observed.ndim - 1)) for moment in _moments(null))
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = observed - mean
        standardized = np.where(difference == 0, 0, difference / spread)
    return p_value(standardized, own), standardized


def _moments(null: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the standard deviation of each group's finite null values (n, m); NaN for fewer than 3."""
    counted = np.isfinite(null)
    n = np.where(counted.sum(1) > 2, counted.sum(1), np.nan)
    mean = np.where(counted, null, 0).sum(1) / n
    return mean, np.sqrt((np.where(counted, null - mean[:, None], 0) ** 2).sum(1) / (n - 1))


def _leaving_out(null: np.ndarray) -> np.ndarray:
    """Return each null value (n, m), minus the mean of the others of its group, over their standard deviation."""
    counted = np.isfinite(null)
    n = np.where(counted.sum(1) > 3, counted.sum(1), np.nan)[:, None]
    values = np.where(counted, null, 0)
    mean = (values.sum(1, keepdims=True) - values) / (n - 1)
    squares = ((values**2).sum(1, keepdims=True) - values**2) - (n - 1) * mean**2
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(np.maximum(squares, 0) / (n - 2))
        difference = null - mean
        return np.where(counted, np.where(difference == 0, 0, difference / spread), np.nan)
