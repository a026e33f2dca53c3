"""The parts of the tests that only `make test-all` runs: rows of tables, slow cases, and most random examples."""

from collections.abc import Iterable

import pytest

THOROUGH = pytest.mark.thorough  # runs in `make test-all` only; a representative of its kind runs in `make test`
QUICK_SHARE = 5  # `make test` tries one in this many random examples
quick = False  # `pytest --quick` sets it (conftest.py) before any test is imported


def rows(table: Iterable, *quick_rows) -> list:
    """Return every row of a table as a test parameter; rows that are not among the quick ones are thorough.

    A row that is a tuple holds the values of several parameters.
    """
    table = list(table)
    missing = [row for row in quick_rows if row not in table]
    assert not missing, f"not in the table: {missing}"
    return [
        pytest.param(*(row if isinstance(row, tuple) else [row]), marks=() if row in quick_rows else THOROUGH)
        for row in table
    ]


def budget(examples: int) -> int:
    """Return how many of `examples` random examples this tier tries: all, or a fifth (at least 5) in `make test`."""
    return min(examples, max(5, examples // QUICK_SHARE)) if quick else examples
