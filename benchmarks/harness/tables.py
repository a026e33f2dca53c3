"""Options of a benchmark, and tables of its measurements with the machine, the commit and the load."""

import argparse
import csv
import math
import os
import platform
import signal
import subprocess
import sys
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

from harness import BENCHMARKS, ROOT, load
from harness.judging import Unreported, raw

TEXT = "text"
WALL = ("s", "ms", "1/s", "GB/s", "GFLOP/s", "TFLOP/s", "s/s", "core s", "ratio")  # of time
PLAIN = ("count", "ratio", "share", "number", "p")  # units that a heading leaves out; a ratio is between two times
UNITS = {TEXT, *WALL, *PLAIN, "MB", "kB", "pixels", "CPU s", "GFLOP"}
ALWAYS = ("note", "commit", "date", "load", "machine")  # the last columns of every table
MEASURED = ("workflow", "benchmarks", "config", "profiles", "Snakefile")  # files that the numbers depend on

folder, small = BENCHMARKS / "found", False  # set by the options


class Options(argparse.ArgumentParser):
    """The options that every benchmark has; `small_words` say what --small leaves out."""

    def __init__(self, description: str, small_words: str):
        super().__init__(description=description.splitlines()[0])
        self.add_argument("--small", action="store_true", help=small_words)
        self.add_argument("--to", type=Path, help="folder of the tables and figures")

    def parse_args(self, *arguments):
        """Parse the options, and let a SIGTERM end the benchmark's processes too.

        Small sizes go into their own folder by default, because their tables must not be mistaken for results.
        """
        global folder, small
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        parsed = super().parse_args(*arguments)
        parsed.to = parsed.to or (folder / "small" if parsed.small else folder)
        if parsed.to.exists() and not parsed.to.is_dir():
            self.error(f"--to: got {parsed.to}, which is a file, expected a folder")
        folder, small = parsed.to, parsed.small
        return parsed


class Table:
    """Rows that are printed as they are measured and kept in NAME.csv; `columns` is {name: unit}.

    A cell of a column with a unit is a finite number, or `Unreported` with the reason, which goes into the column
    `note`. If other work used the machine meanwhile, wall times and their ratios are unreported.
    """

    def __init__(self, name: str, columns: dict[str, str]):
        self.name, self.columns, self.rows, self.shown = name, columns, [], []
        self.load, self.watch = load.average(), load.Watch()
        print(f"{name}: {machine()}; commit {commit()}; load {self.load:.1f}")
        print("  ".join(heading(*column) for column in columns.items()), flush=True)

    def add(self, *cells) -> None:
        busy = self.watch.busy()
        judged = [
            checked(cell, name, unit, busy) for cell, (name, unit) in zip(cells, self.columns.items(), strict=True)
        ]
        self.rows.append(judged)
        texts = ["" if isinstance(cell, Unreported) else text(cell) for cell in judged]
        note = self.note(judged)
        self.shown.append([*("" if isinstance(cell, Unreported) else cell for cell in judged), note])
        widths = [len(heading(*column)) for column in self.columns.items()]
        print("  ".join([*map(str.rjust, texts, widths), note]).rstrip(), flush=True)
        self.write()

    def note(self, cells: list) -> str:
        """Return in words why cells are empty: `seconds: measured once (1.4 s)`."""
        reasons = []
        for cell, (name, unit) in zip(cells, self.columns.items(), strict=True):
            if isinstance(cell, Unreported):
                value = "" if math.isnan(cell.value) else f" ({with_unit(cell.value, unit)})"
                reasons.append(f"{name}: {cell.reason}{value}")
        return "; ".join(reasons)

    def write(self) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        same = (commit(), date.today().isoformat(), f"{self.load:.1f}", machine())
        with (folder / f"{self.name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*(heading(*column) for column in self.columns.items()), *ALWAYS])
            writer.writerows([*row, *same] for row in self.shown)

    def column(self, name: str) -> list:
        """Return the measurements of a column, reported or not."""
        return [raw(row[list(self.columns).index(name)]) for row in self.rows]

    def save(self, figure) -> None:
        """Write NAME.png, with a note of how many of its numbers are not reported."""
        cells = [cell for row in self.rows for cell in row]
        if missing := sum(isinstance(cell, Unreported) and not math.isnan(cell.value) for cell in cells):
            words = f"{missing} numbers of {self.name}.csv are not reported; its column `note` says why"
            figure.supxlabel(words, fontsize=10, x=0.01, ha="left")
        figure.savefig(folder / f"{self.name}.png", dpi=110)
        print(f"written: {folder}/{self.name}.csv and .png")


def checked(cell, name: str, unit: str, busy: str):
    """Return a cell as it may be reported; ValueError if it is not a finite number."""
    if unit == TEXT:
        return cell
    number = raw(cell)
    if not isinstance(cell, Unreported) and not math.isfinite(number):
        raise ValueError(f"{name}: got {number}, expected a finite number, or Unreported with the reason")
    return Unreported(busy, number) if busy and unit in WALL and not isinstance(cell, Unreported) else cell


def heading(name: str, unit: str) -> str:
    """Return a column's name with its unit."""
    return name if unit in (TEXT, *PLAIN) else f"{name} ({unit})"


def with_unit(number: float, unit: str) -> str:
    if unit in ("share", "s/s"):
        return f"{100 * number:.3g} %"
    words = {"ratio": "x", "count": "", "number": "", "p": ""}
    return f"{text(float(number))}{words.get(unit, f' {unit}')}"


def text(cell) -> str:
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)


@cache
def machine() -> str:
    """Return the processor and the versions that a number depends on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    versions = ", ".join(f"{library} {version(library)}" for library in ("torch", "numpy", "snakemake"))
    processor = names[0] if names else platform.processor()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


@cache
def commit() -> str:
    """Return the commit that is measured, and whether files that matter differ from it."""
    head = git("rev-parse", "--short=10", "HEAD").strip()
    return (head + " + changes" * bool(git("status", "--porcelain", "--", *MEASURED))) if head else "unknown"


def git(*words: str) -> str:
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
