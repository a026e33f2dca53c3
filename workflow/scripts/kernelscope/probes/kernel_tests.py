"""The rows of kernel_tests.csv: what is claimed about each kernel, with its value, its rival and its p.

Each run draws a few null kernels for each of its kernels; a p comes from the draws of all runs of the architecture. So
the smallest possible p is small enough to be corrected over all kernels of a layer in all seeds.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from kernelscope.measures.look_tests import Evidence
from kernelscope.stats import pvalues

COLUMNS = (
    *("state", "layer", "kernel", "alive", "claim", "statistic", "value"),
    *("null", "null_mean", "p", "smallest_p", "label", "rank", "reason"),
)
STATES = ("trained", "untrained")
UNDEFINED = "the kernel is constant or not finite"
LARGEST = 1 - 1e-6  # share that is told from 1
NO_DRAWS = "no null kernel has a value"


class Claim(NamedTuple):
    """What the columns `statistic` and `null` say about a claim.

    is_share: whether the statistic is a share that is explained. Near 1 all shares are alike, so its rest is compared
    on a logarithmic scale, where the draws of different kernels spread alike.
    """

    statistic: str
    null: str
    is_share: bool = False


CLAIMS = {
    "smoother": Claim("lag-1 autocorrelation", "re-initialized layer"),
    "oriented": Claim("orientation concentration R", "equally smooth isotropic noise"),
    "shape": Claim("R2 of unseen pixels", "equally smooth isotropic noise", True),
    "feature": Claim("largest z over features and offsets", "re-initialized kernels, same search"),
    "feature_beyond_noise": Claim(
        "largest z over features and offsets", "equally smooth isotropic noise, and re-initialized kernels, same search"
    ),
    "class": Claim("class selectivity", "re-initialized kernels, same procedure"),
    "needed": Claim("drop of accuracy, mean ablation", "exact McNemar test"),
    "needed_beyond_random": Claim(
        "drop of accuracy minus that of other kernels", "ablating a random kernel, and exact McNemar test"
    ),
    "span_pca": Claim("variance in the span of patch components", "equally smooth isotropic noise", True),
    "span_kmeans": Claim("variance in the span of patch centroids", "equally smooth isotropic noise", True),
}


ALSO = {"feature_beyond_noise": "feature", "needed_beyond_random": "needed"}  # claim -> one that it includes


def rows(
    own: dict[str, dict[str, dict[str, Evidence]]],
    others: list[dict[str, dict[str, dict[str, Evidence]]]],
    alive: dict[str, dict[str, np.ndarray]],
) -> Iterator[dict]:
    """Yield the rows of kernel_tests.csv of one run.

    A claim that includes another (ALSO) has the larger p of both, which is valid for both together (Berger 1982).
    Alone, the rival of `needed_beyond_random` is easy: of images that one ablation in K gets wrong, it expects 1 in K,
    McNemar's test half. So it would count kernels whose loss may be chance.

    Parameters
    ----------
    own : dict
        State -> layer -> claim -> test.
    others : list of dict
        The same of the other runs of the architecture, whose nulls are pooled with its own.
    alive : dict
        State -> layer -> whether each kernel is alive, (out,).
    """
    for state in (state for state in STATES if state in own):
        for number, (layer, tests) in enumerate(own[state].items()):
            p_of: dict[str, np.ndarray] = {}
            for claim, about in ((claim, CLAIMS[claim]) for claim in CLAIMS if claim in tests):
                same = [run[state][layer][claim] for run in others if claim in run.get(state, {}).get(layer, {})]
                p, smallest, mean = judged(tests[claim], same, number == 0, about.is_share)
                p_of[claim] = p = np.maximum(p, p_of[weaker]) if (weaker := ALSO.get(claim)) in p_of else p
                for i, row in enumerate(of_kernels(tests[claim], p, smallest, mean)):
                    named = {"state": state, "layer": layer, "kernel": i, "alive": bool(alive[state][layer][i])}
                    yield named | {"claim": claim, "statistic": about.statistic, "null": about.null} | row


def of_kernels(test: Evidence, p: np.ndarray, smallest: np.ndarray, mean: np.ndarray) -> Iterator[dict]:
    """Yield the columns of each kernel that depend on its test; an empty p always has a reason."""
    for i, value in enumerate(test.value):
        reason = str(test.reason[i]) if len(test.reason) else ""
        if not reason and not np.isfinite(p[i]):
            reason = UNDEFINED if not np.isfinite(value) else NO_DRAWS
        yield {
            "value": value,
            "null_mean": mean[i],
            "p": np.nan if reason else p[i],
            "smallest_p": np.nan if reason else smallest[i],
            "label": str(test.label[i]) if len(test.label) else "",
            "rank": int(test.rank[i]) if len(test.rank) and test.rank[i] else None,
            "reason": reason,
        }


def judged(
    test: Evidence, others: list[Evidence], first: bool, is_share: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return p, the smallest possible p, and the mean of its null, (out,) each.

    Draws for each kernel differ in mean and spread between kernels, and re-initialized kernels between the runs whose
    lower layers they see: these are pooled as in `pvalues.pooled`. The null of a first layer is the same in all runs.

    Parameters
    ----------
    test : Evidence
        Of the run itself.
    others : list of Evidence
        Of the other runs.
    first : bool
        Whether the layer is the first one.
    is_share : bool
        As in Claim.
    """
    scaled = (lambda share: -np.log1p(-np.minimum(share, LARGEST))) if is_share else lambda value: value
    out = len(test.value)
    if len(test.p):
        return test.p, test.smallest_p, np.full(out, np.nan)
    nulls = [other.null for other in (test, *others) if other.null.size]
    if not test.null.size:
        return (np.full(out, np.nan),) * 3
    if test.null.ndim == 2:
        pooled = scaled(np.concatenate(nulls))
        observed = np.concatenate([scaled(test.value), np.full(len(pooled) - out, np.nan)])
        p = pvalues.pooled(observed, pooled)[0][:out]
    elif first or len({null.shape for null in nulls}) > 1:
        pooled = np.concatenate(nulls)
        p = pvalues.p_value(test.value, pooled)
    else:
        pooled = np.stack(nulls)
        observed = np.full((len(nulls), out), np.nan)
        observed[0] = test.value
        p = pvalues.pooled(observed, pooled)[0][0]
    smallest = 1 / (1 + np.isfinite(pooled).sum())
    return p, np.full(out, smallest), np.broadcast_to(mean_of(test.null), (out,))


