"""Read a file of weights by its ending. Each format imports only what it needs."""

from pathlib import Path

from kernelscope.io import array_files
from kernelscope.pretrained import shards
from kernelscope.pretrained.file_names import HDF5, TORCH, check_ending
from kernelscope.pretrained.model_part import numbered
from kernelscope.refusal import refuse


def read(path: Path):
    """Return the content of a file: an array, or a mapping with arrays; a list is a mapping of its numbers.

    Raises
    ------
    ValueError
        If the file is damaged or not of a known kind, or if a package for it is missing.
    """
    check_ending(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        return shards.read(path, read)
    if suffix in TORCH:
        from kernelscope.pretrained import torch_files  # torch takes seconds to import

        return numbered(torch_files.read(path))
    if suffix == ".safetensors":
        from kernelscope.pretrained import safetensors_files  # planning does without this package

        return safetensors_files.read(path)
    if suffix in HDF5:
        from kernelscope.pretrained import keras_files

        return keras_files.read(path)
    if suffix == ".onnx":
        from kernelscope.pretrained import onnx_files

        return onnx_files.read(path)
    return npz(path) if suffix == ".npz" else array_files.read_npy(path)


def npz(path: Path) -> dict:
    """Return the arrays of an NPZ file; ValueError if it is damaged."""
    try:
        return array_files.read_npz(path)
    except ValueError as error:
        reason = " ".join(str(error.__context__ or error).split())  # without the advice to have a job make it again
        refuse(str(path), f"a damaged file ({reason[:160]})", "a whole NPZ archive of arrays")
