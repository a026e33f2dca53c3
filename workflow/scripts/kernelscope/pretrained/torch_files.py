"""Read PyTorch files without running any code that they contain."""

from pathlib import Path

import torch

from kernelscope.io import files
from kernelscope.refusal import refuse


def read(path: str | Path):
    """Return the content of a .pt or .pth file: tensors, and plain lists and mappings of tensors.

    Raises
    ------
    ValueError
        If the file is damaged, or holds anything else: restoring objects of other classes would run code.
    """
    with files.opened(path) as handle:
        try:
            return torch.load(handle, map_location="cpu", weights_only=True)
        except MemoryError:
            raise
        except Exception as error:  # zipfile, pickle and torch raise a dozen kinds of errors here
            if type(error).__name__ == "UnpicklingError":  # also raised for classes that are not allowed
                refuse(str(path), "a file with more than tensors, or a damaged one", "a tensor or a state_dict")
            reason = " ".join(str(error).partition(". ")[0].split()) or type(error).__name__
            refuse(str(path), f"a damaged file ({reason[:160]})", "a whole PyTorch file")
