"""The sentence of a statement: the clause of its claim, its numbers, and, where it is not shown, the reason."""

import math

from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED, Number, Statement

COUNTS = ("step", "count", "kernels", "seeds", "types", "images", "runs", "conditions")
DIGITS = {"share": 1} | dict.fromkeys(COUNTS, 0)  # decimals, by unit


class Shown:
    """A number as a template shows it.

    `{x}`, `{x.counted}` with its unit, `{x.n}`, `{x.untrained}`, `{x.null}`, `{x.interval}`, `{x.p}`.
    """

    def __init__(self, number: Number):
        self.number = number

    def __str__(self) -> str:
        return written(self.number.value, self.number.unit)

    @property
    def counted(self) -> str:
        return f"{self} {of_count(self.number.unit, self.number.value)}"

    @property
    def n(self) -> str:
        return str(self.number.n)

    @property
    def untrained(self) -> str:
        return "not tested" if self.number.untrained is None else written(self.number.untrained, self.number.unit)

    @property
    def null(self) -> str:
        return written(self.number.null_value, self.number.unit)

    @property
    def interval(self) -> str:
        """Return the 95 % interval in words, or n where there is none."""
        number = self.number
        if number.low is None:
            return f"{number.n} {of_count(number.n_unit, number.n)}"
        return f"{written(number.low, number.unit)} to {written(number.high, number.unit)}"

    @property
    def p(self) -> str:
        return p_text(self.number.p, self.number.smallest_p)


def of_count(units: str, count: float | None) -> str:
    """Return units as they stand beside a count: the singular of `seeds` beside 1."""
    return units.removesuffix("s") if count == 1 else units


def written(value: float | None, unit: str) -> str:
    """Return a number in its unit: a share in percent, a count without decimals, anything else with two."""
    if value is None:
        return "unknown"
    if unit == "share":
        return f"{100 * value:z.{DIGITS['share']}f} %"
    if unit in DIGITS:
        return f"{value:z.{DIGITS[unit]}f}"
    return f"{value:z.2f}" if abs(value) >= 0.095 or not value else f"{value:.2g}"


LEAST_P = 1e-6  # smaller p are written as below this


def plain(p: float) -> str:
    """Return a p with two digits, rounded up, so that it is never below what is possible; at least LEAST_P."""
    p = max(p, LEAST_P)
    scale = 10.0 ** (math.floor(math.log10(p)) - 1)
    return f"{math.ceil(p / scale * (1 - 1e-9)) * scale:.2g}"


def p_text(p: float | None, smallest: float | None) -> str:
    """Return p in words: `p ≤ 0.001` at the smallest p that is possible, else `p = 0.012`, or `p < 1e-06`."""
    if p is None:
        return "not tested"
    if p < LEAST_P:
        return f"p < {plain(p)}"
    return f"p {'≤' if at_floor(p, smallest) else '='} {plain(p)}"


def at_floor(p: float, smallest: float | None) -> bool:
    """Return whether p is the smallest that is possible."""
    return smallest is not None and p <= smallest * (1 + 1e-9)


def sentence(statement: Statement) -> str:
    """Return the sentence of a judged statement.

    It has the clause of the claim first and its numbers second; what is not shown begins with the verdict.
    """
    claim = CLAIMS[statement.claim]
    shown = dict(statement.words) | lists(statement)
    shown |= {number.statistic: Shown(number) for number in statement.numbers}
    clause = claim.clause.format_map(shown)
    numbers = "" if statement.verdict == UNDECIDED else claim.numbers.format_map(shown)
    labels = listed_labels(statement) if claim.labels and statement.verdict == SHOWN else ""
    reason = f" ({statement.reason})" if statement.reason and statement.verdict == NO_EVIDENCE else ""
    if statement.verdict == UNDECIDED:
        return f"Whether {clause} cannot be decided: {statement.reason}.{decides(statement)}"
    if statement.verdict == NO_EVIDENCE:
        return f"No evidence that {clause}: {numbers}{reason}.{detectable(statement)}"
    return f"{capital(clause)}: {numbers}{labels}." if numbers else f"{capital(clause)}."


def decides(statement: Statement) -> str:
    """Return what would decide a statement, as a sentence."""
    return f" It would take {statement.would_decide}." if statement.would_decide else ""


def detectable(statement: Statement) -> str:
    """Return the smallest effect that the design would have found, as a sentence."""
    test = statement.test
    if test is None or test.detectable is None:
        return ""
    shared = next((n for n in statement.numbers if n.statistic == "detectable_shared"), None)
    planted = ""
    if shared:
        count = f"{written(shared.value, shared.unit)} shared {of_count(shared.unit, shared.value)}"
        planted = f", as of {count} in each seed,"
    return f" An excess of {written(test.detectable, test.unit)}{planted} would be found in 80 % of cases."


def listed_labels(statement: Statement) -> str:
    """Return the most frequent labels with their numbers of kernels."""
    labels = [number for number in statement.numbers if number.statistic.startswith("label: ")]
    words = [f"{number.statistic.removeprefix('label: ')} ({written(number.value, number.unit)})" for number in labels]
    return f"; most often {', '.join(words)}" if words else ""


def lists(statement: Statement) -> dict[str, str]:
    """Return the lists of a statement: numbers with statistics such as `level: mse` are one list, `{level}`."""
    items: dict[str, list[str]] = {}
    for number in statement.numbers:
        kind, colon, name = number.statistic.partition(": ")
        if colon:
            items.setdefault(kind, []).append(f"{name} {listed(number)}")
    return {kind: ", ".join(of_kind) for kind, of_kind in items.items()}


def listed(number: Number) -> str:
    """Return a number of a list: `51 of 160`, or `0.32 (0.30 to 0.34, 116 runs)`."""
    value = written(number.value, number.unit)
    if number.unit in COUNTS:
        return value if number.n is None else f"{value} of {number.n}"
    details = []
    if number.low is not None:
        details.append(f"{written(number.low, number.unit)} to {written(number.high, number.unit)}")
    if number.n is not None:
        details.append(f"{number.n} {of_count(number.n_unit, number.n)}")
    return f"{value} ({', '.join(details)})" if details else value


def capital(text: str) -> str:
    """Return text with a capital first letter."""
    return text[0].upper() + text[1:]