def mean_of(draws: np.ndarray) -> np.ndarray:
    """Return the mean of the finite draws along the last axis; NaN where there are none, as for a constant kernel."""
    finite = np.isfinite(draws)
    return np.where(finite, draws, 0).sum(-1) / np.where(finite.any(-1), finite.sum(-1), np.nan)


def from_arrays(arrays: dict[str, np.ndarray]) -> dict[str, dict[str, dict[str, Evidence]]]:
    """Return state -> layer -> claim -> test from the arrays of `look_tests.as_arrays`."""
    parts = {}
    for name, array in arrays.items():
        state, layer, claim, part = name.split("/")
        parts.setdefault(state, {}).setdefault(layer, {}).setdefault(claim, {})[part] = array
    return {
        state: {layer: {claim: Evidence(**of) for claim, of in claims.items()} for layer, claims in layers.items()}
        for state, layers in parts.items()
    }


def joined(*of_parts: dict[str, dict[str, dict[str, Evidence]]]) -> dict[str, dict[str, dict[str, Evidence]]]:
    """Return the tests of several files together; later ones may have more claims about the same layers."""
    result = {}
    for tests in of_parts:
        for state, layers in tests.items():
            for layer, claims in layers.items():
                result.setdefault(state, {}).setdefault(layer, {}).update(claims)
    return result
