"""Every config and every command of README and docs works: long commands on the smoke experiment."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import blocks
import numpy as np
import pytest
import torch
from PIL import Image
from projects import ROOT, copied, outside
from small_model import model
from tiers import THOROUGH, rows

from experiment.plan import loading
from kernelscope.models import architectures, networks

SMOKE = "--configfile config/smoke.yaml"
RUN = "runs/waveforms/templates/seed0"
MAKE = "make --assume-old=.venv/.ready CONFIG=config/smoke.yaml"  # in the environment of the tests
ON_SMOKE = {  # command -> what runs in its place in a finished smoke experiment
    "make CONFIG=config/smoke.yaml": MAKE,
    f"snakemake -c4 {SMOKE}": f"snakemake -c4 {SMOKE}",
    "make verify": f"{MAKE} verify",
    "make verify CONFIG=config/smoke.yaml": f"{MAKE} verify",
    "make trace FILE=results/summary.csv": f"{MAKE} trace FILE=results/smoke/summary.csv",
    "make clean": f"{MAKE} clean",
    "snakemake -c4": f"snakemake -c4 {SMOKE}",
    "snakemake -c4 kernels": f"snakemake -c4 kernels {SMOKE}",
    f"snakemake -c4 results/{RUN}/movie.mp4": f"snakemake -c4 results/smoke/{RUN}/movie.mp4 {SMOKE}",
    f"snakemake -c4 -f results/{RUN}/movie.mp4": f"snakemake -c4 -f results/smoke/{RUN}/movie.mp4 {SMOKE}",
    "snakemake -c4 --cache --configfile mine.yaml": f"snakemake -c4 --cache {SMOKE}",
    "PYTHONPATH=workflow/terminal .venv/bin/snakemake -c4 --logger kernelscope --quiet": (
        f"PYTHONPATH=workflow/terminal snakemake -c4 --logger kernelscope --quiet {SMOKE}"
    ),
    "kernelscope statements results": "kernelscope statements results/smoke",
    "kernelscope export results --out mine.zip": "kernelscope export results/smoke --out mine.zip",
    f"kernelscope export results/{RUN} --out network.safetensors": (
        f"kernelscope export results/smoke/{RUN} --out network.safetensors"
    ),
    "kernelscope doctor": "kernelscope doctor",
}
OF_FILES = (  # with files of that name
    ".venv/bin/kernelscope look model.pt --out kernels.npz --figure kernels.png",
    "kernelscope look model.pt --layers 'layer1.*' --out kernels.npz --figure kernels.png",
    "kernelscope look model.pt --spectra frequencies.png",
    "kernelscope compare epoch1.pt epoch9.pt",
    "kernelscope look runs/mine/seed0/kernels.npz --figure kernels.png",
    "kernelscope compare runs/mine/seed0/kernels.npz runs/mine/seed1/kernels.npz",
)
ELSEWHERE = {  # command -> the file that runs it
    "make": "tests/setup/on_bare_systems.py",
    "make test": "tests/setup/on_bare_systems.py",
    "make test-all": ".github/workflows/release.yml",
    "make format": "tests/project/test_setup.py",
    "make mine FOLDER=images": "tests/kernelscope/api/test_workflow_commands.py",
    "make watch": "tests/terminal/test_watch.py",
    "make watch CONFIG=mine.yaml": "tests/terminal/test_watch.py",
    "make coverage TIER=test": "tests/project/test_setup.py",
    "make mutation TIER=test": "tests/project/test_setup.py",
    "kernelscope page runs/mine": "tests/workflow/test_recorded.py",
    "kernelscope page runs/mine --watch": "tests/kernelscope/api/test_workflow_commands.py",
    "snakemake --workflow-profile profiles/slurm": "tests/slurm/on_slurm.py",
    "snakemake --workflow-profile profiles/slurm --configfile mine.yaml": "tests/slurm/on_slurm.py",
    "export SNAKEMAKE_OUTPUT_CACHE=~/kernelscope-cache; mkdir -p $SNAKEMAKE_OUTPUT_CACHE": (
        "tests/workflow/test_cache.py"
    ),
}
NOT_RUN = {  # the beginning of a command -> what it takes
    "docker": "Docker; tests/setup/on_bare_systems.py runs what its recipe runs",
    "apptainer": "Apptainer",
    "make mutation MODULES=": "hours",
    "make krizhevsky2012 IMAGES=": "hours",
    "pip install snakemake-storage-plugin-s3": "an account for object storage",
    "export SNAKEMAKE_STORAGE_S3": "an account for object storage",
    "snakemake -c4 --configfile config/smoke.yaml --default-storage-provider s3": "an account for object storage",
}


def test_every_command_is_run_by_a_test_or_says_what_it_takes():
    found = blocks.commands()
    run = [*ON_SMOKE, *OF_FILES, *ELSEWHERE]
    assert len(run) == len(set(run))
    unknown = {command: pages for command, pages in found.items() if command not in run}
    assert {command: pages for command, pages in unknown.items() if not command.startswith(tuple(NOT_RUN))} == {}
    assert [command for command in run if command not in found] == []
    assert [start for start in NOT_RUN if not any(command.startswith(start) for command in unknown)] == []
    assert [path for path in ELSEWHERE.values() if not (ROOT / path).is_file()] == []


PROGRAMS = {  # page -> the file that runs its blocks of code
    "README.md": "tests/documents/test_blocks.py",
    "CONTRIBUTING.md": "tests/workflow/test_new_stage.py",
    "docs/how-to/architectures.md": "tests/documents/test_blocks.py",
    "docs/how-to/module.md": "tests/workflow/test_bare_environment.py",
    "docs/how-to/python.md": "tests/project/test_package.py",
    "docs/tutorial/in-your-training.md": "tests/project/test_package.py",
}


def test_every_block_of_code_is_run_by_a_test():
    assert {page for kind in ("python", "snakemake") for page, _, _ in blocks.fenced(kind)} == PROGRAMS.keys()
    kinds = {kind for path in blocks.PAGES for kind, _ in blocks.FENCED.findall(blocks.read(path))}
    assert kinds <= {"python", "snakemake", "yaml", "mermaid", "", "{eval-rst}"}  # nothing else to run


def test_the_python_of_the_readme_draws_kernels(data):
    (code,) = (text for page, _, text in blocks.fenced("python") if page == "README.md")
    exec(code, {})
    assert Path("kernels.png").stat().st_size > 1000


def test_the_architecture_of_the_docs_is_a_network():
    (code,) = (text for page, _, text in blocks.fenced("python") if page == "docs/how-to/architectures.md")
    names = vars(architectures).copy()
    exec(code, names)
    made = networks.build(names["two_layers"](), (1, 64, 64), 3)
    assert made(torch.zeros(2, 1, 64, 64)).shape == (2, 3)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Go to a folder that has what the configs of the docs name."""
    monkeypatch.chdir(tmp_path)
    for folder in ("images/cat", "images/dog", "path/to/images/cat", "path/to/images/dog", "cells/sick", "cells/well"):
        Path(folder).mkdir(parents=True)
        for number in range(4):
            pixels = np.random.default_rng(number).integers(0, 255, (32, 32), dtype=np.uint8)
            Image.fromarray(pixels).save(f"{folder}/p{number}_{number}.png")
    Path("photographs").mkdir()
    for number in range(3):
        pixels = np.random.default_rng(number).integers(0, 255, (200, 300, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(f"photographs/p{number}.png")
    rows_of = [f"{kind}/p{n}_{n}.png;{kind};P{n}" for kind in ("sick", "well") for n in range(4)]
    Path("cells/labels.csv").write_text("\n".join(["file;diagnosis;patient", *rows_of, ""]))
    Path("mymodule.py").write_text("from small_model import model as make\n")
    for seed in (0, 1):
        Path(f"runs/mine/seed{seed}").mkdir(parents=True)
        kernels = np.random.default_rng(seed).normal(size=(3, 4, 1, 5, 5)).astype("f")
        np.savez(f"runs/mine/seed{seed}/kernels.npz", steps=[0, 5, 10], conv1=kernels)
        Path("path/to/them", str(seed)).mkdir(parents=True)
        torch.save(model(seed).state_dict(), f"path/to/them/{seed}.pt")
        torch.save(model(seed).state_dict(), f"path/to/them/{seed}/10.pt")
    for name in ("model.pt", "epoch1.pt", "epoch9.pt"):
        torch.save({"layer1.conv.weight": torch.randn(4, 1, 5, 5)}, name)
    return tmp_path


@pytest.mark.parametrize("text", [pytest.param(text, id=f"{page} {n}") for page, n, text in blocks.fenced("yaml")])
def test_every_config_is_accepted(data, text):
    Path("mine.yaml").write_text(text)
    loading.load(["mine.yaml"])


def shell(command: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a command as in the activated environment of a clone."""
    path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    variables = outside() | {"PATH": path, "SNAKEMAKE_OUTPUT_CACHE": str(folder / "cache")}
    words = {"cwd": folder, "env": variables, "capture_output": True, "text": True}
    return subprocess.run(["sh", "-c", command.replace(".venv/bin/", "")], check=False, **words)


@pytest.mark.parametrize("command", rows(OF_FILES, OF_FILES[0]))
def test_every_command_about_files_works(data, command):
    done = shell(command, data)
    assert (done.returncode, done.stderr) == (0, "")
    assert [
        name for name in re.findall(r"--(?:out|figure|spectra) (\S+)", command) if not (data / name).is_file()
    ] == []


@THOROUGH
def test_every_command_works_on_the_smoke_experiment(smoke, tmp_path):
    project = copied(smoke.folder, tmp_path / "project")
    (project.folder / "cache").mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy2(ROOT / name, project.folder)
    (project.folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    for command, instead in ON_SMOKE.items():
        done = shell(instead, project.folder)
        assert done.returncode == 0, f"{command}: {instead}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    for name in ("mine.zip", "network.safetensors"):
        assert (project.folder / name).stat().st_size > 1000
