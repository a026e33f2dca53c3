"""Read PyTorch files without running any code that they contain."""

import argparse
import pathlib
import re
import warnings
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch

from kernelscope.io import files
from kernelscope.refusal import refuse

HARMLESS = [  # classes beside the weights whose objects hold values and run nothing; with the names in older files
    *(argparse.Namespace, pathlib.PosixPath, pathlib.PurePosixPath, (pathlib.PosixPath, "pathlib._local.PosixPath")),
    *(np.dtype, *(type(np.dtype(kind)) for kind in ("bool", "int32", "int64", "float16", "float32", "float64"))),
    *(np._core.multiarray.scalar, (np._core.multiarray.scalar, "numpy.core.multiarray.scalar")),
]
REMEDY = "in Python: torch.save(model.state_dict(), 'weights.pt')"
GLOBAL = re.compile(r"GLOBAL ([\w.]+)")  # as torch names a class that it does not restore
BEGINNINGS = {  # first bytes of files that people call .pt
    b"version https://git-lfs": "a Git LFS pointer instead of the file itself (`git lfs pull` gets it)",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"\x89HDF": "an HDF5 file",
}


def unpicklable(message: str, handle) -> str:
    """Return what a file holds that torch refuses to restore: another kind of file, an object of a class, or damage."""
    handle.seek(0)
    begin = handle.read(64)
    for start, words in BEGINNINGS.items():
        if begin.lstrip().lower().startswith(start.lower()):
            return words
    if found := GLOBAL.search(message):
        return f"an object of the class {found[1]}, which would run code"
    return "a file with more than tensors, or a damaged one"


def read(path: str | Path):
    """Return the content of a .pt or .pth file: tensors, and plain lists and mappings of tensors.

    Raises
    ------
    ValueError
        If the file is damaged, or holds anything else: restoring objects of other classes would run code.
    """
    with files.opened(path) as handle:
        try:
            with torch.serialization.safe_globals(HARMLESS), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about quantized and other old kinds of tensors
                return torch.load(handle, map_location="cpu", weights_only=True)
        except UnpicklingError as error:  # also raised for classes that are not allowed
            refuse(str(path), unpicklable(str(error), handle), "a tensor or a state_dict", REMEDY)
        except files.DAMAGE as error:
            reason = " ".join(str(error).partition(". ")[0].split()) or type(error).__name__
            refuse(str(path), f"a damaged file ({reason[:160]})", "a whole PyTorch file")
