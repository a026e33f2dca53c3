"""The command that extracts the kernels from any state_dict."""

import os
import re
import subprocess
import sys

import kernels_of
import numpy as np
import pytest
import torch
from PIL import Image
from projects import ROOT

from kernelscope.pretrained import state_dicts

RNG = np.random.default_rng(0)


def tensor(*shape):
    return torch.from_numpy(RNG.normal(size=shape).astype(np.float32))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs the command in a new folder, and returns its status and lines; tracebacks pass."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kernels_of.py", *arguments])
        capsys.readouterr()
        try:
            kernels_of.main()
        except SystemExit as end:
            return 1, str(end.code).splitlines()
        return 0, capsys.readouterr().out.splitlines()

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


# The library


def test_layers_are_found_by_their_shape_and_named_without_weight():
    conv, other = tensor(4, 3, 5, 5), tensor(2, 4, 3, 3)
    layers, _ = state_dicts.conv_kernels(
        {"stem.weight": conv, "stem.bias": tensor(4), "fc.weight": tensor(9, 9), "b.weight": other, "step": 3}
    )
    assert list(layers) == ["stem", "b"]
    np.testing.assert_array_equal(layers["stem"], conv.numpy())
    assert {bank.dtype for bank in layers.values()} == {np.dtype("float32")}


@pytest.mark.parametrize("keys", [("state_dict",), ("model",), ("a", "b", "c")])
def test_mappings_in_mappings_are_searched(keys):
    content = {"conv1.weight": tensor(2, 1, 3, 3)}
    for key in reversed(keys):
        content = {"epoch": 7, key: content}
    assert list(state_dicts.conv_kernels(content)[0]) == ["conv1"]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(kind):
    bank = state_dicts.conv_kernels({"c.weight": tensor(2, 1, 3, 3).to(kind)})[0]["c"]
    assert bank.dtype == np.float32
    assert np.isfinite(bank).all()


@pytest.mark.parametrize(
    "value",
    [
        tensor(2, 1, 3, 5),
        tensor(2, 1, 65, 65),
        torch.zeros(2, 1, 3, 3, dtype=torch.int64),
        torch.zeros(0, 1, 3, 3),
        None,
    ],
)
def test_anything_but_a_bank_of_square_kernels_is_refused(value):
    with pytest.raises(ValueError, match=r"state_dict: got only x.*, expected at least one conv weight"):
        state_dicts.conv_kernels({"x": value})


def test_the_tensors_are_not_changed_and_not_shared():
    bank = tensor(1, 1, 3, 3)
    before = bank.clone()
    state_dicts.conv_kernels({"c": bank})[0]["c"][:] = 0
    assert torch.equal(bank, before)


# The command


def test_it_writes_the_arrays_and_a_picture_and_says_what_they_are(tmp_path, run):
    gray, color, deep = tensor(3, 1, 5, 5), tensor(4, 3, 5, 5), tensor(40, 20, 3, 3)
    torch.save({"state_dict": {"a.weight": gray, "b.weight": color, "c.weight": deep}}, tmp_path / "m.pt")
    status, lines = run("m.pt", "--out", "k.npz", "--figure", "k.png")
    assert (status, lines) == (0, ["a: 3 x 1 x 5 x 5", "b: 4 x 3 x 5 x 5", "c: 40 x 20 x 3 x 3"])
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
    line = "c: 2 x 1 x 3 x 3; not finite: 1 of 18 weights"
    up = "...up: 1 x 1 x 3 x 3; in the file: ../up"
    assert run("m.pt", "--out", "k.npz", "--figure", "k.png") == (0, [up, line])
    with np.load(tmp_path / "k.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["c"], broken.numpy())


@pytest.mark.parametrize("content", [tensor(3, 1, 5, 5), torch.nn.Parameter(tensor(3, 5, 5))])
def test_a_single_array_is_a_layer_too(tmp_path, run, content):
    torch.save(content, tmp_path / "m.pt")
    assert run("m.pt", "--out", "k.npz") == (0, ["conv1: 3 x 1 x 5 x 5"])


def test_a_layer_may_be_chosen(tmp_path, run, refused):
    torch.save({"a.weight": tensor(3, 1, 5, 5), "b.weight": tensor(4, 3, 5, 5)}, tmp_path / "m.pt")
    assert run("m.pt", "--out", "k.npz", "--layer", "b") == (0, ["b: 4 x 3 x 5 x 5"])
    message = refused("m.pt", "--out", "l.npz", "--layer", "d")
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
    assert line.startswith("kernels_of.py: m.pt: ")
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
    line = [sys.executable, ROOT / "workflow" / "kernels_of.py", "m.pt", "--out", "k.npz"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "a: 3 x 1 x 5 x 5\n", "")
