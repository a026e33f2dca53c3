"""Factors of a sweep in words, and the rows of its tables that are about one of them."""

import numpy as np

from kernelscope.stats import pvalues


def words(factor: str) -> str:
    """A factor as a reader says it."""
    if factor == "base":
        return "network or optimizer"
    return factor.removeprefix("training.").replace("_", " ").replace(".", ", ")


def of(rows: list[dict], **wanted) -> list[dict]:
    """The rows with these values."""
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def with_corrected(effects: list[dict]) -> list[dict]:
    """The rows of effects.csv of single factors, with p corrected over these (Benjamini and Hochberg)."""
    tested = [row for row in effects if row["p"] is not None]
    corrected = pvalues.corrected(np.array([row["p"] for row in tested], float))
    return [row | {"corrected": p} for row, p in zip(tested, corrected, strict=True)]
