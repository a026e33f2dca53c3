"""Wall time of the default experiment, of a repeat with nothing to do, and of the smoke experiment.

Also the peak memory of a job. Runs in a copy of the workflow in a temporary folder, so that no results are lost.
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

SMOKE = ["--configfile", "config/smoke.yaml"]


def snakemake(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "snakemake", "--cores", "4", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def shortfalls(summary: Path) -> list[str]:
    """What the default experiment falls short of: accuracy in each seed, and live, structured kernels of `matched`."""
    least = {"matched": {"test_accuracy": 0.99, "alive": 0.9, "structured": 0.9}, "stacked": {"test_accuracy": 0.98}}
    with summary.open(newline="") as file:
        runs = list(csv.DictReader(file))
    found = []
    for run in runs:
        name = f"{run['arch']} seed {run['seed']}"
        print(
            name, *(f"{key} {float(run[key]):.3f}" for key in ("test_accuracy", "alive", "structured")), run["failure"]
        )
        for key, limit in least.get(run["arch"], {}).items():
            if float(run[key]) < limit:
                found.append(f"{name}: {key} {run[key]} is below {limit}")
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("config", "workflow", "profiles", "envs"):
            shutil.copytree(common.ROOT / part, folder / part)
        shutil.copy2(common.ROOT / "Snakefile", folder)
        print(f"{os.cpu_count()} cores, snakemake --cores 4")
        print(f"default experiment: {common.seconds(lambda: snakemake(folder)):.0f} s")
        repeats = [common.seconds(lambda: snakemake(folder)) for _ in range(5)]
        print(f"nothing to do: {statistics.median(repeats):.1f} s (median of 5)")
        print(f"smoke experiment: {common.seconds(lambda: snakemake(folder, *SMOKE)):.0f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of the largest single process
        print(f"largest process: {peak:.0f} MB")
        sys.exit("\n".join(shortfalls(folder / "results/summary.csv")) or 0)
