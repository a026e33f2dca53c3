"""Read safetensors files with NumPy alone."""

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
    """Return name -> array, sorted by name; ValueError if the file is damaged or of another kind."""
    with files.opened(path) as handle:
        if words := beginning(handle, b"{"):
            refuse(str(path), words, "a safetensors file")
        try:
            entries = sorted(safetensors.deserialize(handle.read()), key=lambda entry: natural(entry[0]))
            return {name: array(**entry) for name, entry in entries}
        except (safetensors.SafetensorError, *files.DAMAGE) as error:
            refuse(str(path), f"a damaged file ({str(error)[:160]})", "a whole safetensors file")


def array(shape: list[int], dtype: str, data: bytes) -> np.ndarray | Unreadable:
    """Return an array as the file has it; bfloat16 as float32, of which it is the first half."""
    if dtype not in TYPES:
        return Unreadable(tuple(shape), f"weights of the type {dtype}")
    numbers = np.frombuffer(data, TYPES[dtype]).reshape(shape)
    return (numbers.astype(np.uint32) << 16).view(np.float32) if dtype == "BF16" else numbers
