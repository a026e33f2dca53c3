"""Fixed sentences about one architecture on one dataset, from its tables: a number, its interval, its n, its p.

Every sentence names its table. Where a null was not beaten there is no claim: the sentence says so, or is left out.
"""

from collections import Counter

import numpy as np

from kernelscope.stats import text

AFTER = f"p ≤ {text.LEVEL} after correction"
NAMES = {"lag1": "lag-1 autocorrelation", "orientation_concentration": "orientation R"}
ONE_START = (
    "All seeds began from the same weights (`init_seed`): that their kernels are alike says nothing of other "
    "starts. [config]"
)


def trained(rows: list[dict]) -> str:
    """Return how well the networks did, from rows of summary.csv; "" if that is unknown."""
    if all(row["test_accuracy"] is None for row in rows):
        return ""
    accuracy, average = [row["test_accuracy"] for row in rows], ""
    if len(rows) > 1:
        average = f" on average, {text.percent(min(accuracy))} in the worst of {text.seeds(len(rows))}"
    failed = Counter(row["failure"] for row in rows if row["failure"])
    ended = f"{sum(failed.values())} of {text.runs(len(rows))} failed"
    if failed:
        ended += " (" + ", ".join(f"{label}: {count}" for label, count in sorted(failed.items())) + ")"
    return f"Test accuracy is {text.percent(np.mean(accuracy))}{average}; {ended}. [summary.csv]"


def pretrained(names: list[str], min_max_normalized: bool, rows: list[dict]) -> list[str]:
    """Return what pretrained kernels are and what is unknown about them, from rows of summary.csv, one per name."""
    sentences = [
        f"Published kernels of {len(names)} {'run' if len(names) == 1 else 'runs'}, trained elsewhere: "
        + ", ".join(
            f"{name} (seed {row['seed']}, {row['kernels']} kernels)" for name, row in zip(names, rows, strict=True)
        )
        + ". [summary.csv]",
        "Unknown: the images that they were trained on, and the rest of the network. So there is no accuracy, no "
        "feature map, no atlas, no knock-out, no energy profile and no CKA.",
    ]
    if min_max_normalized:
        sentences.append(
            "Their numbers were brought to one range before they were published: sign, zero and size of the weights "
            "are lost. Each kernel is taken less its own mean; norms and shares of the mean are unknown."
        )
    if without := [name for name, row in zip(names, rows, strict=True) if row["initial_ratio"] is None]:
        sentences.append(
            f"The untrained state was not published of {', '.join(without)}: change, initial noise and p against the "
            "untrained layer are unknown there."
        )
    return sentences


def beyond_null(rows: list[dict], measure: str, words: str, null: str) -> str:
    """Return how many kernels beat the null of a measure, from rows of atlas.csv; "" if it was not tested."""
    tested = [row for row in rows if row[f"{measure}_p"] is not None]
    if not tested:
        return ""
    count = sum(row[f"{measure}_p"] <= text.LEVEL for row in tested)
    if not count:
        return f"That kernels are {words} than {null} is not shown: 0 of {len(tested)} ({AFTER}). [atlas.csv]"
    middle = f"{NAMES[measure]} {over_seeds(tested, measure, -1)}"
    return f"Kernels that are {words} than {null}: {count} of {len(tested)} ({AFTER}); {middle}. [atlas.csv]"


def untouched(rows: list[dict]) -> str:
    """Return how much is left of the start, relative to the trained kernels."""
    if all(row["initial_ratio"] is None for row in rows):
        return ""
    ratio = over_seeds(rows, "initial_ratio", most=np.inf)
    return f"What is left of the start, relative to the variance of the trained kernel: {ratio}. [atlas.csv]"


def settled(rows: list[dict]) -> str:
    """Return when each layer settles."""
    parts = []
    for layer in dict.fromkeys(row["layer"] for row in rows):
        steps = [median(of_seed, "settled_step") for of_seed in by_seed([row for row in rows if row["layer"] == layer])]
        steps = [step for step in steps if step is not None]
        if steps:
            spread = f" ({min(steps):.0f} to {max(steps):.0f})" if len(steps) > 1 else ""
            parts.append(f"in {layer} at step {np.median(steps):.0f}{spread}")
    if not parts:
        return ""
    spread = " (median and range of the seeds)" * (len(by_seed(rows)) > 1)
    return (
        "The median kernel settles, that is keeps a cosine of 0.9 or more to its last state, "
        f"{', '.join(parts)}{spread}. [atlas.csv]"
    )


def counted(rows: list[dict], column: str, words: str) -> str:
    """Return how many kernels have a corrected p at or below the level in `column`."""
    tested = [row for row in rows if row[column] is not None]
    if not tested:
        return ""
    count = sum(row[column] <= text.LEVEL for row in tested)
    return f"Kernels that {words}: {count} of {len(tested)} ({AFTER}). [atlas.csv]" if count else ""


def preferred_features(rows: list[dict]) -> str:
    """Return the features that most kernels respond to."""
    named = [row for row in rows if row["feature"] and row["feature_p"] is not None and row["feature_p"] <= text.LEVEL]
    if not named:
        return ""
    features = Counter(f"{row['feature']} ({row['feature_class']})" for row in named)
    most = ", ".join(f"{feature} {count}" for feature, count in features.most_common(4))
    return (
        f"Kernels that respond to a feature of the waveforms more than untrained kernels do: {len(named)} "
        f"of {len(rows)} ({AFTER}); most often {most}. [atlas.csv, features.csv]"
    )


def over_seeds(rows: list[dict], column: str, least: float = 0, most: float = 1) -> str:
    """Return the mean over seeds of the median over kernels, a number from `least` to `most`, with its interval."""
    values = [value for of_seed in by_seed(rows) if (value := median(of_seed, column)) is not None]
    return text.interval(values, least, most)


def by_seed(rows: list[dict]) -> list[list[dict]]:
    """Return the rows of each seed, in the order of the seeds."""
    groups = {}
    for row in rows:
        groups.setdefault(row["seed"], []).append(row)
    return [groups[seed] for seed in sorted(groups)]


def median(rows: list[dict], column: str) -> float | None:
    """Return the median of a column; None if it is empty."""
    values = [row[column] for row in rows if row[column] is not None]
    return float(np.median(values)) if values else None
