"""What `make test` leaves to `make test-all`: rows of tables, slow cases, and most of the random examples."""

from collections.abc import Iterable

import pytest
from hypothesis import settings

THOROUGH = pytest.mark.thorough  # runs in `make test-all` only; a representative of its kind runs in `make test`
QUICK = "quick"  # the profile of Hypothesis that `pytest --quick` loads
QUICK_SHARE = 5  # of so many random examples `make test` tries one
settings.register_profile(QUICK, settings.get_profile("default"))


def rows(table: Iterable, *quick) -> list:
    """Return every row of a table as a test parameter; rows that are not `quick` run in `make test-all` only.

    A row that is a tuple holds the values of several parameters.
    """
    table = list(table)
    missing = [row for row in quick if row not in table]
    assert not missing, f"not in the table: {missing}"
    return [
        pytest.param(*(row if isinstance(row, tuple) else [row]), marks=() if row in quick else THOROUGH)
        for row in table
    ]


def budget(examples: int) -> int:
    """Return how many of so many random examples this tier tries: all, or a fifth in `make test`, but at least 5."""
    if settings.get_current_profile_name() != QUICK:
        return examples
    return min(examples, max(5, examples // QUICK_SHARE))
