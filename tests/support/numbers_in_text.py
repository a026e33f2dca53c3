"""Check that each number of a sentence is a number of its rows in statements.csv."""

import re
from collections.abc import Iterable

from kernelscope.findings import claimed
from kernelscope.statements import number_words
from kernelscope.statements.statement import Number, Statement
from kernelscope.stats.text import plain

NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e-?\d+)?(?: %)?")
FIXED = {"95 %", "80 %", "180", "1"}  # of "95 % interval", "80 % of cases", "180 degrees", "lag-1"
COUNTED = re.compile(r"\(?\d+ more\b")  # what there is no room for


def unexplained(statement: Statement) -> list[str]:
    """Return the numbers in the text of a judged statement that none of its rows explains."""
    words = [statement.reason, statement.would_decide, statement.dataset, statement.arch, statement.layer]
    return missing(statement.text, statement.numbers, [*words, *(word for _, word in statement.words)])


def unexplained_by_rows(text: str, rows: Iterable[dict]) -> list[str]:
    """Return the numbers of a text that no row of statements.csv, nor its names, explains."""
    rows = list(rows)
    names = ("reason", "would_decide", "dataset", "arch", "layer", "table")
    words = [str(row[name]) for row in rows for name in names if row[name]]
    return missing(COUNTED.sub("", text), [claimed.number(row) for row in rows], words)


def missing(text: str, numbers: Iterable[Number], words: list[str]) -> list[str]:
    """Return the numbers of a text that neither these numbers nor these words have."""
    known = FIXED | set(NUMBER.findall(" ".join(words)))
    for number in numbers:
        values = (number.value, number.low, number.high, number.untrained, number.null_value, number.detectable)
        as_written = [number_words.written(value, number.unit) for value in values if value is not None]
        as_written += [number_words.of_draws(number)]
        known |= {*as_written, *(text.removesuffix(" %") for text in as_written), str(number.n)}
        known |= {plain(number.p)} if number.p is not None else set()
        known |= set(NUMBER.findall(number.statistic))
    return [found for found in NUMBER.findall(text) if found not in known]
