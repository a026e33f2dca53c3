"""Factors of a sweep in words, and the rows of its tables that are about one of them."""


def words(factor: str) -> str:
    """A factor as a reader says it."""
    if factor == "base":
        return "network or optimizer"
    return factor.removeprefix("training.").replace("_", " ").replace(".", ", ")


def of(rows: list[dict], **wanted) -> list[dict]:
    """The rows with these values."""
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]
