"""Fixed sentences about networks that learn without labels, from bases.csv and class_selectivity.csv."""

import numpy as np
from scipy.stats import mannwhitneyu, ttest_1samp

from kernelscope.stats.text import LEVEL, interval, p_text, seeds

TABLE, CLASSES = "[bases.csv]", "[class_selectivity.csv]"
WORDS = {
    "precision": "The area under the precision-recall curve of a unit as the detector of its class",
    "entropy": "The uncertainty of the class where a unit is on (bits)",
}


def of_architecture(dataset: str, arch: str, rows: list[dict], selectivity: list[dict]) -> list[str]:
    """Return all sentences about one architecture, compared with the dataset's first architecture.

    Parameters
    ----------
    dataset, arch : str
        The dataset and the architecture.
    rows : list of dict
        All rows of bases.csv.
    selectivity : list of dict
        All rows of class_selectivity.csv.
    """
    of_dataset = [row for row in rows if row["dataset"] == dataset]
    of_arch = [row for row in of_dataset if row["arch"] == arch]
    sentences = about(of_arch, [row for row in selectivity if (row["dataset"], row["arch"]) == (dataset, arch)])
    first = of_dataset[0]["arch"]
    if arch != first:
        sentences.append(against(arch, of_arch, first, [row for row in of_dataset if row["arch"] == first]))
    return sentences


def about(rows: list[dict], selectivity: list[dict]) -> list[str]:
    """Return all sentences about one architecture on one dataset, from its rows of both tables."""
    sentences = []
    for layer in dict.fromkeys(row["layer"] for row in rows):
        of_layer = [row for row in rows if row["layer"] == layer]
        sentences += [oriented(of_layer), reconstructed(of_layer), alive(of_layer)]
        for measure in ("precision", "entropy"):
            sentences.append(
                telling([row for row in selectivity if (row["layer"], row["measure"]) == (layer, measure)])
            )
    sentences += [deeper([row for row in selectivity if row["measure"] == measure]) for measure in WORDS]
    return [sentence for sentence in sentences if sentence]


def deeper(rows: list[dict]) -> str:
    """Return whether the deepest layer's units say more about classes than the first layer's, for one measure.

    "" for fewer than two layers or seeds.
    """
    layers: dict[str, dict[int, float]] = {}
    for row in rows:
        layers.setdefault(row["layer"], {})[row["seed"]] = row["mean"]
    (first, of_first), (last, of_last) = next(iter(layers.items()), ("", {})), next(reversed(layers.items()), ("", {}))
    differences = [
        of_last[seed] - of_first[seed] for seed in of_first if None not in (of_first[seed], of_last.get(seed))
    ]
    if first == last or len(set(differences)) < 2:
        return ""
    p = float(ttest_1samp(differences, 0).pvalue)
    numbers = f"{last} less {first} {interval(differences, -np.inf)}, {p_text(p)}"
    verb = "differs" if p <= LEVEL else "is not shown to differ"
    return f"{WORDS[rows[0]['measure']]} {verb} between the deepest layer and the first: {numbers}. {CLASSES}"


def oriented(rows: list[dict]) -> str:
    """Return the share of oriented bases, compared with a newly drawn layer."""
    if rows[0]["oriented"] is None:
        return ""
    share, null = interval([row["oriented"] for row in rows], 0), np.mean([row["null_oriented"] for row in rows])
    significant = sum(row["p_oriented"] <= LEVEL for row in rows)
    tested = f"of the layer drawn anew {null:.2f}, p ≤ {LEVEL} in {significant} of {seeds(len(rows))}"
    if significant < len(rows):
        return f"That bases of {rows[0]['layer']} are oriented (R > 0.5) is not shown: {share}; {tested}. {TABLE}"
    return f"Oriented bases (R > 0.5) of {rows[0]['layer']}: a share of {share}; {tested}. {TABLE}"


def reconstructed(rows: list[dict]) -> str:
    """Return the error of the reconstruction, and whether free energy is lower for crops than for shuffled pixels."""
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
    """Return the mean of shares with its interval, or with the largest share if it is above 1, as after a failure."""
    if max(values) <= 1:
        return interval(values, 0)
    return f"{np.mean(values):.3g} (largest {max(values):.3g}, n = {seeds(len(values))})"


def alive(rows: list[dict]) -> str:
    """Return the share of bases that are alive."""
    share = interval([row["alive"] for row in rows], 0)
    return (
        f"Bases of {rows[0]['layer']} that are alive, that is somewhere in the test images more probably on than off, "
        f"with a norm above a tenth of the largest: a share of {share}. {TABLE}"
    )


def telling(rows: list[dict]) -> str:
    """Return what units say about classes, compared with shuffled labels; "" if not tested or no unit is ever on."""
    defined = [row for row in rows if row["mean"] is not None and row["null_mean"] not in (None, row["mean"])]
    if not defined:
        return ""
    value, null = (np.mean([row[name] for row in defined]) for name in ("mean", "null_mean"))
    significant = sum(row["p"] <= LEVEL for row in defined)
    sentence = (
        f"{WORDS[defined[0]['measure']]} in {defined[0]['layer']} is {value:.2f} on average, {null:.2f} under shuffled "
        f"labels, p ≤ {LEVEL} in {significant} of {seeds(len(defined))}. {CLASSES}"
    )
    return (
        sentence if significant == len(defined) else f"That units tell classes is not shown in every seed: {sentence}"
    )


def against(arch: str, rows: list[dict], other: str, others: list[dict]) -> str:
    """Return whether the shares of oriented bases differ between two architectures, over seeds (Mann and Whitney)."""
    shares, other_shares = (
        [row["oriented"] for row in table if row["oriented"] is not None] for table in (rows, others)
    )
    p = float(mannwhitneyu(shares, other_shares, alternative="two-sided", method="auto").pvalue)
    words = f"{np.mean(shares):.2f} for {arch}, {np.mean(other_shares):.2f} for {other}"
    claim = (
        "The share of oriented bases differs" if p <= LEVEL else "That the share of oriented bases differs is not shown"
    )
    return f"{claim}: {words} (n = {len(shares)} and {seeds(len(other_shares))}, {p_text(p)}). {TABLE}"
