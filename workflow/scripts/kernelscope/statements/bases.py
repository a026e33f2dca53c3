"""Statements about networks that learn without labels, from bases.csv and class_selectivity.csv."""

import numpy as np

from kernelscope.statements import means
from kernelscope.statements.means import column
from kernelscope.statements.statement import SEEDS, Number, Statement
from kernelscope.stats.pvalues import LEVEL

TABLE, CLASSES = "bases.csv", "class_selectivity.csv"
SHUFFLED, REDRAWN = "shuffled labels", "bases drawn again from the initial distribution"


def statements(rows: list[dict], selectivity: list[dict], dataset: str, arch: str) -> list[Statement]:
    """Return the statements about one architecture, not judged yet.

    Parameters
    ----------
    rows, selectivity : list of dict
        All rows of bases.csv and class_selectivity.csv. The architecture is compared with the first architecture of the
        dataset.
    dataset, arch : str

    Returns
    -------
    list of Statement
    """
    of_dataset = [row for row in rows if row["dataset"] == dataset]
    of_arch = [row for row in of_dataset if row["arch"] == arch]
    classes = [row for row in selectivity if (row["dataset"], row["arch"]) == (dataset, arch)]
    layers = list(dict.fromkeys(row["layer"] for row in of_arch))
    about = [
        statement._replace(layer=layer)
        for layer in layers
        for statement in of_layer(*([row for row in table if row["layer"] == layer] for table in (of_arch, classes)))
    ]
    if len(layers) > 1:
        about += [deeper([row for row in classes if row["measure"] == m], m) for m in measures(classes)]
    first = next((row["arch"] for row in of_dataset), arch)
    if arch != first:
        about.append(against(of_arch, arch, [row for row in of_dataset if row["arch"] == first], first))
    return [statement._replace(dataset=dataset, arch=arch) for statement in about]


def measures(rows: list[dict]) -> list[str]:
    """Return the measures of class_selectivity.csv that these rows have."""
    return list(dict.fromkeys(row["measure"] for row in rows))


def of_layer(rows: list[dict], classes: list[dict]) -> list[Statement]:
    """Return the statements about one layer, from its rows of both tables."""
    about = [Statement("bases_alive", (means.share("alive", column(rows, "alive")),), table=TABLE, columns="alive")]
    about += [oriented(rows)] if column(rows, "oriented") else []
    about += [kept(rows)] if column(rows, "error") else []
    about += [energy(rows)] if column(rows, "free_energy") else []
    return about + [
        detects([row for row in classes if row["measure"] == measure], measure) for measure in measures(classes)
    ]


def passing(p: list[float]) -> Number:
    """Return the number of seeds with p at or below the level."""
    return Number("seeds", sum(value <= LEVEL for value in p), SEEDS, n=len(p), n_unit=SEEDS)


def in_every_seed(number: Number, p: list[float], smallest_p: list[float]) -> Number:
    """Return a number with the largest p of the seeds, small only if every seed beats its null (Berger 1982)."""
    return number._replace(p=max(p, default=None), smallest_p=max(smallest_p, default=None), sides=1)


def oriented(rows: list[dict]) -> Statement:
    """Return whether bases are oriented more often than newly drawn bases, in every seed."""
    p, null = column(rows, "p_oriented"), column(rows, "null_oriented")
    number = means.share("oriented", column(rows, "oriented"))._replace(null=REDRAWN, null_value=float(np.mean(null)))
    numbers = in_every_seed(number, p, column(rows, "smallest_p")), passing(p)
    return Statement("bases_oriented", numbers, table=TABLE, columns="oriented, null_oriented, p_oriented")


