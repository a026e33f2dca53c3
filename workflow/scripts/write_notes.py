"""Collect the notes of all jobs: what each left out, cut, assumed, clipped or converted."""

from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path

from kernelscope.io import cli, csv_files, manifest
from kernelscope.io import notes as io_notes
from kernelscope.io.notes import Note


def write_notes(spec: dict, folder: str, notes: str) -> None:
    """Read the manifests of all jobs; write a row for each note, and for files that no job reads.

    Parameters
    ----------
    spec : {"jobs": [[rule, folder of its files with wildcards, [{wildcard: its values}, ...]], ...]}; for pretrained
        runs also "unread": {dataset: {"count" of the files whose names fit no pattern, "of" how many, "names"}}
    folder : folder of the experiment
    notes : notes.csv, to write
    """
    rows = (
        {"rule": rule} | wildcards | note._asdict()
        for rule, below, wildcards in jobs(spec)
        for note in io_notes.read(Path(folder, below.format(**wildcards), manifest.FOLDER, f"{rule}.json"))
    )
    unread = {dataset: of_files(**files) for dataset, files in spec.get("unread", {}).items()}
    io_notes.keep(unread.values())
    own = (
        {"rule": "write_notes", "dataset": dataset} | note._asdict() for dataset, note in unread.items() if note.count
    )
    csv_files.write_csv(notes, io_notes.COLUMNS, chain(rows, own))


def of_files(count: int, of: int, names: str) -> Note:
    """Return the note about the files of a folder that no run has."""
    return Note("left_out", "files", count, of, f"their names do not fit the pattern: {names}")


def jobs(spec: dict) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the rule, the folder with wildcards, and the wildcards of every job."""
    for rule, below, choices in spec["jobs"]:
        for values in choices:
            yield from ((rule, below, dict(zip(values, job, strict=True))) for job in product(*values.values()))


if __name__ == "__main__":
    cli.run(write_notes, __doc__)
