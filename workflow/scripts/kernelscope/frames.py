"""Reading of tables that are too long for a dict per row."""

from pathlib import Path

import pandas as pd

from kernelscope.artifacts import damaged
from kernelscope.files import opened


def read_frame(path: str | Path, columns: list[str] | None = None) -> pd.DataFrame:
    """A CSV as a frame, words as `str`; ValueError where it is empty, no UTF-8, or lacks one of the `columns`."""
    with opened(path) as handle:
        try:
            return pd.read_csv(handle, usecols=columns, encoding="utf-8", low_memory=False)
        except (ValueError, UnicodeDecodeError) as error:
            raise damaged(path, error) from None


def numbers(column: pd.Series) -> pd.Series:
    """A column as floats; a word such as `no power` becomes NaN."""
    return pd.to_numeric(column, errors="coerce")
