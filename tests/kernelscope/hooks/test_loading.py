"""Models from anybody's code, and their weights from files of any format."""

import re

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from torch import nn

from kernelscope.hooks import loading
from kernelscope.pretrained import formats

CODE = """
import torch
from helping import WIDTH

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, WIDTH, 3)
        self.norm = torch.nn.BatchNorm2d(WIDTH)

    def forward(self, x):
        return self.norm(self.conv(x))

def make():
    return Net()

def number():
    return 3

def failing():
    return unknown_name

constant = 5
"""


@pytest.fixture
def code(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))  # which restores sys.path afterwards
    monkeypatch.delitem(__import__("sys").modules, "helping", raising=False)
    (tmp_path / "helping.py").write_text("WIDTH = 4\n")
    (tmp_path / "mymodule.py").write_text(CODE)
    return tmp_path / "mymodule.py"


def test_a_function_of_a_file_makes_the_model_with_modules_beside_it(code):
    model = loading.constructor(code, "make")()
    assert isinstance(model, nn.Module) and model.conv.out_channels == 4


@pytest.mark.parametrize(
    ("function", "text", "line"),
    [
        ("mak", None, "mymodule.py: got no function 'mak', expected one of Net, make, number, failing (did you mean"),
        ("constant", None, "mymodule.py: got no function 'constant'"),
        ("number", None, "mymodule.py:number: got 3 from it, expected a function without arguments"),
        ("failing", None, "mymodule.py, line 21: got NameError (name 'unknown_name' is not defined)"),
        ("make", "def make(:\n", "mymodule.py, line 1: got SyntaxError"),
        ("make", "import nothing_like_this\n", "mymodule.py, line 1: got ModuleNotFoundError"),
        ("make", "\nraise ValueError('two\\nlines')\n", "mymodule.py, line 2: got ValueError (two lines)"),
        ("make", "def make(size): return size\n", "mymodule.py: got TypeError"),
    ],
)
def test_code_that_fails_is_refused_in_one_line_of_the_file(code, function, text, line):
    if text is not None:
        code.write_text(text)
    with pytest.raises(ValueError, match=re.escape(line)) as refused:
        loading.constructor(code, function)()
    assert "\n" not in str(refused.value)


def small(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))


@pytest.mark.parametrize("name", ["w.pt", "wrapped.pt", "checkpoint.pth", "w.safetensors", "w.npz"])
def test_weights_of_every_format_are_those_of_the_file(tmp_path, name):
    source, path = small(1), tmp_path / name
    state = source.state_dict()
    if name == "w.safetensors":
        save_file({key: value.numpy() for key, value in state.items()}, path)
    elif name == "w.npz":
        np.savez(path, **{key: value.numpy() for key, value in state.items() if "tracked" not in key})
    else:
        prefix = "module." * (name == "wrapped.pt")
        weights = {f"{prefix}{key}": value for key, value in state.items()}
        optimizer = torch.optim.Adam(source.parameters()).state_dict()
        torch.save({"state_dict": weights, "optimizer": optimizer} if name == "checkpoint.pth" else weights, path)
    model = small(0)
    loading.load(model, formats.read(path), name)
    for key, value in model.state_dict().items():
        assert "tracked" in key or torch.equal(value, state[key])


def without(state, key):
    return {name: value for name, value in state.items() if name != key}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda state: without(state, "0.bias"), "w: got no 0.bias, expected the weights of Sequential: 0.weight"),
        (lambda state: state | {"2.weight": torch.zeros(1)}, "w: got 2.weight too many, expected"),
        (lambda state: state | {"0.weight": torch.zeros(2, 1, 5, 5)}, "w: 0.weight: got a shape (2, 1, 5, 5)"),
        (lambda state: np.zeros((2, 1, 3, 3)), "w: got a single array"),
    ],
)
def test_weights_of_another_model_are_refused_in_one_line(change, line):
    with pytest.raises(ValueError, match="^" + re.escape(line)):
        loading.load(small(), change(small().state_dict()), "w")
