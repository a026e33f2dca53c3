"""Whether the start predicts the kernel: the correlation of each kernel's change with its own untrained kernel.

The change is what training put in, W_T - d_T W_0 with the exact decay factor d_T, so it would not depend on W_0 if
training ignored the start. The rival explanation is that any start of the bank would do: the null gives the starts
of each seed to its kernels at random.
"""

from collections.abc import Iterator
from itertools import permutations
from math import factorial, prod
from typing import NamedTuple

import numpy as np

from kernelscope.measures import kernels
from kernelscope.stats import intervals, pvalues, text

COLUMNS = (
    *("layer", "span", "kernels", "seeds", "own", "others", "p", "smallest_p"),
    *("best", "best_chance", "low", "high", "reason"),
)
ROUNDING = 1e-4  # of the norm of a kernel: float32 weights drift by as much in ten thousand steps
COVERED = 0.95  # share of the variance of the patches inside their span
NO_KERNELS = "no kernel is alive, changed, and has an exact change"
ALONE = "no seed has two such kernels, so there are no other starts to compare with"
NO_INTERVAL = "no interval over fewer than two seeds that differ"


class Pairs(NamedTuple):
    """The starts and changes (kernels, d) of the kernels of one layer and seed, and how many kernels are left out."""

    start: np.ndarray
    change: np.ndarray
    left_out: int


def pairs(bank: np.ndarray, factor: float, responses: np.ndarray | None) -> Pairs:
    """Return the starts and changes of the usable kernels: alive, finite, and changed by more than rounding.

    Parameters
    ----------
    bank : (t, out, in, k, k) array
        Snapshots of a layer, the untrained state first.
    factor : float
        Its decay factor at the last snapshot. If it is NaN, no kernel is usable, because an estimated change is
        uncorrelated with the start by construction.
    responses : (out,) array or None
        Largest responses, as in `kernels.alive`; None if unknown.

    Returns
    -------
    Pairs
        Each kernel is flattened and centered.
    """
    start, trained = (_centered(bank[t]) for t in (0, -1))
    change = trained - factor * start
    norm = np.linalg.norm(trained, axis=1)
    usable = (np.linalg.norm(start, axis=1) > 0) & (np.linalg.norm(change, axis=1) > ROUNDING * norm)
    if responses is not None:
        usable &= kernels.alive(kernels.norms(bank[-1]), responses)
    return Pairs(start[usable], change[usable], int((~usable).sum()))


def leading(values: np.ndarray, vectors: np.ndarray, share: float = COVERED) -> np.ndarray:
    """Return the fewest principal components that cover a share of the variance.

    Parameters
    ----------
    values, vectors : (d,), (d, d) arrays
        Variances in descending order, and their unit vectors as rows (`patches.principal_components`).
    share : float

    Returns
    -------
    (m, d) array
        Empty if there is no variance.
    """
    total = values.sum()
    return vectors[: np.searchsorted(np.cumsum(values) / total, share) + 1] if total > 0 else vectors[:0]


def inside(pairs: Pairs, components: np.ndarray) -> Pairs:
    """Return starts and changes inside the span of orthonormal components (m, d)."""
    return pairs._replace(**{part: getattr(pairs, part) @ components.T @ components for part in ("start", "change")})


def outside(pairs: Pairs, components: np.ndarray) -> Pairs:
    """Return starts and changes outside the span of orthonormal components (m, d)."""
    within = inside(pairs, components)
    return pairs._replace(start=pairs.start - within.start, change=pairs.change - within.change)


def rows(
    layer: str, of_seeds: list[Pairs], components: np.ndarray | None, caution: str, n_resamples: int
) -> Iterator[dict]:
    """Yield the rows of initial_correlation.csv of one layer.

    Parameters
    ----------
    layer : str
    of_seeds : list of Pairs
        The kernels of each seed whose training did not fail.
    components : (m, d) array or None
        Span of the image patches, for the rows `inside` and `outside`; None for a layer that does not see images.
    caution : str
        What else a reader must know; the beginning of `reason`.
    n_resamples : int
        Random permutations, unless all can be enumerated.
    """
    yield row(layer, "all", of_seeds, caution, n_resamples)
    if components is None:
        return
    m, d = components.shape
    for span, part in (("inside", inside), ("outside", outside)):
        empty = m == 0 if span == "inside" else m == d
        notes = text.joined(caution, f"the image patches span {m} of {d} directions" * empty)
        yield row(layer, span, [] if empty else [part(pairs, components) for pairs in of_seeds], notes, n_resamples)


