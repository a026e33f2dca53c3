"""Local response normalisation for torch; response_norm.py has the same in NumPy, and the paper."""

import torch
from torch import nn


class LocalResponseNorm(nn.Module):
    """What layers.local_response_norm says."""

    def __init__(self, layer: dict):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return Normalisation.apply(x, self.layer)


class Normalisation(torch.autograd.Function):
    """Local response normalisation with one power each way, where torch's pools (docs/log.md, 2026-11-27).

    With b = k + alpha sum x^2 and y = x b^-beta, the gradient is e b^-beta - 2 alpha beta x sum(e y / b), both sums
    over the neighbours.
    """

    @staticmethod
    def forward(ctx, x, layer):
        ctx.layer = layer
        base = neighbours(x * x, layer).mul_(layer["alpha"]).add_(layer["k"])
        factor = base.pow(-layer["beta"])
        ctx.save_for_backward(x, base, factor)
        return x * factor

    @staticmethod
    def backward(ctx, error):
        x, base, factor = ctx.saved_tensors
        back = neighbours(error * x * factor / base, ctx.layer).mul_(x).mul_(2 * ctx.layer["alpha"] * ctx.layer["beta"])
        return error * factor - back, None


def neighbours(x: torch.Tensor, layer: dict) -> torch.Tensor:
    """The sum of x (B, channels, h, w) over the `size` channels about each one that are of the same tower."""
    towers, reach = x.unflatten(1, (layer["towers"], -1)), layer["size"] // 2
    sums = towers.clone()
    for distance in range(1, min(reach, towers.shape[2] - 1) + 1):
        sums[:, :, distance:] += towers[:, :, :-distance]
        sums[:, :, :-distance] += towers[:, :, distance:]
    return sums.flatten(1, 2)
