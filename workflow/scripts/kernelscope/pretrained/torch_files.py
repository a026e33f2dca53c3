"""Read PyTorch files without running any code that they contain."""

import argparse
import io
import pathlib
import re
import warnings
from collections import Counter
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch

from kernelscope.io import files
from kernelscope.pretrained import stand_ins, torch_script
from kernelscope.pretrained.beginnings import beginning
from kernelscope.pretrained.model_part import has_arrays, is_optimizer
from kernelscope.refusal import refuse

NUMBERS = ("bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)), "float16", "float32")
NUMBERS += ("float64", "complex64", "complex128", "object", "str", "bytes")
ARRAY = np._core.multiarray._reconstruct
HARMLESS = [  # classes beside the weights whose objects hold values and run nothing; with the names in older files
    *(argparse.Namespace, pathlib.PosixPath, pathlib.PurePosixPath, (pathlib.PosixPath, "pathlib._local.PosixPath")),
    *(np.dtype, *(type(np.dtype(kind)) for kind in NUMBERS)),
    *(np._core.multiarray.scalar, (np._core.multiarray.scalar, "numpy.core.multiarray.scalar")),
    *(np.ndarray, ARRAY, (ARRAY, "numpy.core.multiarray._reconstruct")),
    (stand_ins.AsMapping, "collections.defaultdict"),
]
MOST = 200  # classes beside the weights of a file
REMEDY = "in Python: model = torch.load(FILE, weights_only=False); torch.save(model.state_dict(), 'weights.pt')"
PLAIN = "in Python: torch.save(model.state_dict(), 'weights.pt')"
GLOBAL = re.compile(r"GLOBAL (\S+)")  # as torch names what it never restores
OLD = "Only persistent_load of storage is allowed"  # what torch says of a class with its source, before version 1.6


def unpicklable(message: str) -> tuple[str, str]:
    """Return what a file holds that torch refuses to restore, and what to do about it."""
    if OLD in message:
        return "a whole network, which would run code", REMEDY
    if "DTensor" in message:
        return "weights that are split among processes (DTensor)", "save the full state_dict"
    if found := GLOBAL.search(message):
        return f"an object of the class {found[1]}, which would run code", PLAIN
    return "a file with more than tensors, or a damaged one", PLAIN


def read(path: str | Path):
    """Return the content of a PyTorch file: tensors, and plain lists and mappings of tensors.

    Raises
    ------
    ValueError
        If the file is damaged, or holds a whole network or nothing but objects: restoring them would run code.
    """
    with files.opened(path) as handle:
        if words := beginning(handle):
            refuse(str(path), words, "a PyTorch file")
        try:
            if torch_script.is_archive(handle):
                return torch_script.weights(restored(torch_script.repacked(handle)))
            if name := torch_script.changed(handle):
                refuse(str(path), f"a damaged file ({name} has changed since it was written)", "a whole PyTorch file")
            content = restored(handle)
        except UnpicklingError as error:  # also raised for classes that are never allowed
            words, remedy = unpicklable(str(error))
            refuse(str(path), words, "a tensor or a state_dict", remedy)
        except files.DAMAGE as error:
            if words := other_archive(handle):
                refuse(str(path), words, "a tensor or a state_dict", PLAIN)
            reason = " ".join(str(error).partition(". ")[0].split()) or type(error).__name__
            refuse(str(path), f"a damaged file ({reason[:160]})", "a whole PyTorch file")
    check_network(content, path)
    return content


def restored(handle):
    """Return what an open file holds, with stand-ins for objects of classes that are not restored.

    An archive on disk is mapped, so only what is used of it takes memory; whoever keeps a tensor copies it.
    """
    allowed, asked = list(HARMLESS), Counter()
    is_mapped = isinstance(handle, io.BufferedReader) and bool(torch_script.members(handle))
    source = handle.name if is_mapped else handle
    while True:
        handle.seek(0)
        try:
            with torch.serialization.safe_globals(allowed), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about quantized and other old kinds of tensors
                return torch.load(source, map_location="cpu", weights_only=True, mmap=is_mapped)
        except UnpicklingError as error:
            pair = stand_ins.needed(str(error))
            if pair is None or len(allowed) > MOST or asked[pair[1]] == len(stand_ins.KINDS):
                raise
            asked[pair[1]] += 1
            allowed = [other for other in allowed if not (isinstance(other, tuple) and other[1] == pair[1])] + [pair]


def check_network(content, path: str | Path) -> None:
    """Raise ValueError if a file holds a whole network instead of its weights."""
    parts = content.values() if isinstance(content, dict) else [content]
    if any(has_arrays(part) and not is_optimizer(part) for part in parts):
        return
    if name := stand_ins.network_in(content):
        refuse(str(path), f"a whole network ({name}), which would run code", "a state_dict", REMEDY)


def other_archive(handle) -> str:
    """Return what a ZIP archive is that holds no PyTorch weights; "" for any other file."""
    names = torch_script.members(handle)
    if not names or "data.pkl" in names:
        return ""
    return "a program of torch.export" if "archive_format" in names else "a ZIP archive without weights of PyTorch"
