"""A number as a document shows it, and its place in the text."""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

SOFTWARE = "software"  # the key of the versions that the results were made with
COST = "MB, s"  # the unit of what a job took
MOST = 1.2  # times as much as was known, before memory of a job, which differs from call to call, counts as changed


class Entry(NamedTuple):
    """A row of docs/numbers.json."""

    key: str
    value: object  # what JSON can hold: numbers, names, rows of a table, the sha256 of a picture
    unit: str
    text: str  # as in `file`, but for breaks of lines; "" where no text shows it
    file: str  # from the root of the project
    command: str  # that makes it again
    code: str  # hash of the code of the job that made what it is from; "" for what another document says
    date: str  # on which this value was first found


def loads(text: str) -> list[Entry]:
    """Read docs/numbers.json; ValueError where it is not as `make numbers` writes it."""
    try:
        return [Entry(**row) for row in json.loads(text)]
    except (TypeError, ValueError) as error:
        got = f"docs/numbers.json: got {text[:40]!r}"
        raise ValueError(f"{got}, expected a list as `make numbers` writes it") from error


def dumps(entries: Iterable[Entry]) -> str:
    """Write docs/numbers.json."""
    return json.dumps([entry._asdict() for entry in entries], indent=1, ensure_ascii=False) + "\n"


def merged(old: Iterable[Entry], new: Iterable[Entry]) -> list[Entry]:
    """Return the new entries; where one says what it said before, the old one with its date."""
    known = {entry.key: entry for entry in old}
    found = []
    for entry in new:
        before = known.get(entry.key)
        if before is not None and is_same(before, entry):
            entry = before._replace(code=entry.code)
        found.append(entry)
    return found


def comparable(old: Iterable[Entry], new: Iterable[Entry]) -> list[Entry]:
    """Return the new entries that can be checked: under other versions not these, nor pictures and costs."""
    new, versions = list(new), [{entry.key: entry.value for entry in entries}.get(SOFTWARE) for entries in (old, new)]
    if versions[0] == versions[1]:
        return new
    return [entry for entry in new if entry.key != SOFTWARE and entry.unit not in ("sha256", COST)]


def is_same(old: Entry, new: Entry) -> bool:
    """Whether an entry says what it said; of costs, whether memory is about what it was."""
    if old.unit == new.unit == COST:
        return 1 / MOST < new.value[0] / old.value[0] < MOST
    return old._replace(code="", date="") == new._replace(code="", date="")


def changed(old: Iterable[Entry], new: Iterable[Entry], documents: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the documents with the new texts, and a line for each that differs: file, old and new.

    documents: file -> text, or of a picture its sha256.
    """
    known, documents, lines = {entry.key: entry for entry in old}, dict(documents), []
    for entry in new:
        before = known.get(entry.key)
        if entry.unit == "sha256":
            if documents[entry.file] != entry.value:
                lines.append(f"{entry.file}: is not the picture that the results have now; run `make pictures`")
        elif entry.text:
            try:
                text = shown(documents[entry.file], before and before.text, entry.text, entry.key)
            except ValueError as error:
                raise ValueError(f"{entry.file}: {error}") from None
            if text != documents[entry.file]:
                lines.append(f"{entry.file}: {entry.key}: {difference(documents[entry.file], text)}")
            documents[entry.file] = text
        elif before is None or not is_same(before, entry):
            lines.append(f"docs/numbers.json: {entry.key}: {before and before.value} -> {entry.value} {entry.unit}")
    return documents, lines


def difference(before: str, after: str) -> str:
    """Return the lines of two texts that the other has not, old and new."""
    old, new = before.split("\n"), after.split("\n")
    gone, come = ([line for line in lines if line not in others] for lines, others in ((old, new), (new, old)))
    return f"{' '.join(gone)!r} -> {' '.join(come)!r}"


def pattern(text: str) -> re.Pattern:
    """Match a phrase wherever its lines break, but no part of a longer number or word; match a table as it is."""
    if "\n" in text:
        return re.compile(re.escape(text))
    words = r"\s+".join(map(re.escape, text.split()))
    return re.compile(rf"(?<!\w)(?<!\d[.,]){words}(?!\w|[.,]\d)")


def count(document: str, text: str) -> int:
    """Return how often a document shows a text."""
    return len(pattern(text).findall(document))


def shown(document: str, old: str | None, new: str, key: str) -> str:
    """Return the document with `new` in the place of `old`; a table goes between the marks of its key.

    ValueError where there is no such place, or more than one.
    """
    if count(document, new) == 1:
        return document
    if "\n" in new:
        start, end = marks(key)
        if document.count(start) != 1 or document.count(end) != 1:
            raise ValueError(f"{key}: expected {start} and {end} once each around the table")
        before, rest = document.split(start)
        return f"{before}{start}\n\n{new}\n\n{end}{rest.split(end)[1]}"
    expected = old or new
    if count(document, expected) != 1:
        raise ValueError(f"{key}: expected the phrase {expected!r} once, got it {count(document, expected)} times")
    return pattern(expected).sub(lambda _: new, document)


def marks(key: str) -> tuple[str, str]:
    """Return the comments around a table that is made; whoever reads the page does not see them."""
    return f"<!-- numbers: {key} -->", f"<!-- end of {key} -->"