def kept(rows: list[dict]) -> Statement:
    """Return whether a reconstruction keeps more of held-out crops than a reconstruction by the untrained bases."""
    pairs = [row for row in rows if None not in (row["error"], row["error_untrained"])]
    untrained = 1 - float(np.mean([row["error_untrained"] for row in pairs])) if pairs else None
    number = means.number("kept", [1 - error for error in column(rows, "error")], "share", -np.inf, 1)
    number = number._replace(untrained=untrained, null="the untrained bases")
    differences = [row["error_untrained"] - row["error"] for row in pairs]
    number, columns = means.above_zero(number, differences), "error, error_untrained"
    if not pairs:
        reason = "the reconstruction by the untrained bases of this layer was not measured"
        return Statement("bases_kept", (number,), table=TABLE, columns=columns, reason=reason)
    would_decide = means.more_seeds(differences)
    return Statement("bases_kept", (number,), table=TABLE, columns=columns, would_decide=would_decide)


def energy(rows: list[dict]) -> Statement:
    """Return whether the free energy of crops is below that of the same pixels in random order."""
    gaps = column(rows, "free_energy")
    gap = means.above_zero(means.number("gap", gaps), [-value for value in gaps])
    gap = gap._replace(null="the same pixels in random order")
    below = Number("seeds", sum(value < 0 for value in gaps), SEEDS, n=len(gaps), n_unit=SEEDS)
    would_decide = means.more_seeds(gaps)
    return Statement("bases_energy", (gap, below), table=TABLE, columns="free_energy", would_decide=would_decide)


def detects(rows: list[dict], measure: str) -> Statement:
    """Return whether single bases tell classes better than under shuffled labels, in every seed."""
    known = [row for row in rows if row["mean"] is not None]
    untrained = [row for row in known if row["untrained"] is not None]
    p, columns = column(known, "p"), "mean, null_mean, p, untrained"
    mean = lambda values: float(np.mean(values)) if values else None  # noqa: E731
    if measure == "precision":
        number = means.number("area", column(known, "mean"), "", 0, 1)
        number = number._replace(null_value=mean(column(known, "null_mean")))
        number, more = number._replace(untrained=mean(column(untrained, "untrained"))), ()
    else:
        number = means.number("reduction", [row["null_mean"] - row["mean"] for row in known])
        number = number._replace(untrained=mean([row["untrained_null_mean"] - row["untrained"] for row in untrained]))
        values = ((name, mean(column(known, column_name))) for name, column_name in BITS)
        more = tuple(Number(name, value, n=len(known), n_unit=SEEDS) for name, value in values)
    silent = "before training no basis is ever on" * (bool(known) and not untrained)
    number = in_every_seed(number._replace(null=SHUFFLED, reason=silent), p, column(known, "smallest_p"))
    reason = "" if known else "no basis of this layer is ever on"
    numbers = (number, *more, passing(p))
    return Statement(f"bases_{measure}", numbers, table=CLASSES, columns=columns, reason=reason)


BITS = (("bits", "mean"), ("shuffled", "null_mean"))


def deeper(rows: list[dict], measure: str) -> Statement:
    """Return whether the bases of the deepest layer tell classes better than those of the first, over seeds."""
    layers: dict[str, dict[int, float]] = {}
    for row in rows:
        layers.setdefault(row["layer"], {})[row["seed"]] = row["mean"]
    (first, of_first), (last, of_last) = next(iter(layers.items())), next(reversed(layers.items()))
    sign = 1 if measure == "precision" else -1
    gains = [
        sign * (of_last[seed] - value) for seed, value in of_first.items() if None not in (value, of_last.get(seed))
    ]
    gain = means.above_zero(means.number("gain", gains), gains)._replace(null="the first layer")
    shared = {"words": (("first", first), ("last", last)), "table": CLASSES, "columns": "mean"}
    return Statement(f"bases_deeper_{measure}", (gain,), would_decide=means.more_seeds(gains), **shared)


def against(rows: list[dict], arch: str, others: list[dict], other: str) -> Statement:
    """Return whether the shares of oriented bases differ between two architectures, by exchanging seeds."""
    shares, of_other = column(rows, "oriented"), column(others, "oriented")
    number = means.exchanged(means.share("share", shares), shares, of_other)
    numbers = number._replace(null=f"seeds exchanged with {other}"), means.share("share_of_other", of_other)
    words = (("arch", arch), ("other", other))
    return Statement("bases_against", numbers, words=words, table=TABLE, columns="oriented")
