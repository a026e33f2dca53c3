"""Copies of the workflow in separate folders, and what Snakemake would do there."""

import atexit
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "config", "workflow", "profiles", "envs")
SMOKE = ("--configfile", "config/smoke.yaml")
SNAKEMAKE = ("-m", "snakemake", "--cores", "2")
CLOCKS = ("cost.csv", "write_cost.json")  # contain times, so their bytes differ between runs


class Project:
    """A copy of the workflow in a separate folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        """Run Python there, without the environment of the tests activated; see forked_python.py."""
        variables = outside() | environment
        call = {"folder": str(self.folder), "environment": variables, "arguments": [str(word) for word in command]}
        return subprocess.CompletedProcess(command, **forked(call))

    def run_alone(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        """Run Python there in a new process, as a user starts it."""
        line, variables = [sys.executable, *command], outside() | environment
        return subprocess.run(line, cwd=self.folder, env=variables, capture_output=True, text=True, check=False)

    def snakemake(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return self.run(*SNAKEMAKE, *arguments, **environment)

    def snakemake_alone(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Snakemake in a new process, as a user starts it."""
        return self.run_alone(*SNAKEMAKE, *arguments)

    def jobs(self, *arguments: str, config: tuple[str, ...] = SMOKE, **environment: str) -> set[str]:
        """Return the jobs of a dry run as `rule` or `rule wildcard/wildcard/...`, without the rule `all`."""
        done = self.snakemake(*arguments, "--dry-run", *config, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return planned(done.stdout + done.stderr) - {"all"}

    def jobs_after(self, edits: Iterable[tuple[str, str, str]], *arguments: str) -> set[str]:
        """Return the jobs of a dry run after some edits, each (file, old text, new text)."""
        for edit in edits:
            self.edit(*edit)
        return self.jobs(*arguments)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the only occurrence of `old`."""
        file = self.folder / path
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new))

    def append(self, path: str, text: str) -> None:
        file = self.folder / path
        rewrite(file, file.read_bytes() + text.encode())

    def findings(self, config: tuple[str, ...] = SMOKE) -> set[tuple[str, str]]:
        """Return (kind, path) of everything that `make verify` reports."""
        done = self.run("workflow/results.py", "verify", *config)
        reported = set(re.findall(r"^(\w+(?: \w+)?)  +(\S+): ", done.stdout, re.MULTILINE))
        assert done.returncode == (1 if reported else 0), done.stdout + done.stderr
        return reported


def contents(results: Path) -> dict[str, str]:
    """Return hashes of all files of an experiment without times."""
    paths = [path for path in results.rglob("*") if path.is_file() and path.name not in CLOCKS]
    kept = {path.relative_to(results): path.read_bytes() for path in paths}
    return {str(path): hashlib.sha256(kept[path]).hexdigest() for path in kept if path.parts[0] != "logs"}


def without_number(rule: str) -> str:
    """Return the name of a rule that draws figures, without the number of its variant for some layers."""
    return re.sub(r"^(draw_\w+?)_\d+$", r"\1", rule)


def planned(text: str) -> set[str]:
    """Return the jobs that Snakemake announces."""
    jobs = set()
    for block in re.split(r"\n(?=(?:local)?rule )", text):
        if head := re.match(r"(?:local)?rule (\w+):", block):
            wildcards = re.search(r"^    wildcards: (.*)$", block, re.MULTILINE)
            values = [part.split("=")[1] for part in wildcards[1].split(", ")] if wildcards else []
            jobs.add(" ".join([without_number(head[1]), "/".join(values)]).strip())
    return jobs


def outside() -> dict[str, str]:
    """Return the environment variables without the variables of an activated environment."""
    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    return kept | {"PYTHONPATH": ""}


@cache
def server(script: str, *settings: tuple[str, str]) -> subprocess.Popen:
    pipe, command = subprocess.PIPE, [sys.executable, ROOT / "tests/support/running" / script]
    started = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=outside() | dict(settings), text=True)
    atexit.register(started.communicate)  # ends it
    return started


def forked(call: dict, script: str = "forked_python.py", *settings: tuple[str, str]) -> dict:
    """Send a call to forked_python.py, or to a similar script started with these variables; return its answer."""
    process = server(script, *settings)
    process.stdin.write(json.dumps(call) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def copied(source: Path, target: Path, made: Callable = shutil.copy2) -> Project:
    """Copy a project with its results, if it has any, and all timestamps; `made` copies the files of the results."""
    target.mkdir(parents=True)
    being_written = shutil.ignore_patterns("*.pyc.*")  # bytecode that other runs of the workflow are writing
    for part in PARTS if source == ROOT else (*PARTS, "results", ".snakemake"):
        if (source / part).is_dir():
            copy = shutil.copy2 if part in PARTS else made
            shutil.copytree(source / part, target / part, ignore=being_written, copy_function=copy)
        elif (source / part).is_file():
            shutil.copy2(source / part, target / part)
    return Project(target)


def link(source: str, target: str) -> None:
    """Hard-link a file, or copy it if a dry run writes into it."""
    (shutil.copy2 if "iocache" in source else os.link)(source, target)


def rewrite(path: Path, content: bytes) -> None:
    """Replace a file by a new file, because other copies may be hard links to the old file."""
    path.unlink()
    path.write_bytes(content)
