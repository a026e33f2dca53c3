"""Fixed sentences about what the seeds of one architecture share."""

from collections.abc import Sequence

import numpy as np

from kernelscope.comparison.universal import FEWEST
from kernelscope.stats.text import LEVEL, p_text, percent, seeds, two


def matched(rows: list[dict]) -> list[str]:
    """Return whether matched kernels are alike, a sentence per layer, from rows of pairs.csv."""
    sentences = []
    for layer, rows_of_layer in by_layer(rows):
        comparable = [row for row in rows_of_layer if row["p"] is not None]
        if not comparable:
            sentences.append(f"{layer}: no pair of seeds has kernels that can be matched. [pairs.csv]")
            continue
        beyond = sum(row["p"] <= LEVEL for row in comparable)
        similarity, chance = (two(np.mean([row[name] for row in comparable])) for name in ("similarity", "chance_mean"))
        rotated = [row["rotated_mean"] for row in comparable if row["rotated_mean"] is not None]
        by_chance = f"with channels in random order {chance}"
        if rotated:
            by_chance = f"with kernels turned or negated at random {two(np.mean(rotated))}, of noise as smooth {chance}"
        sentences.append(
            f"{layer}: matched kernels are alike beyond chance (p ≤ {LEVEL}) in {beyond} of {pairs(len(comparable))}; "
            f"mean similarity {similarity}, {by_chance}. [pairs.csv]"
        )
    return sentences or ["There is one seed: nothing to compare across seeds."]


def permuted(rows: list[dict]) -> list[str]:
    """Return whether seeds share individual kernels or only kinds of kernels, from rows of pairs.csv."""
    tested = [row for row in rows if row["p_permuted"] is not None]
    if not tested:
        return []
    beyond = sum(row["p_permuted"] <= LEVEL for row in tested)
    similarity, permuted = (np.mean([row[name] for row in tested]) for name in ("similarity", "permuted_mean"))
    numbers = (
        f"similarity {similarity:.2f}, dealt at random to two hands {permuted:.2f}, p ≤ {LEVEL} in {beyond} of "
        f"{pairs(len(tested))}. [pairs.csv]"
    )
    if beyond == len(tested):
        return [f"{tested[0]['layer']}: the kernels of one seed come back one by one in another: {numbers}"]
    return [
        f"{tested[0]['layer']}: that the kernels of one seed come back one by one in another, and not only kernels of "
        f"their kind, is {'not' if not beyond else 'not always'} shown: {numbers}"
    ]


def compared(rows: list[dict]) -> list[str]:
    """Return a sentence if not all seeds were compared, from rows of universal.csv."""
    if not rows or rows[0]["seeds"] == rows[0]["trained"]:
        return []
    return [
        f"Pair by pair, {rows[0]['seeds']} of {seeds(rows[0]['trained'])} are compared, drawn at random. "
        "[universal.csv]"
    ]


def universal(rows: list[dict]) -> list[str]:
    """Return how many kernels recur in most seeds, from rows of universal.csv."""
    return [
        f"{row['layer']}: universal kernels, matched beyond chance in at least 80 % of the other seeds: "
        f"{row['universal']} of {row['kernels']} ({percent(row['share'])}"
        + (
            f", 95 % interval {percent(row['low'])} to {percent(row['high'])}"
            if row["low"] is not None
            else f"; an interval needs {FEWEST} seeds"
        )
        + f"); n = {seeds(row['seeds'])}, {row['failed']} failed. [universal.csv]"
        for row in rows
        if row["universal"]
    ]


def energy(rows: list[dict]) -> list[str]:
    """Return whether energy profiles agree more between seeds than between states, from energy_agreement.csv."""
    sentences = []
    for row in rows:
        if row["p"] is None:
            continue
        numbers = f"correlation {two(row['within'])} against {two(row['between'])}"
        numbers += f", {p_text(row['p'])}, n = {seeds(row['seeds'])}, {row['failed']} failed [energy_agreement.csv]"
        if row["p"] <= LEVEL:
            sentences.append(
                f"Energy profiles of two seeds agree more than those of trained and {row['other']}: {numbers}."
            )
        else:
            least = f"; the smallest p that so few seeds allow is {row['smallest_p']:.2g}" * (row["smallest_p"] > LEVEL)
            sentences.append(
                f"That energy profiles of two seeds agree more than those of trained and {row['other']} is not shown: "
                f"{numbers}{least}."
            )
    return sentences


