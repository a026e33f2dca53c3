"""An environment with only Snakemake and its dependencies, made of links to the installed packages."""

import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

import blocks
from packaging.requirements import Requirement
from projects import ROOT, copied, outside

CONFIGS = sorted(path.name for path in (ROOT / "config").glob("*.yaml"))
OVER = {"recipe_quick.yaml": ["recipe.yaml"], "recommended.yaml": ["recipe.yaml"]}  # configs that extend another config
ONE_SEED = "experiment: {seeds: [0]}"  # plans the same rules in less time
MODULE = """
configfile: "config/config.yaml"


module kernelscope:
    snakefile:
        "project/Snakefile"
    config:
        config


use rule * from kernelscope as kernelscope_*
"""
# Forks for each plan, so that Snakemake is imported once. Reads {name: arguments} and writes each output to a file of
# that name; exit statuses go to standard output.
PLANS = """
import json, os, sys
from snakemake import cli

statuses = {}
for name, arguments in json.load(sys.stdin).items():
    sys.stdout.flush()
    if not (child := os.fork()):
        said = os.open(name, os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1), os.dup2(said, 2)
        try:
            cli.main(arguments)
        finally:
            sys.stdout.flush()
    statuses[name] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(statuses))
"""


def closure(name: str) -> dict[str, Distribution]:
    """Return a distribution and all its dependencies, by name."""
    reached, queue = {}, [Requirement(name)]
    while queue:
        need = queue.pop()
        installed = distribution(need.name)
        new = [Requirement(line) for line in installed.requires or () if need.name not in reached or need.extras]
        extras = need.extras or {""}
        queue += [
            wanted for wanted in new if not wanted.marker or any(wanted.marker.evaluate({"extra": e}) for e in extras)
        ]
        reached[need.name] = installed
    return reached


def made(folder: Path) -> Path:
    """Make the environment of links to the installed packages; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for package in closure("snakemake").values():
        for name in {file.parts[0] for file in package.files} - {"..", "__pycache__"}:
            if not (site / name).exists():
                (site / name).symlink_to(package.locate_file(name))
    return folder / "bin/python"


def replies(python: Path, folder: Path, configs: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return {name: (exit status, output)} of Snakemake's plan of each config, its lint, and a plan of a module."""
    project = copied(ROOT, folder / "project").folder
    for run in "abc":
        (project / "origin/published" / run).mkdir(parents=True)
        for name in ("kernel_0_0.pt", "kernel_1_0.pt", "loss.csv"):
            (project / "origin/published" / run / name).write_text("a plan opens none of them")
    (folder / "one_seed.yaml").write_text(ONE_SEED)
    (folder / "Snakefile").write_text(MODULE)
    (pinned,) = (text for page, _, text in blocks.fenced("snakemake") if page == "docs/how-to/module.md")
    pinned = pinned.replace("path/to/kernelscope", str(project)).replace("0123abc", committed(project))
    (folder / "pinned.smk").write_text(pinned)
    plan = ["--dry-run", "--cores", "2"]
    arguments = {"lint": ["--lint"], "module": [*plan, "--snakefile", str(folder / "Snakefile"), "kernelscope_all"]}
    arguments["pinned"] = [*plan, "--snakefile", str(folder / "pinned.smk"), "kernelscope_all"]
    for name in configs:
        files = [f"config/{other}" for other in (*OVER.get(name, ()), name)]
        arguments[name] = [*plan, "--configfile", *files, str(folder / "one_seed.yaml")]
    return plans(python, project, arguments, folder)


def committed(project: Path) -> str:
    """Make a folder a git repository with one commit; return the commit."""
    git = ["git", "-C", project, "-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message=all"]):
        subprocess.run([*git, *words], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def plans(python: Path, folder: Path, arguments: dict[str, list[str]], logs: Path) -> dict[str, tuple[int, str]]:
    """Return {name: (exit status, output)} of Snakemake in the folder with each of these arguments."""
    named = {str(logs / name): words for name, words in arguments.items()}
    done = subprocess.run(
        [python, "-c", PLANS],
        cwd=folder,
        env=outside(),
        input=json.dumps(named),
        capture_output=True,
        text=True,
        check=True,
    )
    return {Path(name).name: (status, Path(name).read_text()) for name, status in json.loads(done.stdout).items()}
