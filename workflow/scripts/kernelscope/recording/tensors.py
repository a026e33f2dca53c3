"""Kernels as tensors and arrays: how far they moved, and whether two states are equal."""

import numpy as np
import torch

from kernelscope.refusal import quoted, refuse


def movement(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> float:
    """Return `snapshot_buffer.net_movement` of tensors, with one wait for their device."""
    norm = torch.linalg.vector_norm
    norms = torch.stack([norm(part) for name, now in after.items() for part in (now - before[name], now)])
    moved, size = norms.double().reshape(-1, 2).T.cpu().numpy()
    return float(np.where(size > 0, moved / np.where(size > 0, size, 1), moved > 0).mean())


def arrays(kernels: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """Return tensors as arrays; on a CPU they share their memory."""
    return {name: tensor.cpu().numpy() for name, tensor in kernels.items()}


def shapes(banks: dict[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    """Return the shape of each bank."""
    return {name: bank.shape for name, bank in banks.items()}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    """Return whether two states are equal."""
    return all(np.array_equal(bank, other[name]) for name, bank in one.items())


def number(name: str, value: object) -> float:
    """Return a number that was logged, also from an array or a tensor that holds one."""
    try:
        return float(value.detach() if isinstance(value, torch.Tensor) else value)
    except (TypeError, ValueError, RuntimeError):
        refuse(f"log: {name}", quoted(value), "a number")