def cka(rows: list[dict]) -> list[str]:
    """Return whether the layers of two seeds see images alike, from rows of cka.csv."""
    sentences = []
    for layer, rows_of_layer in by_layer([row for row in rows if row["state"] == "trained"], "layer_a"):
        whole = [row for row in rows_of_layer if row["layer_b"] == layer]
        comparable = [row for row in whole if row["p"] is not None]
        if comparable and all(row["p"] <= LEVEL for row in comparable):
            lacking = f", {len(whole) - len(comparable)} more without a value" if len(comparable) < len(whole) else ""
            values, chance = [row["cka"] for row in comparable], np.mean([row["shuffled_99"] for row in comparable])
            before = [
                r["cka"] for r in rows if r["state"] == "untrained" and r["layer_a"] == layer and r["p"] is not None
            ]
            start = f", before training {two(np.mean(before))}" if before else ""
            sentences.append(
                f"{layer} sees test images alike in every pair of seeds that can be compared: CKA "
                f"{two(np.mean(values))} ({two(min(values))} to {two(max(values))}; shuffled images reach "
                f"{two(chance)} in 1 of 100){start}, {pairs(len(comparable))}{lacking}, largest "
                f"{p_text(max(row['p'] for row in comparable))}. [cka.csv]"
            )
    return sentences


def across(architectures: list[dict], similarity: Sequence[dict] = ()) -> list[str]:
    """Return failures over all architectures on a dataset, and whether their first layers see images alike.

    From rows of architectures.csv and, if all runs were compared, of similarity.csv.
    """
    ended = ", ".join(f"{row['arch']} {row['failures']:.0f} of {row['runs']:.0f}" for row in architectures)
    sentences = [f"Failed runs: {ended}. [architectures.csv]"] if ended else []
    first = {}
    for row in similarity:
        first.setdefault(row["arch_a"], row["layer_a"])
        first.setdefault(row["arch_b"], row["layer_b"])
    comparable = [
        row
        for row in similarity
        if row["arch_a"] != row["arch_b"]
        and (row["layer_a"], row["layer_b"]) == (first[row["arch_a"]], first[row["arch_b"]])
        and row["p"] is not None
    ]
    if beyond := sum(row["p"] <= LEVEL for row in comparable):
        values = [row["cka"] for row in comparable]
        sentences.append(
            f"First layers of two architectures see test images alike beyond shuffled ones (p ≤ {LEVEL}) in {beyond} "
            f"of {len(comparable)} pairs of runs: CKA {two(np.mean(values))} on average, {two(min(values))} to "
            f"{two(max(values))}. [similarity.csv]"
        )
    return sentences


def subspace_fit(rows: list[dict]) -> str:
    """Return how much components of the image patches explain of the kernels, from rows of subspace_fit.csv."""
    rows = [row for row in rows if row["state"] == "trained" and row["baseline"] == "pca" and row["share"] is not None]
    if not rows:
        return ""
    middle = sorted({row["components"] for row in rows})[len({row["components"] for row in rows}) // 2]
    rows = [row for row in rows if row["components"] == middle]
    share, dct, noise = (percent(np.median([row[name] for row in rows])) for name in ("share", "dct", "noise"))
    return (
        f"{middle} components of the images' own patches explain {share} of the variance of the median kernel; as many "
        f"waves that know no image {dct}; of noise as smooth, the components explain {noise}. [subspace_fit.csv]"
    )


def by_layer(rows: list[dict], column: str = "layer"):
    """Yield each layer with its rows."""
    for layer in dict.fromkeys(row[column] for row in rows):
        yield layer, [row for row in rows if row[column] == layer]


def pairs(count: int) -> str:
    """Return a number of pairs in words."""
    return "1 pair of seeds" if count == 1 else f"{count} pairs of seeds"
