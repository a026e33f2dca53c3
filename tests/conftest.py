"""A finished smoke experiment, made once by real Snakemake, for the tests of the whole."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("Snakefile", "config", "workflow", "profiles", "envs")
SMOKE = ("--configfile", "config/smoke.yaml")


class Project:
    """A copy of the workflow in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    def snakemake(self, *arguments: str, python_path: str = "") -> subprocess.CompletedProcess:
        """Run Snakemake there, with the Python of the tests but without its environment activated."""
        environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
        environment["PYTHONPATH"] = python_path
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def jobs(self, *arguments: str, python_path: str = "") -> set[str]:
        """What a dry run would do: `rule` or `rule wildcard/wildcard/...`, without the targets."""
        done = self.snakemake(*arguments, "--dry-run", *SMOKE, python_path=python_path)
        assert done.returncode == 0, done.stdout + done.stderr
        text = done.stdout + done.stderr
        found = set()
        for block in re.split(r"\n(?=(?:local)?rule )", text):
            if head := re.match(r"(?:local)?rule (\w+):", block):
                wildcards = re.search(r"^    wildcards: (.*)$", block, re.MULTILINE)
                values = [part.split("=")[1] for part in wildcards[1].split(", ")] if wildcards else []
                found.add(" ".join([head[1], "/".join(values)]).strip())
        return found - {"all"}

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the only occurrence of `old`."""
        file = self.folder / path
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new))


def copied(source: Path, target: Path) -> Project:
    """The parts of a project, and its results if it has any, with their dates."""
    target.mkdir(parents=True)
    for part in (*PARTS, "results", ".snakemake"):
        if (source / part).is_dir() and not (part in ("results", ".snakemake") and source == ROOT):
            shutil.copytree(source / part, target / part, ignore=shutil.ignore_patterns("__pycache__"))
        elif (source / part).is_file():
            shutil.copy2(source / part, target / part)
    return Project(target)


@pytest.fixture
def fresh(tmp_path) -> Project:
    """The workflow without results."""
    return copied(ROOT, tmp_path / "fresh")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Project:
    """The finished smoke experiment; do not change it."""
    project = copied(ROOT, tmp_path_factory.mktemp("smoke") / "project")
    done = project.snakemake(*SMOKE)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def project(smoke, tmp_path) -> Project:
    """A copy of the finished smoke experiment, to change at will."""
    return copied(smoke.folder, tmp_path / "project")


@pytest.fixture
def one_thread():
    """The same sums in the same order, and no waiting for threads on small arrays."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
