"""Rows of the tables of studies: sweeps and two towers."""

from kernelscope.comparison import factor_tables, outcomes
from kernelscope.comparison import towers as comparison_towers
from kernelscope.stats.factor_rows import ALL_BASES


def effect(term, share, p=None, outcome="structured", low=None, high=None, base=ALL_BASES):
    return {"design": "d", "outcome": outcome, "base": base, "runs": 40, "conditions": 4, "term": term} | {
        **{"share": share, "low": low, "high": high, "p": p, "smallest_p": None if p is None else 0.001}
    }


def level(factor, level, mean, outcome="structured", low=None, high=None, runs=20):
    key = {"design": "d", "outcome": outcome, "factor": factor, "level": level}
    return key | {"mean": mean, "low": low, "high": high, "runs": runs}


def condition(arch="x", failures=0, runs=10, levels=(), **means):
    """Return a row of conditions.csv; means: outcome -> mean, else as of a clear condition."""
    numbers = {"initial_ratio": 0.02, "structured": 0.95, "accuracy": 0.995, "alive": 1.0} | means
    row = dict.fromkeys(f"{name}_{part}" for name in CONDITION for part in ("mean", "low", "high", "n"))
    row |= {"arch": arch, "base": arch, "runs": runs, "failures": failures, "failure_rate": failures / runs}
    row |= {f"{name}_mean": value for name, value in numbers.items()}
    return row | {f"{name}_n": runs - failures for name in numbers} | dict(levels)


CONDITION = (*outcomes.COLUMNS, "beyond_rotated")


def cell(arch="x", accuracy=0.995, share=0.02, structured=0.95, failures=0):
    numbers = {"reason": "", "accuracy": accuracy, "initial_ratio": share, "structured": structured}
    blank = dict.fromkeys(outcomes.COLUMNS) | numbers | {"decay_factor": 0.47}
    runs = [blank | {"seed": i, "failed": int(i < failures)} for i in range(10)]
    return factor_tables.row(arch, {"base": arch}, runs, [])


def tower(seed, p=0.001, tower=1, before=1, size=0.3, **more):
    blank = dict.fromkeys(comparison_towers.COLUMNS)
    return blank | {
        **{
            "seed": seed,
            "specialization": size,
            "null_mean": 0.05,
            "p": p,
            "smallest_p": 1e-4,
            "p_holm": p and min(1, 20 * p),
        },
        **{"colored_tower": tower, "untrained_specialization": 0.01, "untrained_p": 0.5, "untrained_tower": before},
        **{"oriented": 0.25, "oriented_null": 0.01},
        **more,
    }
