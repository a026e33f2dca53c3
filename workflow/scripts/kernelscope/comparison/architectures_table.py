"""The table that compares architectures, a row for each."""

import numpy as np

from kernelscope.stats import text

MEASURES = (
    *("train_accuracy", "test_accuracy", "train_loss", "test_loss", "alive"),
    *("lag1", "structured", "initial_ratio", "decay_factor"),
)
UNKNOWN = "known for no run, as summary.csv says"
COLUMNS = (
    *("arch", "runs", "failures", "failure_rate", "parameters"),
    *(f"{name}_{part}" for name in MEASURES for part in ("mean", "sd", "n")),
    *("lag1_null_99", "match_similarity", "match_null", "match_p_largest", "match_pairs", "reason"),
)


def row(arch: str, runs: list[dict], pairs: list[dict]) -> dict:
    """Return one row of architectures.csv.

    Parameters
    ----------
    arch : str
        The architecture.
    runs : list of dict
        Its rows of summary.csv, with numbers as numbers, None in empty cells.
    pairs : list of dict
        Its rows of pairs.csv.

    Returns
    -------
    dict
        Columns ending in _sd hold the sample standard deviation over seeds, None for one seed. The match_ columns
        describe the first conv layer. `reason` says why cells are empty.
    """
    has_outcomes = any(run["alive"] is not None for run in runs)  # how pretrained runs ended is unknown
    failures = sum(bool(run["failure"]) for run in runs) if has_outcomes else None
    rate = failures / len(runs) if has_outcomes else None
    columns = {"arch": arch, "runs": len(runs), "failures": failures}
    columns |= {"failure_rate": rate, "parameters": runs[0]["parameters"]}
    for name in MEASURES:
        values = [run[name] for run in runs if run[name] is not None and np.isfinite(run[name])]
        columns[f"{name}_mean"] = np.mean(values) if values else None
        columns[f"{name}_sd"] = np.std(values, ddof=1) if len(values) > 1 else None
        columns[f"{name}_n"] = len(values)
    first = of_first_layer(pairs)
    mean = lambda name: np.mean([pair[name] for pair in first]) if first else None  # noqa: E731
    matches = {"match_similarity": mean("similarity"), "match_null": mean("null_mean")}
    matches |= {"match_p_largest": max((pair["p"] for pair in first), default=None), "match_pairs": len(first)}
    columns |= {"lag1_null_99": first_known(runs, "lag1_null_99")} | matches
    return columns | {"reason": reason(columns, pairs)}


def reason(columns: dict, pairs: list[dict]) -> str:
    """Return why columns of an architecture with these rows of pairs.csv are empty."""
    means = [f"{name}_mean" for name in MEASURES]
    why = dict.fromkeys(("failures", "failure_rate", "parameters", "lag1_null_99", *means), UNKNOWN)
    why |= {f"{name}_sd": "fewer than two runs" for name in MEASURES}
    unmatched = text.joined(*dict.fromkeys(pair["reason"] or "" for pair in pairs)) or "fewer than two runs to compare"
    why |= dict.fromkeys(("match_similarity", "match_null", "match_p_largest"), unmatched)
    return text.of_columns({column: why[column] for column in why if columns[column] is None})


def first_known(runs: list[dict], name: str):
    """Return the first value of a column that is not None; it is the same for all runs of an architecture."""
    return next((run[name] for run in runs if run[name] is not None), None)


def of_first_layer(pairs: list[dict]) -> list[dict]:
    """Return the rows of the first conv layer, which pairs.csv names first, without pairs that cannot be compared."""
    return [pair for pair in pairs if pair["layer"] == pairs[0]["layer"] and pair["similarity"] is not None]
