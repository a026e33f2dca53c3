"""NPZ and ZIP files from elsewhere, well-formed and malformed."""

import os
import struct
import zipfile
from pathlib import Path

import numpy as np


class Evil:
    """An object that makes a file when it is unpickled."""

    def __reduce__(self):
        return os.system, ("touch pwned",)


def npz(path: Path, **arrays) -> None:
    np.savez(path, **{"steps": np.array([0, 1]), "epochs": np.array([0.0, 1.0]), **arrays})


def saved(path: Path, array: np.ndarray) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=True)


def header(path: Path, shape: str, kind: str = "'<f8'") -> None:
    """Write an archive with one array and an arbitrary header."""
    text = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv1.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + b"\0" * 64)


ARCHIVES = {
    "objects": lambda path: npz(path, conv1=np.array([Evil()], object)),
    "an array alone": lambda path: saved(path, np.zeros(3)),
    "objects alone": lambda path: saved(path, np.array([Evil()], object)),
    "a command in the header": lambda path: header(path, "(__import__('os').system('touch pwned'),)"),
    "brackets in the header": lambda path: header(path, "(" * 3000),
    "a shape of 8 petabytes": lambda path: header(path, "(1000000, 1000000, 1000)"),
    "a negative shape": lambda path: header(path, "(-1,)"),
    "no such kind of number": lambda path: header(path, "(1,)", "'zz'"),
    "no arrays": lambda path: np.savez(path),
    "no kernels": npz,
    "a number": lambda path: npz(path, conv1=np.array(3.0)),
    "words": lambda path: npz(path, conv1=np.full((2, 2, 1, 5, 5), "a")),
    "complex numbers": lambda path: npz(path, conv1=np.ones((2, 2, 1, 5, 5), complex)),
    "no snapshots": lambda path: npz(path, conv1=np.zeros((0, 2, 1, 5, 5))),
    "kernels without pixels": lambda path: npz(path, conv1=np.zeros((2, 2, 1, 0, 0))),
}
