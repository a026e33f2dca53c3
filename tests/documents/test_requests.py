"""The table of public requests: each is served, with a test that exists, or has a reason."""

import re

import pytest
from projects import ROOT

PAGE = (ROOT / "docs/reference/requests.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
LEAST = 35


def test_every_request_is_served_or_has_a_reason():
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 44)]
    for number, asked, where, served, test in ROWS:
        assert asked and re.search(r"#\d|distances", where), number
        assert re.match(r"(yes$|yes[:, ]|no: )", served), number
        assert bool(test) == served.startswith("yes"), number


def test_the_number_of_served_requests_is_that_of_the_table():
    count = sum(row[3].startswith("yes") for row in ROWS)
    assert count >= LEAST
    assert f" {count} of {len(ROWS)} are served." in PAGE


@pytest.mark.parametrize("test", sorted({row[4].strip("`") for row in ROWS if row[4]}))
def test_the_test_of_a_request_exists(test):
    path, _, name = test.partition("::")
    assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8")
