"""The device that a network is trained on."""

import os

import torch

from kernelscope.refusal import quoted, refuse

AUTO, CPU, CUDA, MPS = "auto", "cpu", "cuda", "mps"


def chosen(asked: str) -> str:
    """Return the device to train on; `auto` is a GPU if torch finds a GPU, otherwise the CPU.

    Raises
    ------
    ValueError
        If torch does not find the requested device.
    """
    available = {CUDA: torch.cuda.is_available(), MPS: torch.backends.mps.is_available(), CPU: True}
    if asked == AUTO:
        return next(device for device, is_available in available.items() if is_available)
    if not available[asked]:
        choices = ", ".join([AUTO, *(device for device, is_available in available.items() if is_available)])
        refuse("training.device", f"{quoted(asked)}, but torch finds no such GPU", f"one of {choices}")
    return asked


def prepare(device: str) -> None:
    """Make trainings on a GPU deterministic, so that two runs give the same bytes.

    On a CPU a training with one thread is deterministic anyway, and the call would load torch's compiler.
    """
    if device == CUDA:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it, cuBLAS refuses to be deterministic
        torch.use_deterministic_algorithms(True)
        torch.utils.deterministic.fill_uninitialized_memory = (
            False  # it would fill all memory that is about to be overwritten
        )
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False  # TF32 loses three digits


def label(device: str) -> str:
    """Return the device in words: a GPU with its name."""
    return f"cuda ({torch.cuda.get_device_name()})" if device == CUDA else device
