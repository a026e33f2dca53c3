"""Tables about the kernels of any model: their responses, and what differs from untrained copies of the same model."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from kernelscope.probes import selectivity
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.stats.pvalues import LEVEL, corrected, holm, p_value

COLUMNS = (
    *("layer", "kernel", "mean", "largest", "active", "dead", "class", "selectivity", "p", "p_corrected"),
    *("untrained_selectivity", "p_untrained", "p_untrained_corrected"),
    *("drop", "drop_low", "drop_high", "p_drop", "p_drop_corrected", "change", "untrained_change"),
    *("maximized", "reason"),
)
OF_LAYERS = (
    *("layer", "kernels", "dead", "dead_untrained", "selective", "selectivity", "untrained", "p", "drop", "change"),
    *("change_untrained", "verdict", "reason"),
)
RESAMPLES = 999
LEAST_COPIES = 3
NO_LABELS = "no selectivity: no labels"
NO_TEST = "fewer than 3 untrained copies with a selectivity"


def selective(
    mean: np.ndarray, labels: np.ndarray, class_names: Sequence[str], null: np.ndarray, seed: int = 0
) -> list[dict]:
    """Return the columns about class selectivity of each kernel (Morcos et al. 2018).

    Parameters
    ----------
    mean : array (n, out)
        Mean positive response to each image.
    labels : array (n,)
    class_names : sequence of str
    null : array (copies, out)
        Selectivities of the kernels of untrained copies for the same images.
    seed : int
        Of the permutations of labels.

    Returns
    -------
    list of dict
        `p`: of the selectivity, labels permuted. `p_untrained`: share of untrained kernels of this layer that are as
        selective. Both also after Benjamini and Hochberg (1995) over the kernels of the layer.
    """
    columns = selectivity.tested(mean.astype(np.float64), labels, len(class_names), RESAMPLES, seed)
    p = p_value(columns["selectivity"], null)
    median = float(np.median(null[np.isfinite(null)])) if np.isfinite(null).any() else np.nan
    adjusted = corrected(p)
    return [
        {
            "class": class_names[best] if best >= 0 else None,
            **{key: columns[key][kernel] for key in ("selectivity", "p", "p_corrected")},
            **{"untrained_selectivity": median, "p_untrained": p[kernel], "p_untrained_corrected": adjusted[kernel]},
            "reason": "" if best >= 0 else f"no selectivity: {selectivity.UNDEFINED}",
        }
        for kernel, best in enumerate(columns["class"])
    ]


def means(values: np.ndarray) -> np.ndarray:
    """Return the mean of the finite values of each row (copies, out) -> (copies,); NaN without any."""
    finite = np.isfinite(values)
    count = finite.sum(-1)
    total = np.where(finite, values, 0).sum(-1)
    return np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)


def beyond(value: float, others: np.ndarray) -> float:
    """Return the one-sided p that one network is larger than others of its kind.

    It is the t test of a single case against a small sample (Crawford and Howell 1998), which also counts the
    uncertainty of the mean of the others. NaN for fewer than three others, or equal ones.
    """
    others = others[np.isfinite(others)]
    if len(others) < LEAST_COPIES or not np.isfinite(value) or others.std() == 0:
        return float("nan")
    t = (value - others.mean()) / (others.std(ddof=1) * np.sqrt(1 + 1 / len(others)))
    return float(stats.t.sf(t, len(others) - 1))


def summary(rows: list[dict], copies: dict[str, np.ndarray], dead: dict[str, np.ndarray]) -> list[dict]:
    """Return a row for each layer: counts, mean selectivity beside untrained copies, and a verdict.

    Parameters
    ----------
    rows : list of dict
        With COLUMNS, of all layers.
    copies : dict
        Layer -> selectivities (copies, out) of untrained copies; no rows where there are none.
    dead : dict
        Layer -> number of kernels of each untrained copy that never respond, (copies,).

    Returns
    -------
    list of dict
        `selective` counts the kernels that are more selective than chance and than untrained kernels. `p` is of the
        mean selectivity (`beyond`), after Holm (1979) over the layers.
    """
    names = list(dict.fromkeys(row["layer"] for row in rows))
    of_layer = {name: [row for row in rows if row["layer"] == name] for name in names}
    values = {name: float(means(column(own, "selectivity")[None])[0]) for name, own in of_layer.items()}
    others = {name: means(copies[name]) if len(copies[name]) else np.array([]) for name in names}
    p = holm(np.array([beyond(values[name], others[name]) for name in names]))
    found = []
    for name, p_layer in zip(names, p, strict=True):
        own, known = of_layer[name], others[name][np.isfinite(others[name])]
        tests = [column(own, key) for key in ("p_corrected", "p_untrained_corrected")]
        both = np.isfinite(tests).all(0) & (np.nanmax([*tests, np.zeros(len(own))], 0) <= LEVEL)
        untrained = float(known.mean()) if len(known) else None
        verdict = verdict_of(p_layer)
        found.append(
            {
                **{"layer": name, "kernels": len(own), "dead": count(own, "dead")},
                "dead_untrained": float(np.mean(dead[name])) if len(dead[name]) else None,
                **{"selective": int(both.sum()), "selectivity": values[name], "untrained": untrained, "p": p_layer},
                **{"drop": largest(own, "drop"), "change": largest(own, "change")},
                **{"change_untrained": largest(own, "untrained_change"), "verdict": verdict},
                "reason": own[0]["reason"] if verdict == UNDECIDED and own[0]["reason"] else why(verdict),
            }
        )
    return found


def verdict_of(p: float) -> str:
    """Return the verdict of a test."""
    return UNDECIDED if not np.isfinite(p) else SHOWN if p <= LEVEL else NO_EVIDENCE


def why(verdict: str) -> str:
    """Return why there is no verdict; "" if there is one."""
    return NO_TEST if verdict == UNDECIDED else ""


def column(rows: list[dict], key: str) -> np.ndarray:
    """Return a column of numbers, NaN where there is none."""
    return np.array([np.nan if row.get(key) is None else row[key] for row in rows], float)


def count(rows: list[dict], key: str) -> int | None:
    """Return how many kernels have a property; None if it is known of none."""
    known = [row[key] for row in rows if row[key] is not None]
    return int(sum(known)) if known else None


def largest(rows: list[dict], key: str) -> float | None:
    """Return the largest number of a column; None without any."""
    values = column(rows, key)
    return float(np.nanmax(values)) if np.isfinite(values).any() else None
