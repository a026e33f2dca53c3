"""A number as shown in a document, and its place in the text."""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from kernelscope.refusal import quoted, refuse

SOFTWARE = "software"  # the key of the versions that the results were made with
INSTRUCTIONS = "instructions"  # in it: the vector instructions of the processor, which decide how torch rounds
COST = "MB, s"  # the unit of a job's memory and time
MOST = 1.2  # ratio to the old value from which a job's memory, which varies between runs, counts as changed


class Entry(NamedTuple):
    """A row of docs/numbers.json."""

    key: str
    value: object  # anything JSON can hold: numbers, names, rows of a table, the sha256 of a figure
    unit: str
    text: str  # as in `file`, except for line breaks; "" if no text shows the number
    file: str  # relative to the root of the project
    command: str  # makes the number again
    code: str  # hash of the code of the job that made the source; "" if the source is another document
    date: str  # when this value was first seen


def loads(text: str) -> list[Entry]:
    """Read docs/numbers.json; ValueError if it is not as `make numbers` writes it."""
    try:
        return [Entry(**row) for row in json.loads(text)]
    except (TypeError, ValueError):
        refuse("docs/numbers.json", quoted(text), "a list as `make numbers` writes it")


def dumps(entries: Iterable[Entry]) -> str:
    """Return the text of docs/numbers.json."""
    return json.dumps([entry._asdict() for entry in entries], indent=1, ensure_ascii=False) + "\n"


def merged(old: Iterable[Entry], new: Iterable[Entry]) -> list[Entry]:
    """Return the new entries, with the old entry and its date wherever nothing has changed."""
    previous = {entry.key: entry for entry in old}
    entries = []
    for entry in new:
        before = previous.get(entry.key)
        if before is not None and is_same(before, entry):
            entry = before._replace(code=entry.code)
        entries.append(entry)
    return entries


def comparable(old: Iterable[Entry], new: Iterable[Entry]) -> list[Entry]:
    """Return the new entries that can be checked.

    With other versions, these are all but versions, figures and costs. On another kind of processor, where trainings
    end in other digits, only what no job computes.
    """
    new = list(new)
    before, now = ({entry.key: entry.value for entry in entries}.get(SOFTWARE) or {} for entries in (old, new))
    if before == now:
        return new
    if before.get(INSTRUCTIONS) != now.get(INSTRUCTIONS):
        return [entry for entry in new if not entry.code]
    return [entry for entry in new if entry.key != SOFTWARE and entry.unit not in ("sha256", COST)]


def is_same(old: Entry, new: Entry) -> bool:
    """Whether an entry is unchanged; for costs, whether memory is about the same."""
    if old.unit == new.unit == COST:
        return 1 / MOST < new.value[0] / old.value[0] < MOST
    return old._replace(code="", date="") == new._replace(code="", date="")


def changed(old: Iterable[Entry], new: Iterable[Entry], documents: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the documents with the new texts, and a line (file, old, new) for each text that differs.

    documents: {file: text, or sha256 for a figure}
    """
    previous, documents, lines = {entry.key: entry for entry in old}, dict(documents), []
    for entry in new:
        before = previous.get(entry.key)
        if entry.unit == "sha256":
            if documents[entry.file] != entry.value:
                lines.append(f"{entry.file}: is not the figure that the results have now; run `make figures`")
        elif entry.text:
            try:
                text = replaced(documents[entry.file], before and before.text, entry.text, entry.key)
            except ValueError as error:
                raise ValueError(f"{entry.file}: {error}") from None
            if text != documents[entry.file]:
                lines.append(f"{entry.file}: {entry.key}: {difference(documents[entry.file], text)}")
            documents[entry.file] = text
        elif before is None or not is_same(before, entry):
            lines.append(f"docs/numbers.json: {entry.key}: {before and before.value} -> {entry.value} {entry.unit}")
    return documents, lines


def difference(before: str, after: str) -> str:
    """Return the lines that only one of two texts has, as `old -> new`."""
    old, new = before.split("\n"), after.split("\n")
    gone, come = ([line for line in lines if line not in others] for lines, others in ((old, new), (new, old)))
    return f"{' '.join(gone)!r} -> {' '.join(come)!r}"


def pattern(text: str) -> re.Pattern:
    """Return a pattern for a phrase with any line breaks, not inside a longer number or word; a table is literal."""
    if "\n" in text:
        return re.compile(re.escape(text))
    words = r"\s+".join(map(re.escape, text.split()))
    return re.compile(rf"(?<!\w)(?<!\d[.,]){words}(?!\w|[.,]\d)")


def count(document: str, text: str) -> int:
    """Return how often a document contains a text."""
    return len(pattern(text).findall(document))


def replaced(document: str, old: str | None, new: str, key: str) -> str:
    """Return the document with `old` replaced by `new`; a table is placed between the marks of its key.

    ValueError unless there is exactly one place for it.
    """
    if count(document, new) == 1:
        return document
    if "\n" in new:
        start, end = marks(key)
        if document.count(start) != 1 or document.count(end) != 1:
            got = f"{start} {document.count(start)} times and {end} {document.count(end)} times"
            refuse(key, got, "each once, around the table")
        before, rest = document.split(start)
        return f"{before}{start}\n\n{new}\n\n{end}{rest.split(end)[1]}"
    expected = old or new
    if count(document, expected) != 1:
        refuse(key, f"the phrase {expected!r} {count(document, expected)} times", "it once")
    return pattern(expected).sub(lambda _: new, document)


def marks(key: str) -> tuple[str, str]:
    """Return the comments around a generated table, which are invisible on the rendered page."""
    return f"<!-- numbers: {key} -->", f"<!-- end of {key} -->"
