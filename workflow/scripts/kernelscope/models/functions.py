"""What layers compute with: torch's functions and faster response normalisation (F in layer_kinds.py), and helpers."""

import torch
from torch.nn.functional import avg_pool2d, batch_norm, conv2d, linear, max_pool2d, pad

from kernelscope.models.local_response_norm import local_response_norm

__all__ = ["avg_pool2d", "batch_norm", "conv2d", "linear", "local_response_norm", "max_pool2d"]


def padded(x: torch.Tensor, padding: int) -> torch.Tensor:
    return pad(x, [padding] * 4) if padding else x


def zeros(kernels: torch.Tensor) -> torch.Tensor:
    """The biases of kernels (..., out, in, k, k) that have none."""
    return kernels.new_zeros(kernels.shape[:-3])


def joined(parts: list[torch.Tensor], dim: int) -> torch.Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim)


def on_all(kernels: torch.Tensor, towers: int) -> torch.Tensor:
    """Kernels (out, in / towers, k, k) on all channels, (out, in, k, k): 0 on those of another tower."""
    if towers == 1:
        return kernels
    whole = kernels.new_zeros(len(kernels), kernels.shape[1] * towers, *kernels.shape[2:])
    for tower, own in enumerate(kernels.chunk(towers)):
        whole.chunk(towers)[tower].chunk(towers, 1)[tower].copy_(own)
    return whole
