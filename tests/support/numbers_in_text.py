"""Check that each number in the sentence of a statement is a number of its rows in statements.csv."""

import re

from kernelscope.statements import wording
from kernelscope.statements.statement import Statement

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?: %)?")
FIXED = {"95 %", "80 %", "180", "1"}  # of "95 % interval", "80 % of cases", "180 degrees", "lag-1"


def unexplained(statement: Statement) -> list[str]:
    """Return the numbers in the text of a judged statement that none of its rows explains."""
    words = " ".join([statement.reason, statement.would_decide, statement.dataset, statement.arch, statement.layer])
    words = " ".join([words, *(word for _, word in statement.words)])
    known = FIXED | set(NUMBER.findall(words))
    for number in statement.numbers:
        values = (number.value, number.low, number.high, number.untrained, number.null_value, number.detectable)
        known |= {wording.written(value, number.unit) for value in values if value is not None}
        known |= {str(number.n)} | ({wording.plain(number.p)} if number.p is not None else set())
        known |= set(NUMBER.findall(number.statistic))
    return [found for found in NUMBER.findall(statement.text) if found not in known]
