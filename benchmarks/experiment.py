"""The default experiment: wall time, what of it is overhead, a repeat with nothing to do, the smoke experiment.

Overhead is wall time x cores less the CPU time that the jobs' own functions take: Snakemake, starts of interpreters,
imports, idle cores. Runs in a copy of the workflow in a temporary folder, so that no results are lost, with bytecode
kept as on any machine (cold: none yet). .venv/bin/python benchmarks/experiment.py [cores]
"""

import common  # isort: skip
import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from matplotlib.figure import Figure

SMOKE = ["--configfile", "config/smoke.yaml"]
TARGETS = {"default, cold": 180.0, "default, again": 180.0, "nothing to do": 3.0}


def snakemake(folder: Path, cores: int, *arguments: str) -> float:
    """Wall seconds."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), *arguments]
    return common.seconds(lambda: run(command, folder, environment))


def own(results: Path) -> float:
    """CPU seconds of the functions of all jobs, as they wrote them down."""
    return sum(common.usage(path, "cpu_time") for path in (results / "logs").rglob("*.tsv"))


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def shortfalls(summary: Path) -> list[str]:
    """What the default experiment falls short of: accuracy in each seed, and live, structured kernels of `matched`."""
    least = {"matched": {"test_accuracy": 0.99, "alive": 0.9, "structured": 0.9}, "stacked": {"test_accuracy": 0.98}}
    with summary.open(newline="") as file:
        runs = list(csv.DictReader(file))
    return [
        f"{run['arch']} seed {run['seed']}: {key} {run[key]} is below {limit}"
        for run in runs
        for key, limit in least.get(run["arch"], {}).items()
        if float(run[key]) < limit
    ]


def stages(folder: Path) -> Figure:
    """Seconds of every stage, summed over its jobs, as in cost.csv."""
    found = {}
    with (folder / "results/cost.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            found[row["stage"]] = found.get(row["stage"], 0) + float(row["seconds"])
    page = Figure(figsize=(8, 5), layout="constrained")
    axes = page.subplots()
    names = sorted(found, key=found.get)
    axes.barh(names, [found[name] for name in names], color="#1f5a9e")
    axes.set(title="default experiment: seconds of all jobs of a stage", xlabel="seconds")
    axes.spines[["top", "right"]].set_visible(False)
    return page


if __name__ == "__main__":
    cores = int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count()
    table = common.Table("experiment", "what", "cores", "wall_s", "own_cpu_s", "overhead_cpu_s", "target_s")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        common.copy_workflow(folder)
        for what in ("default, cold", "default, again"):
            shutil.rmtree(folder / "results", ignore_errors=True)
            wall, jobs = snakemake(folder, cores), own(folder / "results")
            table.add(what, cores, wall, jobs, wall * cores - jobs, TARGETS[what])
        repeats = [snakemake(folder, cores) for _ in range(5)]
        table.add("nothing to do", cores, statistics.median(repeats), "", "", TARGETS["nothing to do"])
        wall, jobs = snakemake(folder, cores, *SMOKE), own(folder / "results/smoke")
        table.add("smoke", cores, wall, jobs, wall * cores - jobs, "")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"largest process: {peak:.0f} MB")
        table.save(stages(folder))
        sys.exit("\n".join(shortfalls(folder / "results/summary.csv")) or 0)
