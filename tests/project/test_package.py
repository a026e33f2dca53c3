"""What `pip install .` installs, and the code in the documents about it."""

import re
import subprocess
import sys
import tomllib
import venv

import numpy as np
import pytest
import torch
from projects import ROOT
from small_model import model
from tiers import THOROUGH

import kernelscope as ks
from kernelscope.version import VERSION

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CALLBACKS = {name for name in ks.PUBLIC if name.endswith("Callback")}  # with packages that may be missing
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def blocks(page):
    return BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


def test_the_code_of_the_tutorial_records_a_training(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 5), torch.nn.AdaptiveMaxPool2d(1), torch.nn.Flatten())
    names = {
        "model": network,
        "optimizer": torch.optim.AdamW(network.parameters()),
        "loss_function": torch.nn.CrossEntropyLoss(),
        "batch": lambda step: (torch.randn(4, 1, 9, 9), torch.zeros(4, dtype=torch.long)),
    }
    code, *others = blocks("tutorial/in-your-training.md")
    exec(code, names)
    assert set(re.findall(r"ks\.(\w+)", "".join(others))) <= set(ks.PUBLIC)
    with np.load("runs/mine/seed0/kernels.npz") as kernels:
        assert (len(kernels["steps"]), kernels["steps"][-1], kernels["0"].shape[1:]) == (40, 200, (2, 1, 5, 5))


def test_the_code_about_python_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("model.pt", "epoch1.pt", "epoch9.pt")):
        arrays = ks.read(model(number))
        torch.save({f"conv{i}.weight": torch.from_numpy(bank) for i, bank in enumerate(arrays.values(), 1)}, name)
    looked, compared, responding, experiment = blocks("how-to/python.md")
    exec(looked, {})
    exec("import kernelscope as ks\n" + compared, {})
    assert "smoothness" in capsys.readouterr().out
    exec(responding, {"ks": ks, "torch": torch, "network": torch.nn.Sequential(*model()[:3])})
    assert "cannot be decided" in capsys.readouterr().out  # without labels
    assert len((tmp_path / "responses.csv").read_text().splitlines()) == 15
    assert (tmp_path / "kernels.png").stat().st_size > 1000
    assert set(re.findall(r"ks\.(\w+)", "".join([looked, compared, experiment]))) <= set(ks.PUBLIC)


def test_every_public_name_exists_and_has_a_docstring():
    for name in ks.PUBLIC.keys() - CALLBACKS:
        assert getattr(ks, name).__doc__


@THOROUGH
def test_pip_installs_a_package_and_a_command(tmp_path):
    """With the packages of this environment, so that only what builds it is downloaded."""
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, files):
        if name.split("/")[0] in ("workflow", "pyproject.toml", "README.md", "LICENSE"):
            (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "source" / name).write_bytes((ROOT / name).read_bytes())
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env/bin/python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", tmp_path / "source"]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if "No matching distribution" in done.stderr:
        pytest.skip("the index of packages cannot be reached")
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "env/lib").glob("*/site-packages")
    installed = {path.relative_to(folder).as_posix() for path in (folder / "kernelscope").rglob("*.*")}
    written = {
        name.removeprefix("workflow/scripts/") for name in files if name.startswith("workflow/scripts/kernelscope/")
    }
    assert {name for name in installed if "__pycache__" not in name} == written
    (folder / "rest.pth").write_text(next(path for path in sys.path if path.endswith("site-packages")))
    torch.save(model().state_dict(), tmp_path / "a.pt")
    done = subprocess.run([tmp_path / "env/bin/kernelscope", "look", tmp_path / "a.pt"], capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.split()[0]) == (0, "", "layer")
    shown = subprocess.run([python, "-m", "pip", "show", "kernelscope"], capture_output=True, text=True, check=True)
    assert f"Version: {VERSION}" in shown.stdout


@pytest.mark.parametrize("name", PROJECT["dependencies"])
def test_what_the_package_needs_is_in_the_environment_of_the_workflow(name):
    for_all = (ROOT / "envs/environment.yaml").read_text()
    assert f" {re.match(r'[a-z-]+', name)[0]}==" in for_all
