"""The numbers in a sentence that its rows do not have."""

import re

from kernelscope.statements import statement as statements
from kernelscope.statements import wording
from kernelscope.statements.statement import Statement

NUMERAL = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
CONSTANTS = ("95 % interval", "80 % of cases")  # said once for all statements


def unfounded(statement: Statement) -> list[str]:
    """Return the numerals in the text of a judged statement that are in none of its rows; [] if all are."""
    rows = statements.rows(statement)
    text = statement.text
    names = [word for _, word in statement.words] + [statement.layer, statement.arch, statement.dataset]
    names += [row["statistic"].partition(": ")[2] for row in rows]
    reasons = [row["reason"] for row in rows] + [statement.reason, statement.would_decide]
    for known in sorted(filter(None, [*names, *reasons, *CONSTANTS]), key=len, reverse=True):
        text = text.replace(known, "")
    founded = {numeral for row in rows for value in shown(row) for numeral in NUMERAL.findall(value)}
    return [numeral for numeral in NUMERAL.findall(text) if numeral not in founded]


def shown(row: dict) -> list[str]:
    """Return the numbers of a row as sentences write them."""
    in_unit = [row[name] for name in ("value", "low", "high", "untrained", "null_value", "detectable")]
    p = [wording.plain(row[name]) for name in ("p", "smallest_p") if row[name] is not None]
    return [wording.written(value, row["unit"]) for value in in_unit] + p + [str(row["n"])]
