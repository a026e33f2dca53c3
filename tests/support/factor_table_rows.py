"""Rows of the tables of a sweep."""

from kernelscope.comparison import factor_tables, outcomes


def effect(term, share, p=None, outcome="structured", low=None, high=None):
    return {"design": "d", "outcome": outcome, "runs": 40, "conditions": 4, "term": term} | {
        **{"share": share, "low": low, "high": high, "p": p}
    }


def level(factor, level, mean, outcome="structured", low=None, high=None):
    return {"design": "d", "outcome": outcome, "factor": factor, "level": level, "mean": mean, "low": low, "high": high}


def cell(arch="x", accuracy=0.995, share=0.02, structured=0.95, failures=0):
    runs = [
        dict.fromkeys(outcomes.COLUMNS)
        | {"seed": i}
        | {
            "reason": "",
            "accuracy": accuracy,
            "initial_share": share,
            "structured": structured,
            "failed": int(i < failures),
        }
        for i in range(10)
    ]
    return factor_tables.row(arch, {"base": arch}, runs, [])
