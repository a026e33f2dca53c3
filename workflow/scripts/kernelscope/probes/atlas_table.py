"""The rows of atlas.csv: what each kernel responds to and what the network needs it for."""

from kernelscope.measures.curves import Curve, at_end
from kernelscope.probes import tuning

SIGNIFICANT = 0.05


def strongest(rows: list[dict]) -> dict | None:
    """Return, of a kernel's rows of features.csv, the significant row with the largest `z`, or None.

    By `difference`, noisy templates of a corner are called that corner in 36 to 100 of 100 cases; by `z`, in
    99 to 100.
    """
    significant = [r for r in rows if r["p_corrected"] is not None and r["p_corrected"] <= SIGNIFICANT]
    return max(significant, key=lambda row: row["z"], default=None)


def in_words(row: dict) -> str:
    """Return a feature in words, such as "upper-left corner, square; p < 0.001" with the corrected p."""
    p = row["p_corrected"]
    return f"{row['feature']}, {row['class']}; " + ("p < 0.001" if p < 0.001 else f"p = {p:.2g}")


PLAIN = ("norm", "initial_ratio", "orientation")  # measures without a test
TESTED = ("lag1", "orientation_concentration", "gabor_r2")
COLUMNS = (
    *("layer", "kernel", "alive", "settled_step", "settled_after"),
    *(*PLAIN, *(name for measure in TESTED for name in (measure, f"{measure}_p"))),
    *("selective_class", "selectivity", "selectivity_null", "selectivity_p"),
    *("ablation_class", "ablation_drop", "ablation_low", "ablation_high", "ablation_p"),
    *("feature_class", "feature", "difference", "difference_low", "difference_high", "feature_p", "description"),
    *("stimulus", "angle", "modulation"),
)


def row(
    layer: str,
    kernel: int,
    alive: bool,
    settled: tuple[float, float],
    measures: dict[str, tuple[float, float]],
    tables: dict[str, list[dict]],
) -> dict:
    """Return one row of atlas.csv.

    Parameters
    ----------
    layer, kernel
        The kernel.
    alive : bool
        Whether it is alive.
    settled : tuple of float
        The step at which it had settled, and the step of the snapshot before, after which it settled.
    measures : dict
        Measure -> value and corrected p of the whole kernel at the last snapshot, NaN if there is none.
    tables : dict
        Its rows of `selectivity`, `ablation`, `features` and `tuning`, with numbers as numbers and None in empty
        cells.

    Returns
    -------
    dict
        The row; every p is the corrected p.
    """
    best = tuning.preferred(tables["tuning"])
    return {
        **{
            "layer": layer,
            "kernel": kernel,
            "alive": bool(alive),
            "settled_step": settled[0],
            "settled_after": settled[1],
        },
        **measured(measures),
        **selective(tables["selectivity"]),
        **worst_loss(tables["ablation"]),
        **preferred_feature(tables["features"]),
        **{name: best[name] for name in ("stimulus", "angle", "modulation")},
    }


def of_measures(layer: str, curves: dict[str, Curve]) -> list[dict]:
    """Return a layer's rows with only its measures, for a run with unknown images and network; the rest is None."""
    count = curves["lag1"].values.shape[1]
    measures_of_kernel = [measured(at_end(curves, kernel)) for kernel in range(count)]
    without_nan = [
        {name: None if value != value else value for name, value in row.items()} for row in measures_of_kernel
    ]
    return [dict.fromkeys(COLUMNS) | {"layer": layer, "kernel": i} | row for i, row in enumerate(without_nan)]


def measured(measures: dict[str, tuple[float, float]]) -> dict:
    """Return the columns of the measures, from measure -> value and corrected p; None for a measure that is missing."""
    nothing = (None, None)
    values = {name: measures.get(name, nothing)[0] for name in (*PLAIN, *TESTED)}
    return values | {f"{name}_p": measures.get(name, nothing)[1] for name in TESTED}


def selective(rows: list[dict]) -> dict:
    """Return the columns of the class that the kernel prefers by its largest responses."""
    largest = next((row for row in rows if row["response"] == "largest"), {})
    names = {"selective_class": "class", "selectivity": "selectivity", "selectivity_null": "null_mean"}
    return {name: largest.get(column) for name, column in names.items()} | {"selectivity_p": largest.get("p_corrected")}


def worst_loss(rows: list[dict]) -> dict:
    """Return the columns of the class whose accuracy drops most if the kernel's map is set to its mean.

    The class is None and p is 1 if no class loses. It is the worst of several classes, so p is also corrected over the
    classes (Bonferroni).
    """
    classes = [row for row in rows if row["mode"] == "mean" and row["class"] != "all" and row["drop"] is not None]
    worst = max(classes, key=lambda row: row["drop"], default={"drop": 0})
    if worst["drop"] <= 0:
        nothing = dict.fromkeys(("class", "drop", "low", "high")) | {"p": 1.0 if classes else None}
        return {f"ablation_{name}": value for name, value in nothing.items()}
    numbers = {name: worst[name] for name in ("class", "drop", "low", "high")}
    return {f"ablation_{name}": value for name, value in numbers.items()} | {
        "ablation_p": min(1.0, worst["p_corrected"] * len(classes))
    }


def preferred_feature(rows: list[dict]) -> dict:
    """Return the columns of the strongest significant feature."""
    best = strongest(rows)
    names = {"feature_class": "class", "feature": "feature", "difference": "difference"}
    names |= {"difference_low": "low", "difference_high": "high", "feature_p": "p_corrected"}
    return {name: best and best[column] for name, column in names.items()} | {
        "description": in_words(best) if best else None
    }
