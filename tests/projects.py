"""Copies of the workflow in folders of their own, and what Snakemake would do there."""

import atexit
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("Snakefile", "config", "workflow", "profiles", "envs")
SMOKE = ("--configfile", "config/smoke.yaml")
CLOCKS = ("cost.csv", "write_cost.json")  # other bytes every time


class Project:
    """A copy of the workflow in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, *command: str, python_path: str = "") -> subprocess.CompletedProcess:
        """Run the Python of the tests there, but without its environment activated."""
        environment = outside(python_path)
        command = [sys.executable, *command]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def snakemake(self, *arguments: str, python_path: str = "") -> subprocess.CompletedProcess:
        return self.run("-m", "snakemake", "--cores", "2", *arguments, python_path=python_path)

    def jobs(self, *arguments: str, python_path: str = "", config: tuple[str, ...] = SMOKE) -> set[str]:
        """What a dry run would do: `rule` or `rule wildcard/wildcard/...`, without the targets."""
        call = ["--cores", "2", *arguments, "--dry-run", *config]
        done = forked({"folder": str(self.folder), "environment": outside(python_path), "arguments": call})
        assert done["returncode"] == 0, done["output"]
        return planned(done["output"]) - {"all"}

    def jobs_after(self, edits: Iterable[tuple[str, str, str]], *arguments: str) -> set[str]:
        """What a dry run would do after these edits, each of a file, an old and a new text."""
        for edit in edits:
            self.edit(*edit)
        return self.jobs(*arguments)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the only occurrence of `old`."""
        file = self.folder / path
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new))

    def append(self, path: str, text: str) -> None:
        with (self.folder / path).open("ab") as file:
            file.write(text.encode())

    def findings(self, config: tuple[str, ...] = SMOKE) -> set[tuple[str, str]]:
        """(kind, path) of everything that `make verify` names."""
        done = self.run("workflow/results.py", "verify", *config)
        found = set(re.findall(r"^(\w+(?: \w+)?)  +(\S+): ", done.stdout, re.MULTILINE))
        assert done.returncode == (1 if found else 0), done.stdout + done.stderr
        return found


def contents(results: Path) -> dict[str, str]:
    """Hashes of all files of an experiment that carry no clock."""
    paths = [path for path in results.rglob("*") if path.is_file() and path.name not in CLOCKS]
    kept = {path.relative_to(results): path.read_bytes() for path in paths}
    return {str(path): hashlib.sha256(kept[path]).hexdigest() for path in kept if path.parts[0] != "logs"}


def planned(text: str) -> set[str]:
    """The jobs that Snakemake tells of."""
    found = set()
    for block in re.split(r"\n(?=(?:local)?rule )", text):
        if head := re.match(r"(?:local)?rule (\w+):", block):
            wildcards = re.search(r"^    wildcards: (.*)$", block, re.MULTILINE)
            values = [part.split("=")[1] for part in wildcards[1].split(", ")] if wildcards else []
            found.add(" ".join([head[1], "/".join(values)]).strip())
    return found


def outside(python_path: str = "") -> dict[str, str]:
    """The environment variables without those of an activated environment."""
    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    return kept | {"PYTHONPATH": python_path}


@cache
def server() -> subprocess.Popen:
    pipe = subprocess.PIPE
    script = ROOT / "tests" / "forked_snakemake.py"
    started = subprocess.Popen([sys.executable, script], stdin=pipe, stdout=pipe, env=outside(), text=True)
    atexit.register(started.communicate)  # ends it
    return started


def forked(call: dict) -> dict:
    """The answer of forked_snakemake.py to a call."""
    server().stdin.write(json.dumps(call) + "\n")
    server().stdin.flush()
    return json.loads(server().stdout.readline())


def copied(source: Path, target: Path) -> Project:
    """The parts of a project, and its results if it has any, with their dates."""
    target.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__") if source == ROOT else None
    for part in (*PARTS, "results", ".snakemake"):
        if (source / part).is_dir() and not (part in ("results", ".snakemake") and source == ROOT):
            shutil.copytree(source / part, target / part, ignore=ignored)
        elif (source / part).is_file():
            shutil.copy2(source / part, target / part)
    return Project(target)
