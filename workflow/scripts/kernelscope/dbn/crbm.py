"""A convolutional restricted Boltzmann machine with probabilistic max-pooling (Lee, Grosse, Ranganath, Ng, ICML 2009).

Visible units v are (in, rows, cols), hidden units h are (out, R, C) with R = rows - k + 1. Hidden units form blocks of
`pooling` x `pooling`, with at most one unit on in each. With s the standard deviation of real visible units (1 for
binary ones),

    E(v, h) = 1/s^2 [ |v|^2/2 - sum_k h^k . (W^k * v) - sum_k b_k sum h^k - sum_c c_c sum v^c ]

where * is the cross-correlation and the term |v|^2/2 is there only for real visible units. The mean reconstruction is
W^T h + c, or its logistic function for binary visible units. Hidden units are stored as (out, place in the block,
block), so that a block is a column; `spatial` puts them back in place. Arrays are torch tensors, and functions that
draw take a generator.
"""

from typing import NamedTuple

import torch

from kernelscope.dbn.sizes import fitted


class Crbm(NamedTuple):
    """Kernels (out, in, k, k), hidden bias (out,), visible bias (in,); blocks have `pooling` x `pooling` units."""

    kernels: torch.Tensor
    hidden_bias: torch.Tensor
    visible_bias: torch.Tensor
    pooling: int
    real: bool  # visible units are real and normally distributed; otherwise binary


def patches(v: torch.Tensor, kernel_size: int, pooling: int) -> torch.Tensor:
    """Return the patch of v (in, rows, cols) each hidden unit sees, in columns (in k k, pooling pooling blocks)."""
    k, p = kernel_size, pooling
    seen = v.unfold(1, k, 1).unfold(2, k, 1)  # (in, R, C, k, k)
    depth, rows, cols = seen.shape[:3]
    blocks = seen.reshape(depth, rows // p, p, cols // p, p, k, k)
    return blocks.permute(0, 5, 6, 2, 4, 1, 3).reshape(depth * k * k, -1)


def inputs(model: Crbm, seen: torch.Tensor, sigma: float) -> torch.Tensor:
    """Return every hidden unit's input I = (W * v + b) / s^2, (out, pooling pooling, blocks), given patches of v."""
    flat = model.kernels.flatten(1) @ seen + model.hidden_bias[:, None]
    return (flat / sigma**2).view(len(flat), model.pooling**2, -1)


def block_softmax(inputs: torch.Tensor) -> torch.Tensor:
    """Return P(h = 1 | v) = e^I / (1 + sum over the block of e^I), (out, places, blocks); equation 15 of the paper."""
    largest = inputs.amax(1, keepdim=True).clamp(min=0)
    exponential = torch.exp(inputs - largest)
    return exponential / (exponential.sum(1, keepdim=True) + torch.exp(-largest))


def sampled(probabilities: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Draw which unit of each block is on, if any: (out, places, blocks) bool, with these probabilities."""
    out, _, blocks = probabilities.shape
    bound = probabilities.cumsum(1)
    u = torch.rand((out, 1, blocks), generator=generator, dtype=probabilities.dtype)
    return (u < bound) & (u >= bound - probabilities)


def reconstruction(model: Crbm, on: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Return the mean of v, (in, *size), given which hidden units are on (out, places, blocks); size is (rows, cols).

    Each unit that is on adds its kernel at its place, so the cost grows only with the number of units that are on.
    """
    out, depth, k, _ = model.kernels.shape  # noqa: RUF059
    rows, cols = size
    kernel, place, block = torch.nonzero(on, as_tuple=True)
    p, across = model.pooling, (cols - k + 1) // model.pooling
    corner = (block // across * p + place // p) * cols + block % across * p + place % p
    offsets = (
        torch.arange(depth)[:, None, None] * rows * cols + torch.arange(k)[:, None] * cols + torch.arange(k)
    ).flatten()
    v = model.visible_bias.repeat_interleave(rows * cols)
    v = v.index_add(0, (corner[:, None] + offsets).flatten(), model.kernels.flatten(1)[kernel].flatten())
    v = v.view(depth, rows, cols)
    return v if model.real else torch.sigmoid(v)


def pooled(probabilities: torch.Tensor, rows: int, cols: int) -> torch.Tensor:
    """Return P(some unit of the block is on | v), equation 16, as (out, rows, cols) of blocks."""
    return probabilities.sum(1).view(len(probabilities), rows, cols)


def upwards(model: Crbm, v: torch.Tensor, sigma: float) -> torch.Tensor:
    """Return the pooled probabilities (out, R / pooling, C / pooling).

    v is cut to the rows and columns that make whole blocks, from the top left.
    """
    k, p = model.kernels.shape[-1], model.pooling
    rows, cols = (fitted(side, k, p) for side in v.shape[1:])
    probabilities = block_softmax(inputs(model, patches(v[:, :rows, :cols], k, p), sigma))
    return pooled(probabilities, (rows - k + 1) // p, (cols - k + 1) // p)


def spatial(units: torch.Tensor, pooling: int, cols: int) -> torch.Tensor:
    """Return hidden units (out, places, blocks) in their places, (out, R, C); `cols` is C."""
    out, across = len(units), cols // pooling
    blocks = units.view(out, pooling, pooling, -1, across)
    return blocks.permute(0, 3, 1, 4, 2).reshape(out, -1, cols)


def free_energy(model: Crbm, v: torch.Tensor, sigma: float) -> torch.Tensor:
    """Return F(v) = -log sum over h of exp(-E(v, h)).

    Every block of every kernel contributes -log(1 + sum e^I).
    """
    hidden_inputs = inputs(model, patches(v, model.kernels.shape[-1], model.pooling), sigma)
    blocks = torch.logsumexp(torch.cat([hidden_inputs, torch.zeros_like(hidden_inputs[:, :1])], 1), 1).sum()
    square = (v**2).sum() / 2 if model.real else 0
    return (square - model.visible_bias @ v.sum((1, 2))) / sigma**2 - blocks


class Gradient(NamedTuple):
    """The gradient of the log-likelihood with respect to each parameter, in the shape of that parameter."""

    kernels: torch.Tensor
    hidden_bias: torch.Tensor
    visible_bias: torch.Tensor


def phase(model: Crbm, v: torch.Tensor, seen: torch.Tensor, hidden: torch.Tensor, sigma: float) -> Gradient:
    """Return -dE / d parameters at v (in, rows, cols), given its patches `seen` and hidden units (or probabilities)."""
    flat = hidden.flatten(1)
    kernels = (flat @ seen.T).view(model.kernels.shape)
    return Gradient(*(part / sigma**2 for part in (kernels, flat.sum(1), v.sum((1, 2)))))


def contrast(data: Gradient, fantasy: Gradient) -> Gradient:
    """Return the contrastive divergence estimate: the phase of the data minus the phase of the reconstruction."""
    return Gradient(*(a - b for a, b in zip(data, fantasy, strict=True)))
