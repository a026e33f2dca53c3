"""A number of a statement in words: in its unit, out of a total, with its null or its interval."""

from kernelscope.statements.statement import Number

COUNTS = ("step", "count", "kernels", "seeds", "types", "images", "runs", "conditions")  # units without decimals


class Shown:
    """A number as a template shows it.

    `{x}`, `{x.or_none}` of a count, `{x.counted}` with its unit, `{x.of}` as `29 of 36` or `all 36`, `{x.n}`,
    `{x.untrained}`, `{x.null}`, `{x.noise}`, its null of equally smooth noise after a comma, or nothing; `{x.points}`,
    a share without its percent sign; and `{x.range}`, its 95 % interval in brackets after a space, or nothing.
    """

    def __init__(self, number: Number):
        self.number = number

    def __str__(self) -> str:
        return written(self.number.value, self.number.unit)

    @property
    def counted(self) -> str:
        return f"{self} {of_count(self.number.unit, self.number.value)}"

    @property
    def or_none(self) -> str:
        return "none" if self.number.value == 0 else str(self)

    @property
    def of(self) -> str:
        return out_of(self.number.value, self.number.n)

    @property
    def n(self) -> str:
        return str(self.number.n)

    @property
    def untrained(self) -> str:
        return "not tested" if self.number.untrained is None else written(self.number.untrained, self.number.unit)

    @property
    def null(self) -> str:
        return of_draws(self.number)

    @property
    def noise(self) -> str:
        return "" if self.number.null_value is None else f", equally smooth noise {self.null}"

    @property
    def points(self) -> str:
        return str(self).removesuffix(" %")

    @property
    def range(self) -> str:
        number = self.number
        if number.low is None:
            return ""
        low, high = (written(end, number.unit).removesuffix(" %") for end in (number.low, number.high))
        return f" [{low}, {high}]"


def of_draws(number: Number) -> str:
    """Return the value of the null of a number; the mean of counts has decimals."""
    value, unit = number.null_value, number.unit
    return written(value, "" if unit in COUNTS and value is not None and not float(value).is_integer() else unit)


def out_of(count: float | None, n: int | None) -> str:
    """Return a count out of n: `29 of 36`, `all 36`, `both` or `none of 36`."""
    if count == n and n is not None and n > 1:
        return "both" if n == 2 else f"all {n}"
    return f"{'none' if count == 0 and n != 1 else written(count, 'count')} of {n}"


def of_count(units: str, count: float | None) -> str:
    """Return units as they are written after a count: the singular of `seeds` after 1."""
    return units.removesuffix("s") if count == 1 else units


def written(value: float | None, unit: str) -> str:
    """Return a number in its unit: a share in percent, a count without decimals, anything else with two digits."""
    if value is None:
        return "unknown"
    if unit == "share":
        return f"{percent(100 * value)} %"
    if unit in COUNTS:
        return minus(f"{value:z.0f}")
    size = abs(value)
    if value and size < 0.095:
        return minus(f"{value:.2g}")
    return minus(f"{value:z.{2 if size < 0.995 else 1 if size < 9.95 else 0}f}")


def percent(value: float) -> str:
    """Return percents with two digits, or one decimal above 99, where it matters how much is missing."""
    whole = value == 0 or 9.95 <= abs(value) <= 99 or abs(value) >= 100
    return minus(f"{value:z.{0 if whole else 1}f}")


def minus(text: str) -> str:
    """Return a number with a true minus sign."""
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text


def between(least: Shown, most: Shown) -> str:
    """Return the range of two numbers with one unit: `1.8 to 2.5 %`."""
    low, high = str(least), str(most)
    return high if low == high else f"{low.removesuffix(' %')} to {high}"
