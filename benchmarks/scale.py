"""How the workflow grows with its runs: a first dry run, and what it takes to find that nothing is to be done.

Results are empty files that Snakemake was told to believe in (--touch), as only planning is measured here; seconds and
peak memory of the Snakemake process. The floor is a workflow of as many jobs of one file each, in chains, without
params: what Snakemake itself takes to find nothing to do. .venv/bin/python benchmarks/scale.py [--small] [9 100 1000]
"""

import common  # isort: skip
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from matplotlib.figure import Figure

BARE = """
rule all:
    input: [f"made/{{i}}/{{k}}" for i in range({chains}) for k in range({length})]
rule first:
    output: "made/{{i}}/0"
    shell: "touch {{output}}"
for k in range(1, {length}):
    rule:
        name: f"link{{k}}"
        input: f"made/{{{{i}}}}/{{k - 1}}"
        output: f"made/{{{{i}}}}/{{k}}"
        shell: "touch {{output}}"
"""
LENGTH = 12  # about the jobs of a run
MANY = ("--configfile", "many.yaml")
CONFIG = "pathvars: {{results: results/many}}\nexperiment: {{architectures: [matched], seeds: [{}]}}\n"
TARGETS = {9: 3.0, 1000: 15.0}


def copy(folder: Path, runs: int) -> None:
    common.copy_workflow(folder)
    (folder / "many.yaml").write_text(CONFIG.format(", ".join(map(str, range(runs)))))


def snakemake(folder: Path, *arguments: str) -> tuple[float, float, str]:
    """(seconds, megabytes, what it said)."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - started
        said.seek(0)
        text = said.read()
    if status:
        sys.exit(text)
    return taken, usage.ru_maxrss / 1024, text


def floor(jobs: int) -> float:
    """Seconds in which Snakemake finds that nothing is to be done for so many jobs of the simplest kind."""
    with tempfile.TemporaryDirectory() as name:
        folder, chains = Path(name), jobs // LENGTH
        (folder / "Snakefile").write_text(BARE.format(chains=chains, length=LENGTH))
        for chain, link in itertools.product(range(chains), range(LENGTH)):
            path = folder / f"made/{chain}/{link}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        snakemake(folder, "--touch")
        return statistics.median(snakemake(folder)[0] for _ in range(3))


def outputs(plan: str) -> list[str]:
    """The files that a dry run would make, with what its jobs took, which later jobs read."""
    lines = re.findall(r"^ +output: (.*)$", plan, re.MULTILINE)
    return [path for line in lines for path in line.split(", ")]


def measure(table: common.Table, runs: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder, runs)
        first, first_mb, plan = snakemake(folder, "--dry-run", *MANY)
        for path in outputs(plan):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).touch()
        touching, _, _ = snakemake(folder, "--touch", *MANY)
        idle = [snakemake(folder, *MANY) for _ in range(3)]
        assert all("Nothing to be done" in text for _, _, text in idle)
        jobs = int(re.search(r"^total +(\d+)", plan, re.MULTILINE)[1])
        seconds, megabytes = statistics.median(s for s, _, _ in idle), max(mb for _, mb, _ in idle)
        table.add(runs, jobs, first, first_mb, touching, seconds, TARGETS.get(runs, ""), megabytes, floor(jobs))


CURVES = {
    "first_dry_run_s": "first dry run",
    "nothing_to_do_s": "nothing to do",
    "floor_s": "nothing to do, bare jobs",
}


def picture(table: common.Table) -> Figure:
    page = Figure(figsize=(6, 4.4), layout="constrained")
    axes = page.subplots()
    for number, (column, label) in enumerate(CURVES.items()):
        axes.loglog(table.column("runs"), table.column(column), label=label, **common.look(number))
    axes.set(xlabel="runs", ylabel="seconds")
    common.logarithmic(axes.xaxis, table.column("runs"))
    common.logarithmic(axes.yaxis)
    common.plain(axes)
    axes.legend(frameon=False)
    return page


if __name__ == "__main__":
    parser = common.parser(__doc__, "9 and 100 runs")
    parser.add_argument("runs", nargs="*", type=int, help="numbers of runs; 9, 100 and 1000 by default")
    arguments = parser.parse_args()
    idle = ("nothing_to_do_s", "target_s", "nothing_to_do_mb", "floor_s")
    table = common.Table("scale", "runs", "jobs", "first_dry_run_s", "first_dry_run_mb", "touch_s", *idle)
    for runs in arguments.runs or ((9, 100) if arguments.small else (9, 100, 1000)):
        measure(table, runs)
    table.save(picture(table))
