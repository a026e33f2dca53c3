"""Statements about two towers, from towers.csv: does one take the color, in every seed, and which one?"""

from collections.abc import Sequence
from math import ceil, comb, log2

from scipy.stats import binom, binomtest, fisher_exact

from kernelscope.statements import means
from kernelscope.statements.means import column
from kernelscope.statements.statement import SEEDS, Number, Statement
from kernelscope.stats.intervals import proportion
from kernelscope.stats.pvalues import LEVEL

TABLE = "towers.csv"
PLURALS = {"tower": "towers", "half": "halves"}  # a network without towers has two halves of its kernels
PERMUTED = "the same kernels permuted between the two parts"
ENOUGH = ceil(log2(2 / LEVEL))  # seeds with which a two-sided binomial test can reach the level


def statements(
    rows: list[dict], dataset: str, arch: str, part: str = "tower", joined: Sequence[dict] = ()
) -> list[Statement]:
    """Return the statements about one architecture with two towers, not judged yet.

    Parameters
    ----------
    rows : list of dict
        Its rows of towers.csv, one per seed. Seeds without living kernels in both towers take no part.
    dataset, arch : str
    part : {"tower", "half"}
        What its kernels are in.
    joined : sequence of dict
        The rows of its control without towers, if there is one.

    Returns
    -------
    list of Statement
    """
    tested = [row for row in rows if row["p"] is not None]
    if tested:
        differing = [row for row in tested if row["p"] <= LEVEL]
        about = [*color(tested, len(rows)), choice(differing), start(tested), *beside(tested, joined), oriented(tested)]
    else:
        reason = "; ".join(dict.fromkeys(row["reason"] for row in rows))
        about = [Statement("color_parts", (Number("seeds", None, SEEDS, n=0, n_unit=SEEDS, sides=1),), reason=reason)]
    words = (("part", part), ("parts", PLURALS[part]))
    shared = {"dataset": dataset, "arch": arch, "words": words, "table": TABLE}
    return [statement._replace(**shared) for statement in about]


def color(tested: list[dict], runs: int) -> list[Statement]:
    """Return whether the towers differ in color at all, and whether they do so in every seed.

    The p of the first is binomial: by chance a seed has p at or below the level with that probability. The p of the
    second is the largest of all seeds (Berger 1982).
    """
    n, beyond = len(tested), sum(row["p"] <= LEVEL for row in tested)
    can_pass = sum(row["smallest_p"] <= LEVEL for row in tested)
    left_out = f"{runs - n} of {runs} seeds are left out, without living kernels in both parts" * (n < runs)
    seeds = Number(
        *("seeds", beyond, SEEDS),
        **{"n": n, "n_unit": SEEDS, "untrained": sum(row["untrained_p"] <= LEVEL for row in tested)},
        **{"null": PERMUTED, "sides": 1, "reason": left_out},
    )
    holm = Number("holm", sum(row["p_holm"] <= LEVEL for row in tested), SEEDS, n=n, n_unit=SEEDS, correction="holm")
    size = means.number("size", column(tested, "specialization"), "", 0)
    null, untrained = (column(tested, name) for name in ("null_mean", "untrained_specialization"))
    size = size._replace(null=PERMUTED, null_value=sum(null) / n, untrained=sum(untrained) / n)
    failed = Number("failed", sum(bool(row["failure"]) for row in tested), SEEDS, n=n, n_unit=SEEDS)
    share, low, high = proportion(beyond, n)
    rate = Number("rate", share, "share", low, high, n, SEEDS)
    some = {"p": binom.sf(beyond - 1, n, LEVEL), "smallest_p": binom.sf(can_pass - 1, n, LEVEL)}
    every = {name: max(row[name] for row in tested) for name in ("p", "smallest_p")}
    columns = "p, p_holm, specialization"
    return [
        Statement("color_parts", (seeds._replace(**some), holm, size, failed), columns=columns),
        Statement("color_every_seed", (seeds._replace(**every), holm, rate), columns=columns),
    ]


def choice(differing: list[dict]) -> Statement:
    """Return whether one of the towers takes the color more often, over the seeds in which they differ."""
    n, first = len(differing), sum(row["colored_tower"] == 1 for row in differing)
    numbers = coin("first", first, n), Number("second", n - first, SEEDS, n=n, n_unit=SEEDS)
    reason = "" if n else "the two parts differ in no seed"
    would_decide = f"{ENOUGH} seeds in which they differ" * (n < ENOUGH)
    return Statement("color_choice", numbers, columns="colored_tower", reason=reason, would_decide=would_decide)


def coin(statistic: str, count: int, n: int) -> Number:
    """Return a number of seeds with the two-sided p that it is as likely as the rest."""
    p = binomtest(count, n).pvalue if n else None
    return Number(statistic, count, SEEDS, n=n, n_unit=SEEDS, p=p, smallest_p=min(1.0, 2 * 0.5**n), sides=2)


def start(tested: list[dict]) -> Statement:
    """Return whether the tower with more color is the tower that had more before training."""
    n, same = len(tested), sum(row["colored_tower"] == row["untrained_tower"] for row in tested)
    one_start = n > 1 and len({row["untrained_specialization"] for row in tested}) == 1
    reason = "all seeds start from the same weights" if one_start else ""
    would_decide = f"{ENOUGH} seeds with their own starts" * (one_start or n < ENOUGH)
    columns = "colored_tower, untrained_tower"
    return Statement("color_start", (coin("same", same, n),), columns=columns, reason=reason, would_decide=would_decide)


def beside(tested: list[dict], joined: Sequence[dict]) -> list[Statement]:
    """Return whether more seeds differ than of a network without towers (Fisher's exact test, unpaired); [] for none.

    The two networks have different weights, so their seeds are not paired.
    """
    halves = [row for row in joined if row["p"] is not None]
    if not halves:
        return []
    (hit, n), (hit_of_halves, n_of_halves) = (
        (sum(row["p"] <= LEVEL for row in rows), len(rows)) for rows in (tested, halves)
    )
    table = [[hit, n - hit], [hit_of_halves, n_of_halves - hit_of_halves]]
    towers = Number(
        *("towers", hit, SEEDS),
        **{"n": n, "n_unit": SEEDS, "null": "the halves of the network without towers", "sides": 1},
        **{"p": float(fisher_exact(table, "greater").pvalue), "smallest_p": 1 / comb(n + n_of_halves, n)},
    )
    numbers = (
        towers,
        Number("halves", hit_of_halves, SEEDS, n=n_of_halves, n_unit=SEEDS),
        means.number("size", column(tested, "specialization"), "", 0),
        means.number("size_of_halves", column(halves, "specialization"), "", 0),
    )
    return [Statement("color_towers", numbers, columns="p, specialization")]


def oriented(tested: list[dict]) -> Statement:
    """Return whether more of the living kernels are oriented than of the untrained kernels."""
    trained, untrained = (column(tested, name) for name in ("oriented", "oriented_null"))
    number = means.share("oriented", trained)._replace(untrained=sum(untrained) / len(untrained) if untrained else None)
    pairs = [row for row in tested if None not in (row["oriented"], row["oriented_null"])]
    differences = [row["oriented"] - row["oriented_null"] for row in pairs]
    number = means.above_zero(number, differences)._replace(null="the same kernels before training")
    columns, would_decide = "oriented, oriented_null", means.more_seeds(differences)
    return Statement("color_oriented", (number,), columns=columns, would_decide=would_decide)
