"""Refuse bad input in one line: `WHERE: got GOT, expected EXPECTED (HINT)`."""

import difflib
import errno
from collections.abc import Iterable
from typing import NoReturn

LONGEST = 300  # characters of a line
QUOTED = 80  # characters of a value in it
REASONS = {
    errno.ENOENT: "it does not exist",
    errno.EACCES: "reading it is not permitted",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its links lead in a circle",
}


class Refusal(ValueError):
    """Bad input, with a message for the user that says what is wrong and what to do."""


def refuse(where: str, got: str, expected: str, hint: str = "", error: type[Exception] = Refusal) -> NoReturn:
    """Raise an error whose message is one line that says what is wrong and what to write instead.

    Parameters
    ----------
    where : the key (`training.epochs`), file or option that holds the bad input
    got : what it holds, in words (`no file`), or a value through `quoted`
    expected : what it should hold, in words that can be acted on
    hint : what may help further, put in parentheses, such as `did_you_mean`
    error : the exception to raise

    >>> refuse("training.epochs", quoted(-1), "a whole number of at least 1")
    Traceback (most recent call last):
    kernelscope.refusal.Refusal: training.epochs: got -1, expected a whole number of at least 1
    """
    raise error(refusal(where, got, expected, hint)) from None


def refuse_without(package: str, where: str) -> NoReturn:
    """Raise an ImportError in one line, as a package that `where` needs is not installed."""
    refuse(where, f"no package {package}", f"{package} beside kernelscope", f"pip install {package}", ImportError)


def refusal(where: object, got: str, expected: str, hint: str = "") -> str:
    """Return the line that `refuse` raises, for errors that are collected first."""
    return one_line(f"{where}: got {got}, expected {expected}" + (f" ({hint})" if hint else ""))


def quoted(value: object) -> str:
    """Return a value as Python writes it, shortened to `QUOTED` characters."""
    try:
        text = " ".join(repr(value).split())
    except (ValueError, RecursionError):  # thousands of digits, or a list that contains itself
        text = f"a value of type {type(value).__name__}, too long to print"
    return text if len(text) <= QUOTED else text[: QUOTED - 3] + "..."


def listed(names: Iterable[object], longest: int = 160, most: int | None = None) -> str:
    """Return names with commas, as many as `most` and `longest` characters allow, and how many more there are."""
    names = [str(name) for name in names]
    count = len(names) if most is None else min(most, len(names))
    while count > 1 and len(", ".join(names[:count])) > longest:
        count -= 1
    return ", ".join(names[:count]) + f" and {len(names) - count} more" * (count < len(names))


def reason(error: Exception) -> str:
    """Return in plain words why a file cannot be read."""
    return REASONS.get(getattr(error, "errno", None)) or getattr(error, "strerror", None) or str(error)


def did_you_mean(word: object, choices: Iterable[object]) -> str:
    """Return `did you mean 'relu'?` for the most similar choice, upper case as lower; "" if none is similar."""
    folded = {str(choice).casefold(): str(choice) for choice in choices}
    close = difflib.get_close_matches(str(word).casefold(), folded, 1)
    return f"did you mean {folded[close[0]]!r}?" if close and folded[close[0]] != str(word) else ""


def one_line(text: str) -> str:
    """Return text on one line, with unprintable characters escaped and the middle of a long line left out."""
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(text.split()))
    if len(line) <= LONGEST:
        return line
    start, end = line[:180], line[-110:]
    for between in (", ", " "):  # items of a list, else words
        if between in start[90:] and between in end[:55]:
            start, end = start.rpartition(between)[0] + between.rstrip(), end.partition(between)[2]
            break
    return f"{start} ... {end}"
