"""Wall time of the default experiment, of a repeat with nothing to do, and of the smoke experiment.

Also the peak memory of a job. Runs in a copy of the workflow in a temporary folder, so that no results are lost.
"""

import common  # isort: skip
import csv
import os
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


def peak(table: Path) -> float:
    with table.open(newline="") as file:
        return max(float(row["peak_memory_mb"] or 0) for row in csv.DictReader(file))


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
        print(f"largest job: {peak(folder / 'results/cost.csv'):.0f} MB")
        print(f"smoke experiment: {common.seconds(lambda: snakemake(folder, *SMOKE)):.0f} s")
