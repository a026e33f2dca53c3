"""Fixed sentences about networks that learn without labels, written from bases.csv and class_selectivity.csv."""

import numpy as np
from scipy.stats import mannwhitneyu, ttest_1samp

from kernelscope.stats.text import LEVEL, interval, p_text, seeds

TABLE, CLASSES = "[bases.csv]", "[class_selectivity.csv]"
WORDS = {
    "precision": "The area under the precision-recall curve of a unit as the detector of its class",
    "entropy": "The uncertainty of the class where a unit is on (bits)",
}


def of_architecture(dataset: str, arch: str, rows: list[dict], told: list[dict]) -> list[str]:
    """All that is said of one architecture, from all rows of bases.csv and of class_selectivity.csv.

    Its first layer is compared with that of the first architecture on the dataset.
    """
    on = [row for row in rows if row["dataset"] == dataset]
    mine = [row for row in on if row["arch"] == arch]
    said = about(mine, [row for row in told if (row["dataset"], row["arch"]) == (dataset, arch)])
    first = on[0]["arch"]
    if arch != first:
        said.append(against(arch, mine, first, [row for row in on if row["arch"] == first]))
    return said


def about(rows: list[dict], told: list[dict]) -> list[str]:
    """All sentences about one architecture on one dataset, from its rows of bases.csv and of class_selectivity.csv."""
    said = []
    for layer in dict.fromkeys(row["layer"] for row in rows):
        mine = [row for row in rows if row["layer"] == layer]
        said += [oriented(mine), reconstructed(mine), alive(mine)]
        for measure in ("precision", "entropy"):
            said.append(telling([row for row in told if (row["layer"], row["measure"]) == (layer, measure)]))
    said += [deeper([row for row in told if row["measure"] == measure]) for measure in WORDS]
    return [sentence for sentence in said if sentence]


def deeper(rows: list[dict]) -> str:
    """Whether units of the deepest layer tell more of classes than those of the first, over seeds; rows of one measure.

    "" where there are fewer than two layers or seeds.
    """
    layers: dict[str, dict[int, float]] = {}
    for row in rows:
        layers.setdefault(row["layer"], {})[row["seed"]] = row["mean"]
    (first, flat), (last, deep) = next(iter(layers.items()), ("", {})), next(reversed(layers.items()), ("", {}))
    more = [deep[seed] - flat[seed] for seed in flat if None not in (flat[seed], deep.get(seed))]
    if first == last or len(set(more)) < 2:
        return ""
    p = float(ttest_1samp(more, 0).pvalue)
    found = f"{last} less {first} {interval(more, -np.inf)}, {p_text(p)}"
    verb = "differs" if p <= LEVEL else "is not shown to differ"
    return f"{WORDS[rows[0]['measure']]} {verb} between the deepest layer and the first: {found}. {CLASSES}"


def oriented(rows: list[dict]) -> str:
    """The share of oriented bases, beside that of the layer drawn anew."""
    if rows[0]["oriented"] is None:
        return ""
    share, null = interval([row["oriented"] for row in rows], 0), np.mean([row["null_oriented"] for row in rows])
    many = sum(row["p_oriented"] <= LEVEL for row in rows)
    tested = f"of the layer drawn anew {null:.2f}, p ≤ {LEVEL} in {many} of {seeds(len(rows))}"
    if many < len(rows):
        return f"That bases of {rows[0]['layer']} are oriented (R > 0.5) is not shown: {share}; {tested}. {TABLE}"
    return f"Oriented bases (R > 0.5) of {rows[0]['layer']}: a share of {share}; {tested}. {TABLE}"


def reconstructed(rows: list[dict]) -> str:
    """The error of the reconstruction, and whether free energy is lower for crops than for pixels in random order."""
    errors = [row["error"] for row in rows if row["error"] is not None]
    gaps = [row["free_energy"] for row in rows if row["free_energy"] is not None]
    if not errors:
        return ""
    return (
        f"Of the square of held-out crops a reconstruction by {rows[0]['layer']} leaves a share of {mean(errors)}; "
        f"their free energy is below that of the same pixels in random order in {sum(gap < 0 for gap in gaps)} of "
        f"{seeds(len(gaps))}. {TABLE}"
    )


def mean(values: list[float]) -> str:
    """With its interval; where a share is more than 1, as of a reconstruction that fails, with the largest."""
    if max(values) <= 1:
        return interval(values, 0)
    return f"{np.mean(values):.3g} (largest {max(values):.3g}, n = {seeds(len(values))})"


def alive(rows: list[dict]) -> str:
    """The share of bases that are alive."""
    share = interval([row["alive"] for row in rows], 0)
    return (
        f"Bases of {rows[0]['layer']} that are alive, that is somewhere in the test images more probably on than off, "
        f"with a norm above a tenth of the largest: a share of {share}. {TABLE}"
    )


def telling(rows: list[dict]) -> str:
    """What units say of classes, beside shuffled labels; "" where that was not asked or no unit is ever on."""
    known = [row for row in rows if row["mean"] is not None and row["null_mean"] not in (None, row["mean"])]
    if not known:
        return ""
    value, null = (np.mean([row[name] for row in known]) for name in ("mean", "null_mean"))
    many = sum(row["p"] <= LEVEL for row in known)
    found = (
        f"{WORDS[known[0]['measure']]} in {known[0]['layer']} is {value:.2f} on average, {null:.2f} under shuffled "
        f"labels, p ≤ {LEVEL} in {many} of {seeds(len(known))}. {CLASSES}"
    )
    return found if many == len(known) else f"That units tell classes is not shown in every seed: {found}"


def against(arch: str, rows: list[dict], other: str, others: list[dict]) -> str:
    """Whether two architectures have as many oriented bases in their first layers, over seeds (Mann and Whitney)."""
    mine, theirs = ([row["oriented"] for row in of if row["oriented"] is not None] for of in (rows, others))
    p = float(mannwhitneyu(mine, theirs, alternative="two-sided", method="auto").pvalue)
    words = f"{np.mean(mine):.2f} for {arch}, {np.mean(theirs):.2f} for {other}"
    shown = (
        "The share of oriented bases differs" if p <= LEVEL else "That the share of oriented bases differs is not shown"
    )
    return f"{shown}: {words} (n = {len(mine)} and {seeds(len(theirs))}, {p_text(p)}). {TABLE}"
