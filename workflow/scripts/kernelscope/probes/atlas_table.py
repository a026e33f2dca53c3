"""The rows of atlas.csv: what each kernel responds to and what the network needs it for."""

import numpy as np

from kernelscope.measures.curves import Curve, at_end
from kernelscope.probes import feature_names, tuning
from kernelscope.probes.ablation_statistics import EVERY
from kernelscope.stats import pvalues, text

PLAIN = ("norm", "initial_ratio", "orientation")  # measures without a test
TESTED = {"lag1": "smoother", "orientation_concentration": "oriented"}  # measures, and the claim that tests each
P = {f"{measure}_p": claim for measure, claim in TESTED.items()} | {
    **{"shape_p": "shape", "selectivity_p": "class", "ablation_p": "needed", "feature_p": "feature"},
}
DEAD, UNTESTED = "a dead kernel is not tested", "not tested"
UNKNOWN = "not known without the images and the network: every empty cell"
OTHERWISE = {
    "stimulus": "the kernel responds to no stimulus",
    "ablation_class": "no class that the network tells better than by chance loses",
}
COLUMNS = (
    *("layer", "kernel", "alive", "settled_step", "settled_after"),
    *(*PLAIN, *(name for measure in TESTED for name in (measure, f"{measure}_p"))),
    *("shape", "shape_r2", "shape_p"),
    *("selective_class", "selectivity", "selectivity_null", "selectivity_p"),
    *("ablation_drop", "ablation_low", "ablation_high", "ablation_p", "ablation_class", "ablation_class_drop"),
    *("feature_class", "feature", "feature_rank", "z", "difference", "difference_low", "difference_high"),
    *("feature_p", "description", "stimulus", "angle", "modulation", "reason"),
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
        Its rows of `ablation`, `features` and `tuning`, with numbers as numbers and None in empty cells; and `tests`:
        claim -> row, as of `of_claims`.

    Returns
    -------
    dict
        The row. Every p is raw p of kernel_tests.csv, after Benjamini and Hochberg (1995) over the layer's living
        kernels. `reason` says why cells are empty.
    """
    best, tests = tuning.preferred(tables["tuning"]), tables["tests"]
    cells = {
        **{
            "layer": layer,
            "kernel": kernel,
            "alive": bool(alive),
            "settled_step": settled[0],
            "settled_after": settled[1],
        },
        **measured(measures),
        **{f"{measure}_p": p_of(tests, claim) for measure, claim in TESTED.items()},
        **shape(tests),
        **selective(tests),
        **loss(tables["ablation"], tests),
        **named_feature(tables["features"], tests),
        **{name: best[name] for name in ("stimulus", "angle", "modulation")},
    }
    return cells | {"reason": reason(cells, tests)}


def reason(cells: dict, tests: dict[str, dict]) -> str:
    """Return why the cells of a row are empty: those of its tests, and of what they would name."""
    untested = UNTESTED if cells["alive"] else DEAD
    why = {column: tests.get(claim, {}).get("reason") or untested for column, claim in P.items()} | OTHERWISE
    return text.of_columns({column: why[column] for column in why if cells[column] is None})


def of_claims(rows: list[dict]) -> dict[tuple[str, int], dict[str, dict]]:
    """Return the trained rows of kernel_tests.csv by (layer, kernel) and claim, each with `p_corrected`.

    It is p after Benjamini and Hochberg (1995) over the layer's living kernels; None without a p.
    """
    result, families = {}, {}
    for row in (row for row in rows if row["state"] == "trained"):
        result.setdefault((row["layer"], int(row["kernel"])), {})[row["claim"]] = row | {"p_corrected": None}
        if row["p"] is not None and str(row["alive"]) == "True":
            families.setdefault((row["layer"], row["claim"]), []).append((int(row["kernel"]), row["p"]))
    for (layer, claim), family in families.items():
        kernels, p = zip(*family, strict=True)
        for kernel, value in zip(kernels, pvalues.corrected(np.array(p, float)), strict=True):
            result[layer, kernel][claim]["p_corrected"] = float(value)
    return result


def of_measures(layer: str, curves: dict[str, Curve]) -> list[dict]:
    """Return a layer's rows with only its measures, for a run with unknown images and network; the rest is None."""
    count = curves["lag1"].values.shape[1]
    measures_of_kernel = [measured(at_end(curves, kernel)) for kernel in range(count)]
    without_nan = [
        {name: None if value != value else value for name, value in row.items()} for row in measures_of_kernel
    ]
    known = {"layer": layer, "reason": UNKNOWN}
    return [dict.fromkeys(COLUMNS) | known | {"kernel": i} | row for i, row in enumerate(without_nan)]


def measured(measures: dict[str, tuple[float, float]]) -> dict:
    """Return the columns of the measures, from measure -> value and corrected p; None for a measure that is missing."""
    nothing = (None, None)
    values = {name: measures.get(name, nothing)[0] for name in (*PLAIN, *TESTED)}
    return values | {f"{name}_p": measures.get(name, nothing)[1] for name in TESTED}


def p_of(tests: dict[str, dict], claim: str) -> float | None:
    """Return the corrected p of a claim; None without one."""
    return tests.get(claim, {}).get("p_corrected")


def shape(tests: dict[str, dict]) -> dict:
    """Return the columns of the kind of shape."""
    test = tests.get("shape", {})
    return {"shape": test.get("label") or None, "shape_r2": test.get("value"), "shape_p": p_of(tests, "shape")}


def selective(tests: dict[str, dict]) -> dict:
    """Return the columns of the class that the kernel prefers by its largest responses."""
    test = tests.get("class", {})
    numbers = {"selectivity": test.get("value"), "selectivity_null": test.get("null_mean")}
    return {"selective_class": test.get("label") or None} | numbers | {"selectivity_p": p_of(tests, "class")}


def loss(rows: list[dict], tests: dict[str, dict]) -> dict:
    """Return the columns of mean ablation: the drop over all images, and the class whose accuracy drops most.

    Only classes count at which the network is better than chance; the class is None if none of them loses.
    """
    means = [row for row in rows if row["mode"] == "mean" and row["drop"] is not None]
    whole = next((row for row in means if row["class"] == EVERY), {})
    classes = [row for row in means if row["class"] != EVERY and not row["reason"] and row["drop"] > 0]
    worst = max(classes, key=lambda row: row["drop"], default={})
    return {f"ablation_{name}": whole.get(name) for name in ("drop", "low", "high")} | {
        "ablation_p": p_of(tests, "needed"),
        "ablation_class": worst.get("class"),
        "ablation_class_drop": worst.get("drop"),
    }


def named_feature(rows: list[dict], tests: dict[str, dict]) -> dict:
    """Return the columns of the feature that names the kernel, from its rows of features.csv and its test."""
    test = tests.get("feature", {})
    label, rank = test.get("label") or None, test.get("rank")
    feature, class_name = label.rsplit(", ", 1) if label else (None, None)
    row = next((row for row in rows if (row["feature"], row["class"]) == (feature, class_name)), {})
    numbers = {"z": "z", "difference": "difference", "difference_low": "low", "difference_high": "high"}
    return {
        **{"feature_class": class_name, "feature": feature, "feature_rank": rank and int(rank)},
        **{name: row.get(column) for name, column in numbers.items()},
        "feature_p": p_of(tests, "feature"),
        "description": feature_names.in_words(label, int(rank)) if label else None,
    }
