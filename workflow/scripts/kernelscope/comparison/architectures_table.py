"""Across architectures: a row for each, and one picture."""

import numpy as np

MEASURES = (
    "train_accuracy",
    "test_accuracy",
    "train_loss",
    "test_loss",
    "alive",
    "lag1",
    "structured",
    "initial_share",
)
COLUMNS = (
    *("arch", "runs", "failures", "failure_rate", "parameters"),
    *(f"{name}_{part}" for name in MEASURES for part in ("mean", "sd", "n")),
    *("lag1_null_99", "match_similarity", "match_chance", "match_p_largest", "match_pairs"),
)


def row(arch: str, runs: list[dict], pairs: list[dict]) -> dict:
    """One row of architectures.csv from its rows of summary.csv and its rows of pairs.csv (numbers, None where empty).

    sd is the sample standard deviation over seeds, None for one seed. The match_ columns are of the first conv layer.
    """
    known = any(run["alive"] is not None for run in runs)  # nobody knows how published runs ended
    failures = sum(bool(run["failure"]) for run in runs) if known else None
    content = {
        "arch": arch,
        "runs": len(runs),
        "failures": failures,
        "failure_rate": failures / len(runs) if known else None,
        "parameters": runs[0]["parameters"],
    }
    for name in MEASURES:
        values = [run[name] for run in runs if run[name] is not None and np.isfinite(run[name])]
        content[f"{name}_mean"] = np.mean(values) if values else None
        content[f"{name}_sd"] = np.std(values, ddof=1) if len(values) > 1 else None
        content[f"{name}_n"] = len(values)
    first = of_first_layer(pairs)
    mean = lambda name: np.mean([pair[name] for pair in first]) if first else None  # noqa: E731
    return content | {
        "lag1_null_99": first_known(runs, "lag1_null_99"),
        "match_similarity": mean("similarity"),
        "match_chance": mean("chance_mean"),
        "match_p_largest": max((pair["p"] for pair in first), default=None),
        "match_pairs": len(first),
    }


def first_known(runs: list[dict], name: str):
    """The value of the first run that has one; of one architecture all have the same, or it is unknown."""
    return next((run[name] for run in runs if run[name] is not None), None)


def of_first_layer(pairs: list[dict]) -> list[dict]:
    """The rows of the first conv layer, which pairs.csv names first, but for pairs that cannot be compared."""
    return [pair for pair in pairs if pair["layer"] == pairs[0]["layer"] and pair["similarity"] is not None]
