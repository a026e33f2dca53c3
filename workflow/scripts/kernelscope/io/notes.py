"""The notes of a job: what it left out, cut, assumed, clipped or converted.

A job prints its notes to its log and keeps them in its manifest. From there they go into notes.csv and `make verify`.
Jobs that read images or pretrained files also write them into inferred.json or run.json, from which findings and page
have them: the manifest changes with the code of a job, but these files only with what they say.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from kernelscope.io import files, records
from kernelscope.refusal import listed

KINDS = ("left_out", "cut", "assumed", "clipped", "converted")


class Note(NamedTuple):
    """A note of a job: the kind of loss or guess, and how many of what it concerns.

    kind : one of KINDS
    item : what is counted, in the plural, such as `files`
    count, of : how many the note concerns, of how many in all
    text : why, and which
    """

    kind: str
    item: str
    count: int
    of: int
    text: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')}: {self.count:,} of {self.of:,} {self.item}: {self.text}"


COLUMNS = ("rule", "dataset", "arch", "seed", *Note._fields)
KEPT: list[Note] = []  # notes of this process, for its manifest


def beyond(item: str, of: int, most: int, text: str) -> Note:
    """Return the note that only the first `most` of so many are used or drawn; it concerns nothing if these are all."""
    return Note("cut", item, max(0, of - most), of, text)


def within(sizes: dict[str, int], most: int, text: str) -> tuple[list[str], Note]:
    """Return the layers that fit into a table or page of at most so much, and a note about the others.

    sizes: layer -> how much it takes. Layers are taken in this order; behind one that does not fit, smaller ones may.
    """
    fitting: list[str] = []
    for layer, size in sizes.items():
        if size <= most:
            fitting.append(layer)
            most -= size
    others = [layer for layer in sizes if layer not in fitting]
    return fitting, Note("left_out", "layers", len(others), len(sizes), f"{text}: {listed(others)}")


def failed_seeds(failed: Collection[int], seeds: Collection[int], text: str) -> Note:
    """Return the note that seeds whose training failed are left out."""
    which = ", ".join(map(str, sorted(failed)))
    return Note("left_out", "seeds", len(failed), len(seeds), f"training failed (seed {which}), {text}")


def keep(notes: Iterable[Note]) -> None:
    """Print the notes of a job to its log, and keep them for its manifest; a note that concerns nothing is dropped."""
    for note in notes:
        if note.count and note not in KEPT:
            KEPT.append(note)
            print(note, flush=True)


def kept() -> list[dict]:
    """Return the notes of this process for a JSON file."""
    return [note._asdict() for note in KEPT]


def read(path: str | Path) -> list[Note]:
    """Return the notes in a manifest, or in another JSON file that has them; ValueError if the file is damaged."""
    content = records.read_json(path)
    if not isinstance(content, dict) or not are_notes(content.get("notes")):
        raise files.damaged(path, ValueError("it has no notes"))
    return [Note(**entry) for entry in content["notes"]]


def sentences(paths: Iterable[str | Path]) -> list[str]:
    """Return the notes in files of several jobs as sentences, each once, with the number of jobs that have it."""
    counts = Counter(note for path in paths for note in read(path))
    return [sentence(note, count) for note, count in counts.items()]


def sentence(note: Note, count: int = 1) -> str:
    """Return a note as a sentence, with the number of the runs that have it."""
    text = str(note)
    return f"{text[0].upper()}{text[1:]}{f' ({count} runs)' * (count > 1)}."


def are_notes(entries) -> bool:
    """Whether a JSON value is a list of notes."""
    return isinstance(entries, list) and all(map(is_note, entries))


def is_note(entry) -> bool:
    """Whether a JSON value has the structure of a note."""
    if not isinstance(entry, dict) or entry.keys() != set(Note._fields) or entry["kind"] not in KINDS:
        return False
    return all(type(entry[name]) is kind for name, kind in Note.__annotations__.items())
