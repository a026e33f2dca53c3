"""`kernelscope look`: the kernels of any file of weights, in a table, as arrays and as a figure."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from projects import ROOT

from kernelscope.api import command

RNG = np.random.default_rng(0)


def tensor(*shape):
    return torch.from_numpy(RNG.normal(size=shape).astype(np.float32))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs the command in a new folder, and returns its status and lines; tracebacks pass.

    A line of the table is its first five columns: layer, kernels, size, constant, not finite.
    """
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capsys.readouterr()
        try:
            command.main(["look", *arguments])
        except SystemExit as end:
            return 1, str(end.code).splitlines()
        head, *lines = capsys.readouterr().out.splitlines()
        assert head.split()[:3] == ["layer", "kernels", "size"]
        return 0, [" | ".join(re.split(" {2,}", line)[:5]) for line in lines]

    return run


@pytest.fixture
def refused(tmp_path, run):
    """Return a function that runs the command, and returns the only line of its refusal."""

    def refused(*arguments):
        before = sorted(tmp_path.iterdir())
        status, lines = run(*arguments)
        assert (status, len(lines)) == (1, 1), lines
        assert sorted(tmp_path.iterdir()) == before
        return lines[0]

    return refused


def test_it_writes_the_arrays_and_a_picture_and_says_what_they_are(tmp_path, run):
    gray, color, deep = tensor(3, 1, 5, 5), tensor(4, 3, 5, 5), tensor(40, 20, 3, 3)
    torch.save({"state_dict": {"a.weight": gray, "b.weight": color, "c.weight": deep}}, tmp_path / "m.pt")
    status, lines = run("m.pt", "--out", "k.npz", "--figure", "k.png")
    assert (status, lines) == (
        0,
        ["a | 3 | 1 x 5 x 5 | 0 | 0", "b | 4 | 3 x 5 x 5 | 0 | 0", "c | 40 | 20 x 3 x 3 | 0 | 0"],
    )
    with np.load(tmp_path / "k.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["b"], color.numpy())
    assert np.asarray(Image.open(tmp_path / "k.png")).std() > 10
    first = (tmp_path / "k.npz").read_bytes()
    run("m.pt", "--out", "k.npz")
    assert (tmp_path / "k.npz").read_bytes() == first


def test_what_is_odd_about_a_layer_is_in_its_line(tmp_path, run):
    broken = tensor(2, 1, 3, 3)
    broken[1, 0, 2, 2] = float("nan")
    torch.save({"../up.weight": tensor(1, 1, 3, 3), "c.weight": broken}, tmp_path / "m.pt")
    lines = ["../up | 1 | 1 x 3 x 3 | 0 | 0", "c | 2 | 1 x 3 x 3 | 0 | 1", "...up in k.npz: ../up"]
    assert run("m.pt", "--out", "k.npz", "--figure", "k.png") == (0, lines)
    with np.load(tmp_path / "k.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["c"], broken.numpy())


@pytest.mark.parametrize("content", [tensor(3, 1, 5, 5), torch.nn.Parameter(tensor(3, 5, 5))])
def test_a_single_array_is_a_layer_too(tmp_path, run, content):
    torch.save(content, tmp_path / "m.pt")
    assert run("m.pt", "--out", "k.npz") == (0, ["conv1 | 3 | 1 x 5 x 5 | 0 | 0"])


def test_a_layer_may_be_chosen(tmp_path, run, refused):
    torch.save({"a.weight": tensor(3, 1, 5, 5), "b.weight": tensor(4, 3, 5, 5)}, tmp_path / "m.pt")
    assert run("m.pt", "--out", "k.npz", "--layers", "b") == (0, ["b | 4 | 3 x 5 x 5 | 0 | 0"])
    message = refused("m.pt", "--out", "l.npz", "--layers", "d")
    assert "layers: got 'd', which fits no conv layer" in message


class Code:
    def __reduce__(self):
        return os.system, ("touch ran",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"conv.weight": tensor(1, 1, 3, 3), "x": Code()}, f"got an object of the class {os.name}.system"),
        (torch.nn.Conv2d(1, 1, 3), "torch.save(model.state_dict(), 'weights.pt')"),
        ([1, 2], "got an object of type list, expected a state_dict, or an array"),
        (
            {"fc.weight": tensor(3, 3)},
            "state_dict: got only fc.weight, expected at least one conv weight (out, in, k, k)",
        ),
        ({}, "only nothing"),
    ],
)
def test_other_files_are_refused_in_a_line_without_running_them(tmp_path, refused, content, words):
    torch.save(content, tmp_path / "m.pt")
    line = refused("m.pt", "--out", "k.npz", "--figure", "k.png")
    assert line.startswith("kernelscope: m.pt: ")
    assert words in line


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_torn_file_is_refused_in_a_line(tmp_path, refused, kept):
    torch.save({"a.weight": tensor(3, 1, 5, 5)}, tmp_path / "m.pt")
    whole = (tmp_path / "m.pt").read_bytes()
    (tmp_path / "m.pt").write_bytes(whole[:kept])
    assert re.search("m.pt: got an? (empty|.*damaged)", refused("m.pt", "--out", "k.npz"))


def test_a_missing_file_and_another_ending_are_refused_in_a_line(tmp_path, refused):
    words = "missing.pt: got a file that cannot be read (it does not exist), expected "
    assert words in refused("missing.pt", "--out", "k.npz")
    (tmp_path / "m.txt").write_bytes(b"")
    assert "got the ending .txt, expected .pt, .pth," in refused("m.txt", "--out", "k.npz")
    assert "got .csv, expected .npz" in refused("m.txt", "--out", "k.csv")


def test_it_runs_from_any_folder_as_a_command(tmp_path):
    torch.save({"a.weight": tensor(3, 1, 5, 5)}, tmp_path / "m.pt")
    line = [sys.executable, "-m", "kernelscope", "look", "m.pt", "--out", "k.npz"]
    found = os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    done = subprocess.run(line, cwd=tmp_path, env=found, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0], done.stderr) == (0, "layer", "")
    assert (tmp_path / "k.npz").is_file()
