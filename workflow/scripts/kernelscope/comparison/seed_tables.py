"""The rows of seed_tests.csv that come from other tables: CKA (cka.csv) and energy profiles (energy_agreement.csv)."""

from collections.abc import Iterator

import numpy as np

from kernelscope.comparison import cka_table, cka_tests, seed_tests
from kernelscope.stats import text
from kernelscope.stats.pvalues import LEVEL

REPRESENTATION, ENERGY = "representation", "energy_profile"
POWER = 2.8  # standard deviations of the null that are found in 80 % of cases, two-sided (planted.detectable)


def of_cka(rows: list[dict], failed: set[int], note: str = "") -> Iterator[dict]:
    """Yield a row for each layer: CKA of trained pairs of seeds beside untrained pairs.

    rows: of cka.csv. failed: seeds whose training failed, which take no part.
    """
    usable = [row for row in rows if row["seed_a"] not in failed and row["seed_b"] not in failed]
    head = {"statistic": "linear CKA, debiased", "null": "untrained networks of the same seeds"}
    for layer in dict.fromkeys(row["layer_a"] for row in rows):
        seeds, values = cka_tests.matrices(usable, layer)
        base = {"state": cka_table.TRAINED, "layer": layer, "n": len(seeds), "n_unit": "seeds", "note": note}
        if len(seeds) < 2:
            yield seed_tests.undecided(base, REPRESENTATION, "fewer than two seeds with a CKA", "6 seeds", head)
            continue
        test = cka_tests.tested(values)
        row = seed_tests.row(base, REPRESENTATION, test, cka_tests.interval(values), head)
        trained, untrained = (float(values[state][~np.eye(len(seeds), dtype=bool)].mean()) for state in (0, 1))
        why = "exchanges of trained and untrained networks contain the effect, so no power is computed"
        yield row | {
            **{"value": trained, "null_mean": untrained, "excess": trained - untrained, "detectable": None},
            **{"reason": text.joined(row["reason"], why)},
            "would_decide": "6 seeds" * (test.smallest_p > LEVEL),
        }


def of_energy(rows: list[dict], layer: str, seeds: int) -> Iterator[dict]:
    """Yield a row for each state and null of energy_agreement.csv, from its rows.

    layer: the first layer. seeds: how many there are, with those that take no part.
    """
    for row in rows:
        base = {"state": row["state"], "layer": layer, "n": row["seeds"], "n_unit": "seeds"}
        base["note"] = text.left_out(row["failed"], seeds)
        head = {"statistic": "correlation of energy profiles", "null": row["null"], "claim": ENERGY}
        numbers = ("value", "null_mean", "null_sd", "excess", "low", "high", "p", "smallest_p", "sides", "reason")
        copied = {name: row[name] for name in numbers} | {"reason": row["reason"] or ""}
        detectable = None if row["null_sd"] is None else POWER * row["null_sd"]
        decides = "" if row["p"] is not None else "2 seeds"
        columns = base | head | copied | {"detectable": detectable, "would_decide": decides}
        yield dict.fromkeys(seed_tests.COLUMNS) | columns
