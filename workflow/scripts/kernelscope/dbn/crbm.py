"""A convolutional restricted Boltzmann machine with probabilistic max-pooling (Lee, Grosse, Ranganath, Ng, ICML 2009).

Visibles v (in, rows, cols), hidden units h (out, R, C) with R = rows - k + 1, in blocks of `pooling` x `pooling`, each
with at most one unit on. With s the standard deviation of real visibles (1 for binary ones),

    E(v, h) = 1/s^2 [ |v|^2/2 - sum_k h^k . (W^k * v) - sum_k b_k sum h^k - sum_c c_c sum v^c ]

where |v|^2/2 is of real visibles only and * is the cross-correlation. A mean reconstruction is W^T h + c, of binary
visibles its logistic function. Hidden units stand in the order (out, place in the block, block), so that a block is a
column; `spatial` puts them back. Everything is a torch tensor, and a draw takes a generator.
"""

from typing import NamedTuple

import torch

from kernelscope.dbn.sizes import fitted


class Crbm(NamedTuple):
    """kernels (out, in, k, k), hidden bias (out,), visible bias (in,); blocks of `pooling` x `pooling` units."""

    kernels: torch.Tensor
    hidden_bias: torch.Tensor
    visible_bias: torch.Tensor
    pooling: int
    real: bool  # visibles are real with a normal distribution, else binary


def patches(v: torch.Tensor, kernel_size: int, pooling: int) -> torch.Tensor:
    """What every hidden unit sees of v (in, rows, cols), a column each: (in k k, pooling pooling blocks)."""
    k, p = kernel_size, pooling
    seen = v.unfold(1, k, 1).unfold(2, k, 1)  # (in, R, C, k, k)
    depth, rows, cols = seen.shape[:3]
    blocks = seen.reshape(depth, rows // p, p, cols // p, p, k, k)
    return blocks.permute(0, 5, 6, 2, 4, 1, 3).reshape(depth * k * k, -1)


def inputs(model: Crbm, seen: torch.Tensor, sigma: float) -> torch.Tensor:
    """I = (W * v + b) / s^2 of every hidden unit, (out, pooling pooling, blocks), from the patches of v."""
    flat = model.kernels.flatten(1) @ seen + model.hidden_bias[:, None]
    return (flat / sigma**2).view(len(flat), model.pooling**2, -1)


def block_softmax(inputs: torch.Tensor) -> torch.Tensor:
    """P(h = 1 | v) = e^I / (1 + sum over the block of e^I), equation 15 of the paper; (out, places, blocks)."""
    most = inputs.amax(1, keepdim=True).clamp(min=0)
    grown = torch.exp(inputs - most)
    return grown / (grown.sum(1, keepdim=True) + torch.exp(-most))


def drawn(probabilities: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Which unit of each block is on, if any: (out, places, blocks) bool, with these probabilities."""
    out, _, blocks = probabilities.shape
    bound = probabilities.cumsum(1)
    u = torch.rand((out, 1, blocks), generator=generator, dtype=probabilities.dtype)
    return (u < bound) & (u >= bound - probabilities)


def reconstruction(model: Crbm, on: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """The mean of v (in, rows, cols) for hidden units `on` (out, places, blocks), of `size` (rows, cols).

    Only units that are on cost anything: each adds its kernel at its place.
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
    """P(some unit of the block is on | v), equation 16, as (out, rows, cols) of blocks."""
    return probabilities.sum(1).view(len(probabilities), rows, cols)


def upwards(model: Crbm, v: torch.Tensor, sigma: float) -> torch.Tensor:
    """The pooled probabilities (out, R / pooling, C / pooling) of what of v makes whole blocks, from its top left."""
    k, p = model.kernels.shape[-1], model.pooling
    rows, cols = (fitted(side, k, p) for side in v.shape[1:])
    found = block_softmax(inputs(model, patches(v[:, :rows, :cols], k, p), sigma))
    return pooled(found, (rows - k + 1) // p, (cols - k + 1) // p)


def spatial(units: torch.Tensor, pooling: int, cols: int) -> torch.Tensor:
    """Hidden units (out, places, blocks) where they lie, (out, R, C); `cols` is C."""
    out, across = len(units), cols // pooling
    laid = units.view(out, pooling, pooling, -1, across)
    return laid.permute(0, 3, 1, 4, 2).reshape(out, -1, cols)


def free_energy(model: Crbm, v: torch.Tensor, sigma: float) -> torch.Tensor:
    """F(v) = -log sum over h of exp(-E(v, h)), where every block of every kernel adds log(1 + sum e^I)."""
    found = inputs(model, patches(v, model.kernels.shape[-1], model.pooling), sigma)
    blocks = torch.logsumexp(torch.cat([found, torch.zeros_like(found[:, :1])], 1), 1).sum()
    own = (v**2).sum() / 2 if model.real else 0
    return (own - model.visible_bias @ v.sum((1, 2))) / sigma**2 - blocks


class Gradient(NamedTuple):
    """Of the log-likelihood by the three parameters, each in the shape of that parameter."""

    kernels: torch.Tensor
    hidden_bias: torch.Tensor
    visible_bias: torch.Tensor


def phase(model: Crbm, v: torch.Tensor, seen: torch.Tensor, hidden: torch.Tensor, sigma: float) -> Gradient:
    """-dE/d parameters at v (in, rows, cols), its patches `seen`, and hidden units or their probabilities."""
    flat = hidden.flatten(1)
    kernels = (flat @ seen.T).view(model.kernels.shape)
    return Gradient(*(part / sigma**2 for part in (kernels, flat.sum(1), v.sum((1, 2)))))


def contrast(data: Gradient, fantasy: Gradient) -> Gradient:
    """The estimate of contrastive divergence: the phase of the data less that of the reconstruction."""
    return Gradient(*(a - b for a, b in zip(data, fantasy, strict=True)))
