"""Functions that layers compute with (F in layer_kinds.py): torch's, and a faster local response normalization."""

import torch
from torch.nn.functional import avg_pool2d, batch_norm, conv2d, linear, max_pool2d, pad

from kernelscope.models.local_response_norm import local_response_norm

__all__ = ["avg_pool2d", "batch_norm", "conv2d", "linear", "local_response_norm", "max_pool2d"]


def padded(x: torch.Tensor, padding: int) -> torch.Tensor:
    """Return x with `padding` zeros on each side of its rows and cols."""
    return pad(x, [padding] * 4) if padding else x


def zeros(kernels: torch.Tensor) -> torch.Tensor:
    """Return zeros (..., out) as biases for kernels (..., out, in, k, k) without biases."""
    return kernels.new_zeros(kernels.shape[:-3])


def joined(parts: list[torch.Tensor], dim: int) -> torch.Tensor:
    """Concatenate tensors, without a copy if there is only one."""
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim)


def on_all(kernels: torch.Tensor, towers: int) -> torch.Tensor:
    """Return kernels (out, in / towers, k, k) on all channels, (out, in, k, k): 0 on the channels of other towers."""
    if towers == 1:
        return kernels
    whole = kernels.new_zeros(len(kernels), kernels.shape[1] * towers, *kernels.shape[2:])
    for tower, kernels_of_tower in enumerate(kernels.chunk(towers)):
        whole.chunk(towers)[tower].chunk(towers, 1)[tower].copy_(kernels_of_tower)
    return whole
