"""The README's literal commands on a bare Debian 12 and 13, and a plan in a venv with only Snakemake.

`make test-setup` runs this and needs root and Debian. SHORT=yes runs `make smoke` in place of the README's commands;
SETUP_CACHE=FOLDER keeps the downloads of pip and uv.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support/running"))
sys.path.insert(0, str(Path(__file__).parent))
import bare
import chroots
import recipes
from projects import ROOT, outside

SHORT = os.environ.get("SHORT") == "yes"
README = re.findall(r"^    (make\b[^#\n]*?) +#", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
PYTHONS = {"bookworm": "3.11", "trixie": "3.13"}  # in Debian 12 and 13
PATIENCE = 3600  # seconds for each step, on a slow machine
MOST_SECONDS, MOST_BYTES = 60, 1.3e9  # of a set-up, with the CPU build of torch


@pytest.fixture(scope="module")
def disk():
    """Make a folder for gigabytes on the disk, because other temporary files of the tests are in memory."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="kernelscope-setup-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def downloads(disk) -> Path:
    return Path(os.environ.get("SETUP_CACHE") or disk / "cache").absolute()


@pytest.fixture(scope="module")
def system(disk):
    """Return a function from the name of a Debian to its folder; each Debian is made once."""
    if reason := chroots.why_not():
        pytest.skip(reason)
    folder = disk / "systems"
    folder.mkdir()

    @cache
    def made(suite: str) -> Path:
        return chroots.debootstrapped(suite, folder / suite)

    yield made
    chroots.remove(folder)  # gigabytes


@pytest.mark.parametrize("suite", PYTHONS)
def test_the_commands_of_the_readme_work_on_a_bare_debian(system, downloads, suite):
    folder = system(suite)
    assert README == ["make", "make test"]
    for step in ["make smoke"] if SHORT else README:
        done = chroots.run(folder, step, downloads, PATIENCE)
        print(done.stdout[-3000:], flush=True)
        assert done.returncode == 0, f"{step} in Debian {suite} ended with {done.returncode}"
    used = chroots.run(folder, ".venv/bin/python --version", downloads, PATIENCE)
    assert used.stdout.startswith(f"Python {PYTHONS[suite]}.")


def bytes_of(folder: Path) -> int:
    done = subprocess.run(["du", "-s", "--bytes", folder], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0])


def test_a_set_up_is_small_and_beside_its_download_fast(system, downloads):
    """With the CPU build of torch, which is reported to be missing where there is none."""
    folder = system("bookworm")
    first = chroots.run(folder, "rm -rf .venv && make .venv/.ready", downloads, PATIENCE)
    assert first.returncode == 0, first.stdout
    if "CPU builds cannot be reached" in first.stdout:
        pytest.skip("there is no CPU build of torch")
    began, used = time.monotonic(), processor_seconds()
    again = chroots.run(folder, "rm -rf .venv && make .venv/.ready", downloads, PATIENCE)
    seconds, used = time.monotonic() - began, processor_seconds() - used
    assert again.returncode == 0, again.stdout
    size = bytes_of(folder / chroots.HOME[1:] / ".venv")
    print(f"set-up: {seconds:.0f} s beside the download, {used:.0f} s of a core, {size / 1e9:.2f} GB", flush=True)
    assert min(seconds, used) <= MOST_SECONDS  # beside other programs, it waits for them
    assert size <= MOST_BYTES


def processor_seconds() -> float:
    """Return the processor time of all commands that have ended."""
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def test_the_commands_of_the_container_work_one_by_one(system, downloads):
    folder = system("bookworm")  # of which debian:12-slim is made
    for command in ["rm -rf .venv", *recipes.commands(), "PATH=$PWD/.venv/bin:$PATH make smoke"]:
        done = chroots.run(folder, command, downloads, PATIENCE)
        assert done.returncode == 0, done.stdout[-3000:]


def test_a_debian_without_venv_says_in_a_line_what_to_install(system, downloads):
    folder = system("trixie")
    purged = chroots.run(
        folder, "rm -rf .venv && apt-get purge --yes -qq python3-venv python3.13-venv", downloads, PATIENCE
    )
    assert purged.returncode == 0, purged.stdout
    done = chroots.run(folder, "make smoke", downloads, PATIENCE)
    assert done.returncode == 2
    (line,) = re.findall("^kernelscope: .*", done.stdout, re.MULTILINE)
    assert "'apt-get install python3.13-venv'" in line


def test_a_venv_with_nothing_but_snakemake_plans_lints_and_is_used_as_a_module(tmp_path):
    """Repeat tests/workflow/test_bare_environment.py with packages from the index."""
    venv = tmp_path / "venv"
    (pinned,) = re.findall(r"^snakemake==[\d.]+", (ROOT / "envs/lock.txt").read_text(), re.MULTILINE)
    subprocess.run([sys.executable, "-m", "venv", venv], env=outside(), check=True)
    subprocess.run([venv / "bin/pip", "install", "--quiet", pinned], env=outside(), check=True)
    assert subprocess.run([venv / "bin/python", "-c", "import numpy"], capture_output=True, check=False).returncode == 1
    for name, (status, output) in bare.replies(venv / "bin/python", tmp_path, bare.CONFIGS).items():
        assert status == 0, f"{name}: {output}"
