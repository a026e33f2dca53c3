"""The statements of statements.csv about one network, by claim, each with its numbers."""

from typing import NamedTuple

from kernelscope.statements.statement import DESCRIPTION, NO_INTERVAL, Number
from kernelscope.statements.wording import Shown

NOT_A_REASON = ("the test is in another row of this statement", DESCRIPTION, NO_INTERVAL)


class Claimed(NamedTuple):
    """One statement: what its rows share, and its numbers by statistic."""

    name: str
    claim: str
    question: str
    arch: str
    layer: str
    verdict: str  # "" for a description
    reason: str
    would_decide: str
    table: str
    text: str
    numbers: dict[str, Shown]

    @property
    def test(self) -> Shown | None:
        """Return the number that has the p, None for a description."""
        return next((number for number in self.numbers.values() if number.number.sides is not None), None)

    def __getitem__(self, statistic: str) -> Shown:
        return self.numbers[statistic]

    def listed(self, kind: str) -> list[tuple[str, Shown]]:
        """Return the names and numbers of the statistics `kind: name`, in the order of the rows."""
        start = f"{kind}: "
        return [(key.removeprefix(start), number) for key, number in self.numbers.items() if key.startswith(start)]


def statements(rows: list[dict]) -> list[Claimed]:
    """Return the statements in the order of their rows, as read from statements.csv by `io.cells`."""
    grouped: dict[str, list[dict]] = {}
    for row in rows:
        grouped.setdefault(row["statement"], []).append(row)
    return [of_rows(of_statement) for of_statement in grouped.values()]


def of_rows(rows: list[dict]) -> Claimed:
    """Return the statement that these rows share."""
    first = {name: value or "" for name, value in rows[0].items()}
    test = next((row for row in rows if row["sides"] is not None), rows[0])
    reasons = (test["reason"] or "").split("; ")
    return Claimed(
        name=first["statement"],
        reason="; ".join(reason for reason in reasons if reason not in NOT_A_REASON),
        numbers={row["statistic"]: Shown(number(row)) for row in rows},
        **{name: first[name] for name in Claimed._fields if name not in ("name", "reason", "numbers")},
    )


def number(row: dict) -> Number:
    """Return the number of a row."""
    texts = ("unit", "n_unit", "null", "correction", "reason")
    return Number(**{name: row[name] or "" if name in texts else row[name] for name in Number._fields})


def of_network(rows: list[dict], arch: str) -> dict[str, list[Claimed]]:
    """Return {claim: its statements about one network, the first layer's first}."""
    claims: dict[str, list[Claimed]] = {}
    for statement in statements([row for row in rows if row["arch"] == arch]):
        claims.setdefault(statement.claim, []).append(statement)
    return claims
