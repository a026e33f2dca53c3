"""Read safetensors files with NumPy alone."""

import json
import struct
from pathlib import Path

import numpy as np
import safetensors

from kernelscope.io import files
from kernelscope.io.names import natural
from kernelscope.pretrained.beginnings import beginning
from kernelscope.pretrained.contents import Unreadable
from kernelscope.refusal import refuse

TYPES = {f"{kind}{bits}": f"<{kind.lower()}{bits // 8}" for kind in "IU" for bits in (8, 16, 32, 64)}
TYPES |= {"F16": "<f2", "F32": "<f4", "F64": "<f8", "BOOL": "?", "BF16": "<u2"}


def read(path: str | Path) -> dict[str, np.ndarray | Unreadable]:
    """Return name -> array, sorted by name; ValueError if the file is damaged or of another kind.

    The file is mapped, so only what is used of it takes memory; whoever keeps an array copies it.
    """
    with files.opened(path) as handle:
        if words := beginning(handle, b"{"):
            refuse(str(path), words, "a safetensors file")
        try:
            with safetensors.safe_open(path, "numpy"):  # checks the header
                pass
            (length,) = struct.unpack("<Q", handle.read(8))
            entries = json.loads(handle.read(length))
            data = np.memmap(handle, mode="r", offset=0)[8 + length :]
        except (safetensors.SafetensorError, *files.DAMAGE) as error:
            refuse(str(path), f"a damaged file ({str(error)[:160]})", "a whole safetensors file")
    return {name: array(data, **entries[name]) for name in sorted(entries, key=natural) if name != "__metadata__"}


def array(data: np.ndarray, shape: list[int], dtype: str, data_offsets: list[int]) -> np.ndarray | Unreadable:
    """Return an array as the file has it; bfloat16 as float32, of which it is the first half."""
    if dtype not in TYPES:
        return Unreadable(tuple(shape), f"weights of the type {dtype}")
    numbers = data[slice(*data_offsets)].view(TYPES[dtype]).reshape(shape)
    return (numbers.astype(np.uint32) << 16).view(np.float32) if dtype == "BF16" else numbers
