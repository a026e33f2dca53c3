"""A statement as data: what is claimed, its numbers, the test that it passed or failed, and its sentence.

Findings, page and captions take their numbers and p values from these rows and from nowhere else.
"""

from typing import NamedTuple

SHOWN, NO_EVIDENCE, UNDECIDED = "shown", "no evidence", "cannot be decided"  # the verdicts; "" for a description
QUESTIONS = {
    "works": "Does it classify?",
    "what": "What do its kernels respond to?",
    "looks": "What do its kernels look like?",
    "when": "When do they form?",
    "same_kinds": "Do seeds learn similar kernels?",
    "same_kernels": "Does every seed learn the same individual kernels?",
    "controls": "Is it due to the labels or to the images?",
}
SEEDS, KERNELS, IMAGES = "seeds", "kernels", "images"
TRAINED, UNTRAINED = "trained", "untrained"  # states, in the tables that statements are made from


class Number(NamedTuple):
    """One number of a statement: a row of statements.csv."""

    statistic: str
    value: float | None
    unit: str = ""  # share, kernels, step, ...; decides how it is written
    low: float | None = None  # 95 % interval
    high: float | None = None
    n: int | None = None
    n_unit: str = ""
    untrained: float | None = None  # the same number of the untrained networks
    null: str = ""  # the rival explanation in words
    null_value: float | None = None
    p: float | None = None
    smallest_p: float | None = None  # that this design allows
    sides: int | None = None
    correction: str = "none"  # none, bh or holm
    detectable: float | None = None  # the smallest value found in 80 % of planted cases
    reason: str = ""  # why value, interval or p is missing


class Claim(NamedTuple):
    """A claim: its clause, its numbers, how it is written, and the question it answers.

    counted: its test is made for each kernel, and its clause begins with `kernels`. labels: the names of its kernels
    are listed. name: what it is about, in lists of claims that have no sentences of their own.
    """

    clause: str
    numbers: str = ""
    name: str = ""
    labels: bool = False
    counted: bool = False
    question: str = ""


def counted(*arguments, **more) -> Claim:
    """Return a claim that counts kernels."""
    return Claim(*arguments, **more, counted=True)


def asking(question: str, **claims: Claim) -> dict[str, Claim]:
    """Return claims that answer one question, by name."""
    return {name: claim._replace(question=question) for name, claim in claims.items()}


class Statement(NamedTuple):
    """One sentence with its numbers, of which at most one, `test`, carries a p."""

    claim: str  # a key of claims.CLAIMS
    numbers: tuple[Number, ...]
    dataset: str = ""
    arch: str = ""
    layer: str = ""
    subject: str = ""  # what else tells it from other statements of one claim, such as an outcome and a setting
    words: tuple[tuple[str, str], ...] = ()  # names in the sentence, by their field: (("factor", "loss"),)
    table: str = ""
    columns: str = ""
    question: str = ""
    family: str = ""  # statements that are corrected together by Holm
    verdict: str = ""
    reason: str = ""
    would_decide: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        """Return the identifier that the rows of one sentence share."""
        return "/".join(part for part in (self.dataset, self.arch, self.layer, self.subject, self.claim) if part)

    @property
    def test(self) -> Number | None:
        """Return the number that carries the p, or None for a description."""
        return next((number for number in self.numbers if number.sides is not None), None)


def p_of(row: dict, sides: int, seeds: int | None) -> dict:
    """Return the p in a row of a table, and over how many seeds it is, for a number."""
    return {"p": row["p"], "smallest_p": row["smallest_p"], "sides": sides, "n": seeds, "n_unit": SEEDS}


def untested(row: dict) -> dict:
    """Return why a row of a table has no p, and what would decide it, for a statement; both "" if it has one."""
    reason = (row["reason"] or "no p could be computed") if row["p"] is None else ""
    return {"reason": reason, "would_decide": row.get("would_decide") or ""}


def negated(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Return the interval of the negative of a number."""
    return (None, None) if low is None else (-high, -low)


COLUMNS = (
    *("statement", "question", "dataset", "arch", "layer", "claim", "statistic", "value", "unit", "low", "high"),
    *("n", "n_unit", "untrained", "null", "null_value", "p", "smallest_p", "sides", "detectable", "family"),
    *("correction", "verdict", "reason", "would_decide", "table", "columns", "text"),
)
DESCRIPTION = "a description, which is not tested"
NO_INTERVAL = "an interval needs at least three seeds that differ"


def rows(statement: Statement) -> list[dict]:
    """Return the rows of statements.csv of one statement, one per number.

    Parameters
    ----------
    statement : Statement
        A judged statement (`verdicts.judged`).

    Returns
    -------
    list of dict
        With COLUMNS. Where value, interval, p or verdict is missing, `reason` says why.
    """
    shared = statement._asdict() | {"statement": statement.name}
    del shared["numbers"]
    return [
        {column: (shared | number._asdict() | {"reason": reason(statement, number)})[column] for column in COLUMNS}
        for number in statement.numbers
    ]


def reason(statement: Statement, number: Number) -> str:
    """Return why cells of a number's row are empty, or the reason of the verdict; "" if there is nothing to explain."""
    reasons = [statement.reason, number.reason]
    if not statement.verdict:
        reasons.append(DESCRIPTION)
    elif number.sides is None:
        reasons.append("the test is in another row of this statement")
    if number.low is None and number.value is not None and number.n_unit == SEEDS:
        reasons.append(NO_INTERVAL)
    return "; ".join(dict.fromkeys(filter(None, reasons)))
