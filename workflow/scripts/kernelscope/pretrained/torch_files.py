"""Files of PyTorch, read without running any code that they bring."""

from pathlib import Path

import torch

from kernelscope.io import files


def read(path: str | Path):
    """What a .pt or .pth file holds: tensors, and plain lists and mappings of them.

    Raises
    ------
    ValueError
        If the file is damaged, or holds anything else: objects of classes would have to run code to come about.
    """
    with files.opened(path) as handle:
        try:
            return torch.load(handle, map_location="cpu", weights_only=True)
        except MemoryError:
            raise
        except Exception as error:  # zipfile, pickle and torch raise a dozen kinds for what is no file of tensors
            if type(error).__name__ == "UnpicklingError":  # of a class that is not allowed, too
                words = "holds more than tensors, or is damaged; allowed: a tensor or a state_dict"
                raise ValueError(f"{path}: {words}") from None
            words = " ".join(str(error).split()) or type(error).__name__
            raise ValueError(f"{path}: is no whole file of PyTorch ({words[:160]})") from None
