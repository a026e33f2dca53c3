"""The command `kernelscope`, as typed."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from projects import ROOT
from small_model import model

from kernelscope.api import command


def typed(capsys, *words):
    """Return the exit status and both outputs of a command."""
    try:
        command.main([str(word) for word in words])
        status = 0
    except SystemExit as ended:
        status = 1 if isinstance(ended.code, str) else ended.code
        print(ended.code if status == 1 else "", end="", file=sys.stderr)
    return status, *capsys.readouterr()


@pytest.fixture
def files(tmp_path):
    for seed in (0, 1):
        torch.save(model(seed).state_dict(), tmp_path / f"{seed}.pt")
    return [tmp_path / f"{seed}.pt" for seed in (0, 1)]


def test_look_prints_measures_and_writes_arrays_and_a_figure(capsys, files, tmp_path):
    out, figure = tmp_path / "k.npz", tmp_path / "k.png"
    status, text, errors = typed(capsys, "look", files[0], "--layers", "0", "--out", out, "--figure", figure)
    assert (status, errors) == (0, "")
    assert [line.split()[0] for line in text.splitlines()[:2]] == ["layer", "0"]
    with np.load(out) as arrays:
        assert {name: arrays[name].shape for name in arrays.files} == {"0": (8, 1, 9, 9)}
    assert figure.stat().st_size > 1000


def test_look_draws_the_frequencies_of_kernels(capsys, files, tmp_path):
    status, _, errors = typed(capsys, "look", files[0], "--spectra", tmp_path / "s.png")
    assert (status, errors) == (0, "")
    assert (tmp_path / "s.png").stat().st_size > 1000
    assert typed(capsys, "look", files[0], "--spectra", tmp_path / "s.txt")[0] == 1


def test_export_prints_the_lines_that_rebuild_a_network(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(command.networks, "save_network", lambda run, out, moment: f"{run} {out} {moment}")
    assert typed(capsys, "export", "a", "--out", "b.safetensors", "--moment", "first") == (
        0,
        "a b.safetensors first\n",
        "",
    )
    monkeypatch.undo()
    status, text, errors = typed(capsys, "export", tmp_path)
    assert (status, text) == (1, "") and "no run.json" in errors


def test_look_takes_several_files_and_compare_takes_two(capsys, files):
    status, text, _ = typed(capsys, "look", *files)
    assert (status, text.count("0.pt"), text.count("1.pt")) == (0, 1, 1)
    status, text, _ = typed(capsys, "compare", *files, "--layers", "0")
    assert (status, text.split()[:2], len(text.splitlines())) == (0, ["layer", "kernels"], 2)


def test_statements_prints_each_sentence_once(capsys, tmp_path):
    rows = "verdict,text\nshown,Kernels are smooth.\nshown,Kernels are smooth.\n,There are 3 seeds.\n"
    (tmp_path / "statements.csv").write_text(rows)
    assert typed(capsys, "statements", tmp_path) == (
        0,
        "shown: Kernels are smooth.\ndescription: There are 3 seeds.\n",
        "",
    )


def test_bad_input_is_one_line_and_status_1_and_a_wrong_command_is_status_2(capsys, files, tmp_path):
    lines = {
        "no.pt": ["look", tmp_path / "no.pt"],
        "expected .npz": ["look", files[0], "--out", "k.txt"],
        "one file to write for 2": ["look", *files, "--figure", "k.png"],
        "no statements.csv": ["statements", tmp_path],
        "expected": ["look", files[0], "--layers", "nothing"],
    }
    for words, line in lines.items():
        status, text, errors = typed(capsys, *line)
        assert (status, text) == (1, "")
        assert words in errors and errors.startswith("kernelscope: ") and "\n" not in errors
    assert typed(capsys, "see", files[0])[0] == typed(capsys)[0] == 2


def test_it_runs_as_a_module_and_a_closed_pipe_is_no_error(files):
    line = f"{sys.executable} -m kernelscope look {files[0]} {files[1]} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT / "workflow/scripts", capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
