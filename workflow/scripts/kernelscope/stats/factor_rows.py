"""The names of a sweep's factors, and selections of rows from its tables."""

import numpy as np

from kernelscope.stats import pvalues
from kernelscope.stats.text import at_floor


def words(factor: str) -> str:
    """Return a factor in the words of a reader."""
    if factor == "base":
        return "network or optimizer"
    name, _, group = factor.removeprefix("training.").replace("_", " ").partition(".")
    return f"{name} ({group})" if group else name


PAIR = " x "  # joins the names of two factors
ALL_BASES = "all bases"  # the base of rows that are about a whole design


def rows_where(rows: list[dict], **wanted) -> list[dict]:
    """Return the rows that have the given values."""
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def with_corrected(effects: list[dict], pairs: bool = False) -> list[dict]:
    """Return the rows of effects.csv about single factors, with `corrected`, their p corrected over them.

    The correction is that of Benjamini and Hochberg (1995).

    Parameters
    ----------
    effects : list of dict
        Rows of effects.csv about one outcome of one design.
    pairs : bool
        Return the rows about pairs of factors instead, corrected over the pairs.
    """
    tested = [row for row in effects if row["p"] is not None and (PAIR in row["term"]) == pairs]
    corrected = pvalues.corrected(np.array([row["p"] for row in tested], float))
    return [row | {"corrected": float(p)} for row, p in zip(tested, corrected, strict=True)]


def smallest_corrected(row: dict) -> float:
    """Return the smallest p that the correction could give for a row with `corrected`, if its p is the smallest one."""
    return max(row["corrected"], row["smallest_p"]) if at_floor(row["p"], row["smallest_p"]) else row["smallest_p"]
