"""Collect the notes of all jobs: what each left out, cut, assumed, clipped or converted."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from kernelscope.io import cli, csv_files, manifest
from kernelscope.io import notes as io_notes


def write_notes(spec: dict, folder: str, notes: str) -> None:
    """Read the manifests of all jobs; write a row for each note.

    Parameters
    ----------
    spec : {"jobs": [[rule, folder of its files with wildcards, [{wildcard: its values}, ...]], ...]}
    folder : folder of the experiment
    notes : notes.csv, to write
    """
    rows = (
        {"rule": rule} | wildcards | note._asdict()
        for rule, below, wildcards in jobs(spec)
        for note in io_notes.read(Path(folder, below.format(**wildcards), manifest.FOLDER, f"{rule}.json"))
    )
    csv_files.write_csv(notes, io_notes.COLUMNS, rows)


def jobs(spec: dict) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the rule, the folder with wildcards, and the wildcards of every job."""
    for rule, below, choices in spec["jobs"]:
        for values in choices:
            yield from ((rule, below, dict(zip(values, job, strict=True))) for job in product(*values.values()))


if __name__ == "__main__":
    cli.run(write_notes, __doc__)
