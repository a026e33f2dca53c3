"""The rows of atlas.csv: what each kernel responds to and what the network needs it for."""

from kernelscope.measures.curves import Curve, at_end
from kernelscope.probes import tuning

SIGNIFICANT = 0.05


def strongest(rows: list[dict]) -> dict | None:
    """Of the rows of one kernel, the significant one with the largest `standardised`; None if none is significant.

    By `difference`, noisy templates of a corner are called that corner in 36 to 100 of 100 cases, by this in 99 to 100.
    """
    significant = [r for r in rows if r["p_corrected"] is not None and r["p_corrected"] <= SIGNIFICANT]
    return max(significant, key=lambda row: row["standardised"], default=None)


def in_words(row: dict) -> str:
    """Such as "upper-left corner, square; p < 0.001", the p being the corrected one."""
    p = row["p_corrected"]
    return f"{row['feature']}, {row['class']}; " + ("p < 0.001" if p < 0.001 else f"p = {p:.2g}")


PLAIN = ("norm", "initial_share", "orientation")  # measures without a test
TESTED = ("lag1", "orientation_concentration", "gabor_r2")
COLUMNS = (
    *("layer", "kernel", "alive", "settled_step"),
    *(*PLAIN, *(name for measure in TESTED for name in (measure, f"{measure}_p"))),
    *("selective_class", "selectivity", "selectivity_null", "selectivity_p"),
    *("knockout_class", "knockout_drop", "knockout_low", "knockout_high", "knockout_p"),
    *("feature_class", "feature", "difference", "difference_low", "difference_high", "feature_p", "words"),
    *("stimulus", "angle", "modulation"),
)


def row(
    layer: str,
    kernel: int,
    alive: bool,
    settled: float,
    measures: dict[str, tuple[float, float]],
    tables: dict[str, list[dict]],
) -> dict:
    """One row of atlas.csv.

    measures: name -> value and corrected p of this kernel as a whole at the last snapshot, NaN where there is none.
    tables: its rows in `selectivity`, `knockouts`, `features` and `tuning`, numbers as numbers and None where a cell is
    empty. Every p is the corrected one.
    """
    best = tuning.preferred(tables["tuning"])
    return {
        **{"layer": layer, "kernel": kernel, "alive": bool(alive), "settled_step": settled},
        **measured(measures),
        **selective(tables["selectivity"]),
        **worst_loss(tables["knockouts"]),
        **answered(tables["features"]),
        **{name: best[name] for name in ("stimulus", "angle", "modulation")},
    }


def of_measures(layer: str, curves: dict[str, Curve]) -> list[dict]:
    """The rows of a layer as far as its measures go, None for the rest: where images and network are unknown."""
    count = curves["lag1"].values.shape[1]
    found = [measured(at_end(curves, kernel)) for kernel in range(count)]
    known = [{name: None if value != value else value for name, value in row.items()} for row in found]
    return [dict.fromkeys(COLUMNS) | {"layer": layer, "kernel": i} | row for i, row in enumerate(known)]


def measured(measures: dict[str, tuple[float, float]]) -> dict:
    nothing = (None, None)
    found = {name: measures.get(name, nothing)[0] for name in (*PLAIN, *TESTED)}
    return found | {f"{name}_p": measures.get(name, nothing)[1] for name in TESTED}


def selective(rows: list[dict]) -> dict:
    """The class that it prefers, by its largest responses."""
    mine = next((row for row in rows if row["response"] == "largest"), {})
    names = {"selective_class": "class", "selectivity": "selectivity", "selectivity_null": "null_mean"}
    return {name: mine.get(column) for name, column in names.items()} | {"selectivity_p": mine.get("p_corrected")}


def worst_loss(rows: list[dict]) -> dict:
    """The class that loses most where the kernel's map is set to its mean; none, with p 1, if no class loses.

    It is the worst of several classes, so its p is corrected over these too (Bonferroni).
    """
    mine = [row for row in rows if row["mode"] == "mean" and row["class"] != "all" and row["drop"] is not None]
    worst = max(mine, key=lambda row: row["drop"], default={"drop": 0})
    if worst["drop"] <= 0:
        nothing = dict.fromkeys(("class", "drop", "low", "high")) | {"p": 1.0 if mine else None}
        return {f"knockout_{name}": value for name, value in nothing.items()}
    found = {name: worst[name] for name in ("class", "drop", "low", "high")}
    return {f"knockout_{name}": value for name, value in found.items()} | {
        "knockout_p": min(1.0, worst["p_corrected"] * len(mine))
    }


def answered(rows: list[dict]) -> dict:
    """The strongest feature beyond chance."""
    best = strongest(rows)
    names = {"feature_class": "class", "feature": "feature", "difference": "difference"}
    names |= {"difference_low": "low", "difference_high": "high", "feature_p": "p_corrected"}
    return {name: best and best[column] for name, column in names.items()} | {"words": in_words(best) if best else None}
