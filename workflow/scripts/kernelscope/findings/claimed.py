"""The statements of statements.csv, each with its numbers, and those about one network."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from kernelscope.statements.number_words import Shown
from kernelscope.statements.statement import DESCRIPTION, NO_EVIDENCE, NO_INTERVAL, SEEDS, SHOWN, UNDECIDED, Number
from kernelscope.statements.verdicts import OTHER_WAY
from kernelscope.statements.wording import NONE, OPEN, is_weak, telling_p
from kernelscope.stats.text import p_text

NOT_A_REASON = ("the test is in another row of this statement", DESCRIPTION, NO_INTERVAL)
LONGEST = 40  # characters of a name of a class; longer names are cut


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
    text: str
    numbers: dict[str, Shown]

    @property
    def test(self) -> Number | None:
        """Return the number that has the p, None for a description."""
        return next((number.number for number in self.numbers.values() if number.number.sides is not None), None)

    @property
    def p(self) -> str:
        """Return the p after a comma, "" if it says no more than the verdict."""
        text = telling_p(self.test, self.verdict, self.weak)
        return f", {text}" if text else ""

    @property
    def every_p(self) -> str:
        """Return the p after a comma, whatever the verdict."""
        return f", {p_text(self.test.p, self.test.smallest_p)}"

    @property
    def weak(self) -> bool:
        """Return whether this is shown although the interval of the difference includes zero."""
        return self.verdict == SHOWN and is_weak(number.number for number in self.numbers.values())

    @property
    def opposite(self) -> bool:
        """Return whether there is no evidence because the difference has the opposite sign."""
        return OTHER_WAY in self.reason

    @property
    def said(self) -> str:
        """Return the text without its period."""
        return self.text.removesuffix(".")

    @property
    def clause(self) -> str:
        """Return the clause of the claim, out of its text; of a claim that is counted, only if it is not shown."""
        start = self.said.removeprefix(NONE).removeprefix(OPEN).partition(": ")[0]
        return start if self.verdict in (NO_EVIDENCE, UNDECIDED) else f"{start[:1].lower()}{start[1:]}"

    def __getitem__(self, statistic: str) -> Shown:
        return self.numbers[statistic]

    def labels(self) -> list[tuple[str, Shown]]:
        """Return the names of what was found with their counts, the most frequent first."""
        start = "label: "
        return [(plain(key.removeprefix(start)), n) for key, n in self.numbers.items() if key.startswith(start)]


class Network(NamedTuple):
    """The statements about one network, and those about the same network trained on random labels, if there is one."""

    arch: str
    statements: list[Claimed]
    random_labels: "Network | None" = None

    @property
    def layers(self) -> list[str]:
        """Return the layers, the first first."""
        return list(dict.fromkeys(of.layer for of in self.statements if of.layer))

    @property
    def first(self) -> list[Claimed]:
        """Return the statements about the first layer and about no layer."""
        return [of for of in self.statements if of.layer in ("", *self.layers[:1])]

    @property
    def seeds(self) -> int | None:
        """Return the number of seeds, as of most statements if runs are not counted; None if no statement has it."""
        if of := self.get("failures"):
            return of["failures"].number.n
        counts = [n.number.n for of in self.statements for n in of.numbers.values() if n.number.n_unit == SEEDS]
        return Counter(filter(None, counts)).most_common(1)[0][0] if any(counts) else None

    def get(self, *claims: str) -> Claimed | None:
        """Return the first of these claims about the first layer that is shown, or else the first that there is."""
        about = [of for claim in claims for of in self.first if of.claim == claim]
        return next((of for of in about if of.verdict == SHOWN), next(iter(about), None))

    def verdict(self, claim: str) -> str:
        """Return the verdict of a claim about the first layer; "" without it, or for a description."""
        return of.verdict if (of := self.get(claim)) else ""

    def on_random_labels(self, claim: str) -> str:
        """Return how many kernels pass a test if the network is trained on random labels; "" if that is not known."""
        of = self.random_labels and self.random_labels.get(claim)
        return of["count"].of if of and "count" in of.numbers else ""

    def shown(self, *claims: str) -> list[Claimed]:
        """Return which of these claims about the first layer are shown, or described."""
        return [of for claim in claims if (of := self.get(claim)) and of.verdict in (SHOWN, "")]


def plain(name: str) -> str:
    """Return a name on one line, without control characters, at most LONGEST characters long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def statements(rows: Iterable[dict]) -> list[Claimed]:
    """Return the statements in the order of their rows, as read from statements.csv by `io.cells`."""
    grouped: dict[str, list[dict]] = {}
    for row in rows:
        grouped.setdefault(row["statement"], []).append(row)
    return [of_rows(of_statement) for of_statement in grouped.values()]


def of_rows(rows: list[dict]) -> Claimed:
    """Return the statement that these rows share."""
    test = next((row for row in rows if row["sides"] is not None), rows[0])
    reasons = (test["reason"] or "").split("; ")
    shared = {name: rows[0][name] or "" for name in Claimed._fields if name not in ("name", "reason", "numbers")}
    return Claimed(
        name=rows[0]["statement"],
        reason="; ".join(reason for reason in reasons if reason not in NOT_A_REASON),
        numbers={row["statistic"]: Shown(number(row)) for row in rows},
        **shared,
    )


def number(row: dict) -> Number:
    """Return the number of a row."""
    texts = ("unit", "n_unit", "null", "correction", "reason")
    return Number(**{name: row[name] or "" if name in texts else row[name] for name in Number._fields})


def network(rows: Iterable[dict], arch: str, random_labels: str = "") -> Network:
    """Return what is said about one network. random_labels: its control, "" for none."""
    rows = list(rows)
    control = network(rows, random_labels) if random_labels else None
    return Network(arch, statements(row for row in rows if (row["arch"] or "") == arch), control)
