"""What the benchmarks share: the library on the path, ways timed in turn, tables with the machine they were made on."""

import argparse
import csv
import os
import platform
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as Snakemake gives it to a job of one thread

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

from matplotlib import ticker
from matplotlib.figure import Figure

from kernelscope import artifacts
from kernelscope.look import SERIES

ROOT = Path(__file__).parents[1]
FOUND = ROOT / "benchmarks" / "found"
MARKERS = "os^Dvp*"


def parser(description: str, small: str) -> argparse.ArgumentParser:
    """With --small, which `small` explains; of the description the first line."""
    made = argparse.ArgumentParser(description=description.splitlines()[0])
    made.add_argument("--small", action="store_true", help=small)
    return made


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(first: Callable, second: Callable, repeats: int) -> tuple[float, float, float]:
    """Medians of both (seconds), and of the ratios first / second, pair by pair; a first round is not counted."""
    first(), second()
    pairs = [(seconds(first), seconds(second)) for _ in range(repeats)]
    medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
    return medians[0], medians[1], statistics.median(a / b for a, b in pairs)


def median(action: Callable, repeats: int = 5) -> float:
    """Seconds; a first call is not counted."""
    action()
    return statistics.median(seconds(action) for _ in range(repeats))


def copy_workflow(folder: Path) -> None:
    """The workflow without results."""
    for part in ("config", "workflow", "profiles", "envs"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "Snakefile", folder)


def usage(path: Path, column: str) -> float:
    """What a job took, out of the table that it wrote of itself (kernelscope.usage)."""
    return float(artifacts.read_csv(path, "\t")[0][column])


def machine() -> str:
    """The processor and the versions that a number depends on."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
    found = ", ".join(f"{library} {version(library)}" for library in ("torch", "numpy", "snakemake"))
    processor = names[0] if names else platform.processor()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, {found}"


class Table:
    """Rows that are printed as they are found and kept in benchmarks/found/NAME.csv, with the machine in a column."""

    def __init__(self, name: str, *columns: str):
        self.name, self.columns, self.rows = name, columns, []
        print(f"{name}: {machine()}")
        print("  ".join(columns), flush=True)

    def add(self, *cells) -> None:
        self.rows.append(cells)
        shown = [f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells]
        print("  ".join(cell.rjust(len(name)) for cell, name in zip(shown, self.columns, strict=True)), flush=True)
        self.write()

    def write(self) -> None:
        FOUND.mkdir(exist_ok=True)
        with (FOUND / f"{self.name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*self.columns, "machine"])
            writer.writerows([*row, machine()] for row in self.rows)

    def column(self, name: str) -> list:
        return [row[self.columns.index(name)] for row in self.rows]

    def save(self, figure) -> None:
        """As benchmarks/found/NAME.png."""
        figure.savefig(FOUND / f"{self.name}.png", dpi=110)
        print(f"written: {FOUND.relative_to(ROOT)}/{self.name}.csv and .png")


def look(number: int) -> dict:
    """Of one curve among others: told apart in colour, in grey, and by the colour-blind."""
    return {"color": SERIES[number % len(SERIES)], "marker": MARKERS[number % len(MARKERS)]}


def logarithmic(axis, ticks: list[float] | None = None) -> None:
    """A logarithmic axis with plain numbers: these ticks, or 1, 2 and 5 of every decade, or more in a narrow range."""
    low, high = axis.get_view_interval()
    own = ticker.LogLocator(subs=(1, 2, 5)) if high > 8 * low else ticker.MaxNLocator(5)
    axis.set_major_locator(ticker.FixedLocator(ticks) if ticks else own)
    axis.set_major_formatter("{x:g}")
    axis.set_minor_locator(ticker.NullLocator())


def shares(
    table: Table, names: str, words: str, target: float, label: str | None = None, worst: str | None = None
) -> Figure:
    """A figure of the column `share`, a bar for each of the column `names`, beside the target; a mark for each of the
    column `worst`."""
    page = Figure(figsize=(8, 2.6), layout="constrained")
    axes, rows = page.subplots(), table.column(names)
    axes.barh(rows, [100 * share for share in table.column("share")], color="#1f5a9e", label=label)
    if worst:
        marks = [100 * share for share in table.column(worst)]
        axes.plot(marks, rows, "|", color=SERIES[1], markersize=18, markeredgewidth=2, label="worst")
    axes.axvline(100 * target, color="#888888", linestyle="--", label="target")
    axes.set(xlabel=f"{words} (%)")
    plain(axes)
    axes.grid(visible=False, axis="y")
    axes.invert_yaxis()
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return page


def plain(axes) -> None:
    """Without a box, on a faint grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e4e4")
    axes.set_axisbelow(True)
