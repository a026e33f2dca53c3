"""Time and memory that a job reports."""

import csv
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kernelscope.io import usage


def row(path: Path) -> dict[str, float]:
    with path.open(newline="") as file:
        (cells,) = csv.DictReader(file, delimiter="\t")
    return {key: float(cell) for key, cell in cells.items()}


@pytest.fixture
def since():
    return usage.now()


def test_time_that_passes_is_not_time_of_the_processor(since, tmp_path):
    time.sleep(0.3)
    usage.write(str(tmp_path / "t.tsv"), since)
    usage_of_job = row(tmp_path / "t.tsv")
    assert list(usage_of_job) == ["s", "cpu_time", "max_rss"]
    assert 0.3 <= usage_of_job["s"] < 5
    assert usage_of_job["cpu_time"] < 0.2


@pytest.mark.parametrize("child", [False, True])
def test_work_counts_as_time_of_the_processor_also_of_a_process_that_it_starts(since, tmp_path, child):
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    if child:
        subprocess.run([sys.executable, "-c", busy], check=True)
    else:
        start = time.process_time()
        while time.process_time() < start + 0.3:
            pass
    usage.write(str(tmp_path / "t.tsv"), since)
    assert 0.29 <= row(tmp_path / "t.tsv")["cpu_time"] < 5


@pytest.mark.parametrize("where", ["itself", "a child"])
def test_memory_is_that_of_the_largest_moment(tmp_path, where):
    """Allocate 200 MB that are freed before the end."""
    large = "x = bytearray(200_000_000); del x"
    text = f"""
import subprocess, sys
sys.path.insert(0, {str(Path(usage.__file__).parents[2])!r})
from kernelscope.io import usage
start = usage.now()
{large if where == "itself" else f"subprocess.run([sys.executable, '-c', {large!r}], check=True)"}
usage.write(sys.argv[1], start)
"""
    subprocess.run([sys.executable, "-c", text, tmp_path / "t.tsv"], check=True)
    assert 200 < row(tmp_path / "t.tsv")["max_rss"] < 260
