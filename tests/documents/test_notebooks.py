"""The notebooks of docs/ run from top to bottom, are stored without outputs, and link to what exists."""

import json

import nbformat
import pytest
from projects import ROOT
from tiers import THOROUGH

import kernelscope as ks

NOTEBOOKS = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]


def read(name):
    return nbformat.read(ROOT / "docs/notebooks" / f"{name}.ipynb", as_version=4)


def names_after(name, folder, monkeypatch):
    """Run the cells of a notebook in a folder, each last line as a notebook shows it; return its names."""
    monkeypatch.chdir(folder)
    names = {}
    for cell in read(name).cells:
        if cell.cell_type == "code":
            *before, last = cell.source.rstrip().split("\n")
            try:
                shown = compile(last, f"{name}: {last}", "eval")
            except SyntaxError:
                exec(compile(cell.source, name, "exec"), names)
                continue
            exec(compile("\n".join(before), name, "exec"), names)
            value = eval(shown, names)
            assert value is None or repr(value)
            if hasattr(value, "_repr_html_"):
                assert "<table>" in value._repr_html_()
    return names


def test_there_are_three():
    assert NAMES == ["checkpoint-series", "own-training-loop", "two-seeds"]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_valid_and_stored_without_outputs(name):
    nbformat.validate(json.loads((ROOT / "docs/notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")))
    for cell in read(name).cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_the_notebook_about_the_training_loop_shows_smoother_kernels_after_training(tmp_path, monkeypatch):
    names = names_after("own-training-loop", tmp_path, monkeypatch)
    smoothness = [names[state].measures()[0]["smoothness (lag 1)"] for state in ("untrained", "trained")]
    assert smoothness[0] < smoothness[1]
    assert (tmp_path / "runs/bars/seed0/run.json").exists()


def test_the_notebook_about_checkpoints_shows_how_far_kernels_moved(tmp_path, monkeypatch):
    names = names_after("checkpoint-series", tmp_path, monkeypatch)
    assert list(names["moved"]) == [10, 30, 100] and all(0 < moved < 2 for moved in names["moved"].values())
    assert names["smoothness"][0] < names["smoothness"][100]
    assert (tmp_path / "kernels.png").exists() and (tmp_path / "kernels.npz").exists()


def test_the_notebook_about_seeds_compares_trained_and_untrained_networks(tmp_path, monkeypatch):
    names = names_after("two-seeds", tmp_path, monkeypatch)
    trained = ks.compare(names["a"], names["b"]).rows[0]
    untrained = ks.compare(names["network"](0), names["network"](1)).rows[0]
    assert trained["matched"] > untrained["matched"]
    assert trained["same number"] < trained["matched"]


@THOROUGH
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_jupyter_runs_a_notebook(name, tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient", reason="`make extras` installs nbclient")
    pytest.importorskip("ipykernel", reason="`make extras` installs ipykernel")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "workflow/scripts"))
    notebook = read(name)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("text/html" in output.get("data", {}) for output in outputs)
