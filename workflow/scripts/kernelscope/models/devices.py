"""Where a network is trained."""

import os

import torch

AUTO, CPU, CUDA, MPS = "auto", "cpu", "cuda", "mps"


def chosen(asked: str) -> str:
    """The device to train on; `auto` is a GPU where torch finds one, and the CPU elsewhere.

    Raises
    ------
    ValueError
        If torch does not find what was asked for.
    """
    found = {CUDA: torch.cuda.is_available(), MPS: torch.backends.mps.is_available(), CPU: True}
    if asked == AUTO:
        return next(device for device, there in found.items() if there)
    if not found[asked]:
        allowed = ", ".join([AUTO, *(device for device, there in found.items() if there)])
        raise ValueError(f"training.device: found {asked!r}, and torch finds no such GPU; allowed here: {allowed}")
    return asked


def prepare(device: str) -> None:
    """Let the same training give the same bytes twice. One CPU thread does anyway; asking loads torch's compiler."""
    if device == CUDA:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it, cuBLAS refuses to be deterministic
        torch.use_deterministic_algorithms(True)
        torch.utils.deterministic.fill_uninitialized_memory = False  # a pass over all that is about to be written
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False  # three digits less


def label(device: str) -> str:
    """The device as a reader knows it: a GPU with its name."""
    return f"cuda ({torch.cuda.get_device_name()})" if device == CUDA else device
