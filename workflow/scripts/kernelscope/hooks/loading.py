"""Make anybody's model from their own code, and load their weights into it.

The code is run as it is, so it must be trusted. Nothing in files of weights is run.
"""

import importlib.util
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import nn

from kernelscope.hooks.watching import FAILURES
from kernelscope.pretrained import state_dicts
from kernelscope.pretrained.contents import Unreadable
from kernelscope.pretrained.model_part import model_part, unprefixed
from kernelscope.refusal import did_you_mean, listed, one_line, quoted, refuse

OF_CODE = (*FAILURES, ImportError, SyntaxError, NameError, OSError)
EXPECTED = "a function without arguments that returns a torch.nn.Module"


def constructor(path: Path, function: str) -> Callable[[], nn.Module]:
    """Return a function of a Python file that makes a model; it may import modules beside the file.

    Raises
    ------
    ValueError
        One line that names the file, if its code fails or it has no such function.
    """
    module = run(path)
    made = getattr(module, function, None)
    if not callable(made):
        names = [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
        refuse(str(path), f"no function {quoted(function)}", f"one of {listed(names)}", did_you_mean(function, names))
    return lambda: called(path, function, made)


def run(path: Path) -> ModuleType:
    """Return the module of a Python file, which is run; modules beside it can be imported from then on."""
    sys.path.insert(0, str(path.parent.absolute()))
    spec = importlib.util.spec_from_file_location(f"_model_{path.stem}", path)
    if spec is None or spec.loader is None:
        refuse(str(path), "no Python file", "a file such as mymodule.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # as classes look their module up by its name
    try:
        spec.loader.exec_module(module)
    except OF_CODE as error:
        fail(path, error, "code that can be imported")
    return module


def called(path: Path, function: str, make: Callable) -> nn.Module:
    """Return the model that a function makes; ValueError in one line if it fails or returns anything else."""
    try:
        model = make()
    except OF_CODE as error:
        fail(path, error, EXPECTED)
    if not isinstance(model, nn.Module):
        refuse(f"{path}:{function}", f"{quoted(model)} from it", EXPECTED)
    return model


def fail(path: Path, error: Exception, expected: str) -> None:
    """Refuse a Python file whose code failed, with the line of this file."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else None
    where = f"{path}, line {line}" if line else str(path)
    refuse(where, f"{type(error).__name__} ({one_line(str(error))[:120]})", expected)


def load(model: nn.Module, content, name: str, part: str | None = None) -> None:
    """Load weights into a model.

    Parameters
    ----------
    model : nn.Module
    content : Mapping
        What a file of weights holds, as of `pretrained.formats.read`.
    name : str
        Of the file, in messages.
    part : str, optional
        The part of a checkpoint to read.

    Raises
    ------
    ValueError
        One line, if names or shapes of weights are other than those of the model.
    """
    if not isinstance(content, Mapping):
        refuse(name, "a single array", "the weights of a whole model by name")
    weights, _ = model_part(content, part)
    found = state_dicts.flat(weights)
    short = unprefixed(list(found))
    expected = model.state_dict()
    short = short if set(short.values()) == set(expected) else {key: key for key in found}
    tensors = {short[key]: tensor(value, f"{name}: {key}") for key, value in found.items()}
    missing = [key for key in expected if key not in tensors and not key.endswith("num_batches_tracked")]
    more = [key for key in tensors if key not in expected]
    if missing or more:
        got = "; ".join([f"no {listed(missing, 80)}"] * bool(missing) + [f"{listed(more, 80)} too many"] * bool(more))
        refuse(name, got, f"the weights of {type(model).__name__}: {listed(expected, 80)}")
    for key, value in tensors.items():
        if value.shape != expected[key].shape:
            refuse(f"{name}: {key}", f"a shape {tuple(value.shape)}", f"{tuple(expected[key].shape)}, as in the model")
    model.load_state_dict(tensors, strict=False)


def tensor(value, where: str) -> torch.Tensor:
    """Return a weight as a tensor; ValueError for one that is no plain number."""
    if isinstance(value, Unreadable):
        refuse(where, value.words, "floating-point numbers")
    return value.detach() if isinstance(value, torch.Tensor) else torch.from_numpy(np.array(value))