def row(layer: str, span: str, of_seeds: list[Pairs], caution: str, n_resamples: int) -> dict:
    """Return one row of initial_correlation.csv.

    Returns
    -------
    dict
        `kernels` and `seeds`, how many are compared; the other columns as in `tested`. An empty cell has a `reason`.
    """
    correlations = [correlation(pairs.change, pairs.start) for pairs in of_seeds if len(pairs.start)]
    compared = [matrix for matrix in correlations if len(matrix) > 1]
    left_out, alone = sum(pairs.left_out for pairs in of_seeds), len(correlations) - len(compared)
    notes = [caution]
    if left_out and correlations:
        notes.append(f"{left_out} of {left_out + sum(map(len, correlations))} kernels are dead, weak or unchanged")
    if compared:
        counted, numbers = compared, tested(compared, n_resamples)
        notes += [f"left out: {text.seeds(alone)} with a single such kernel" * bool(alone)]
        notes += [NO_INTERVAL * (numbers["low"] is None)]
    else:
        counted, numbers = correlations, {"own": float(np.mean(correlations)) if correlations else None}
        notes += [ALONE if correlations else NO_KERNELS * bool(of_seeds)]
    counts = {"layer": layer, "span": span, "kernels": sum(map(len, counted)), "seeds": len(counted)}
    return dict.fromkeys(COLUMNS) | counts | numbers | {"reason": text.joined(*notes)}


def tested(correlations: list[np.ndarray], n_resamples: int) -> dict:
    """Return the numbers of a row, from a matrix for each seed: changes in rows, starts in columns.

    Returns
    -------
    dict
        `own`, the mean correlation over all kernels of a kernel's change with its own start; `others`, with the other
        starts of its seed. `p`, one-sided, is how often starts that are permuted within seeds reach `own`, and
        `smallest_p` the smallest p possible. `best` is the share of kernels whose own start has the largest
        correlation of its seed, and `best_chance` the share expected by chance. `low` and `high` are the 95 % t
        interval of `own` minus `others` over the means of the seeds.
    """
    sizes = [len(matrix) for matrix in correlations]
    own = np.array([np.trace(matrix) / len(matrix) for matrix in correlations])
    others = np.array([(m.sum() - np.trace(m)) / (m.size - len(m)) for m in correlations])
    observed = sums(correlations, [np.arange(size)[None] for size in sizes])[0]
    null = permuted_sums(correlations, n_resamples)
    best = [(matrix.argmax(1) == np.arange(len(matrix))).mean() for matrix in correlations]
    _, low, high = intervals.mean(own - others, -2, 2)
    average = lambda values: float(np.average(values, weights=sizes))  # noqa: E731
    return {
        **{"own": average(own), "others": average(others), "low": low, "high": high},
        **{"p": float(pvalues.p_value(observed, null)), "smallest_p": 1 / (1 + len(null))},
        **{"best": average(best), "best_chance": average([1 / size for size in sizes])},
    }


def permuted_sums(correlations: list[np.ndarray], n_resamples: int, seed: int = 0) -> np.ndarray:
    """Return the sums of correlations if the starts of each seed are permuted.

    All permutations are enumerated, without the identity, if there are at most `n_resamples`; else they are random.
    """
    if prod(factorial(len(m)) for m in correlations) <= n_resamples + 1:
        total = np.zeros(1)
        for matrix in correlations:
            order = np.array(list(permutations(range(len(matrix)))))  # the identity is first
            total = np.add.outer(total, sums([matrix], [order])).ravel()
        return total[1:]
    rng = np.random.default_rng(seed)
    starts = [np.tile(np.arange(len(matrix)), (n_resamples, 1)) for matrix in correlations]
    return sums(correlations, [rng.permuted(each, axis=1) for each in starts])


def sums(correlations: list[np.ndarray], orders: list[np.ndarray]) -> np.ndarray:
    """Return the sum of the correlations over all seeds for each draw, (n,); orders: (n, kernels) for each seed."""
    total = np.zeros(1)
    for matrix, order in zip(correlations, orders, strict=True):
        total = total + matrix[np.arange(len(matrix)), order].sum(1)
    return total


def correlation(change: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the correlation of each change with each start, both (kernels, d), as (kernels, kernels)."""
    change, start = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (change, start))
    return change @ start.T


def _centered(bank: np.ndarray) -> np.ndarray:
    """Return kernels (out, in, k, k) flattened and centered, (out, d) float64; not finite ones become zero."""
    flat = bank.reshape(len(bank), -1).astype(np.float64)
    flat = np.where(np.isfinite(flat).all(1, keepdims=True), flat, 0)
    return flat - flat.mean(1, keepdims=True)
