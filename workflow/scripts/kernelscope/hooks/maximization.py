"""Activation maximization for any model: the input that a kernel responds to most (Erhan et al. 2009).

The response is that of a single unit, the most central one of the layer. The steps are those of
`probes.activation_maximization`: the gradient is blurred, which keeps fine detail away that means nothing to the eye
(Yosinski et al. 2015), and the root mean square of the input is fixed, because without a bound any input could be made
stronger. In the first half of the steps, the input is shifted by a random number of pixels (jitter; Olah et al. 2017).
"""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from kernelscope.hooks import watching
from kernelscope.probes.activation_maximization import BLUR, STEPS, climbed, scaled

JITTER = 1  # pixels at most


class Reached(BaseException):  # ends a pass at the layer, whatever the model itself catches
    """The pass has come to the layer."""


def maximized(
    model: nn.Module,
    place: nn.Module,
    kernels: Sequence[int],
    images: torch.Tensor,
    batch: int,
    seed: int = 0,
    steps: int = STEPS,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the best input for the central unit of each kernel, and its response.

    Parameters
    ----------
    model : nn.Module
        In evaluation.
    place : nn.Module
        The module of the response of the layer.
    kernels : sequence of int
        The kernels of the layer.
    images : tensor (n, channels, rows, cols)
        Their mean and root mean square over all images and places, for each channel, are those of the inputs.
    batch, seed, steps : int
        Kernels at a time, seed of start and jitter, and number of gradient steps.

    Returns
    -------
    inputs : array (kernels, channels, rows, cols) float32
    responses : array (kernels,) float32
        NaN where one was not finite.
    """
    mean = images.mean((0, 2, 3), keepdim=True)
    strength = (images - mean).square().mean().sqrt().clamp(min=1e-6)
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn((len(kernels), *images.shape[1:]), generator=generator)
    found, responses = [], []
    for start in range(0, len(kernels), batch):
        chosen = torch.as_tensor(list(kernels[start : start + batch]))
        generator.manual_seed(seed + 1)  # the same shifts for every kernel
        x, reached = ascended(model, place, chosen, noise[start : start + batch], mean, strength, generator, steps)
        found.append(x.numpy())
        responses.append(reached.numpy())
    return np.concatenate(found).astype(np.float32), np.concatenate(responses).astype(np.float32)


def ascended(model, place, kernels, noise, mean, strength, generator, steps) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the best inputs on the way from noise (kernels, channels, rows, cols), and their responses.

    What climbs is the deviation from the mean.
    """
    x = scaled(blurred(noise), strength)
    best, highest = x.clone(), torch.full((len(x),), -torch.inf)
    for step in range(steps + 1):
        shift = torch.randint(-JITTER, JITTER + 1, (2,), generator=generator).tolist() if step < steps // 2 else [0, 0]
        jittered = torch.roll(x, shift, (2, 3)).requires_grad_()
        reached = central(model, place, jittered + mean, kernels)
        (gradient,) = torch.autograd.grad(reached.sum(), [jittered])
        better = reached.detach().cpu() > highest
        best[better], highest[better] = jittered.detach()[better], reached.detach().cpu()[better]
        uphill = blurred(torch.roll(gradient, [-each for each in shift], (2, 3)))
        x = climbed(x, finite(uphill), step / steps, strength)
    return best + mean, torch.where(highest.isfinite(), highest, torch.nan)


def central(model: nn.Module, place: nn.Module, images: torch.Tensor, kernels: torch.Tensor) -> torch.Tensor:
    """Return the response (n,) of the central unit of kernel i of a layer to image i."""
    kept = []

    def stop(_, output: torch.Tensor) -> None:
        kept.append(output)
        raise Reached

    with watching.hooked({"": place}, stop), torch.enable_grad(), suppress(Reached):
        watching.run(model, images)
    rows, cols = kept[0].shape[2:]
    return kept[0][torch.arange(len(images)), kernels.to(kept[0].device), rows // 2, cols // 2].float()


def finite(gradient: torch.Tensor) -> torch.Tensor:
    """Return gradients (n, ...), with zeros for those whose mean square is not finite."""
    size = gradient.square().mean((1, 2, 3), keepdim=True)
    return torch.where(size.isfinite(), gradient, 0.0)


def blurred(x: torch.Tensor) -> torch.Tensor:
    """Return inputs (n, channels, rows, cols) after a Gaussian blur."""
    reach = torch.arange(-3, 4, dtype=x.dtype)
    line = torch.exp(-(reach**2) / (2 * BLUR**2))
    line = (line / line.sum()).repeat(x.shape[1], 1)
    for kernel, padding in ((line[:, None, :, None], (3, 0)), (line[:, None, None, :], (0, 3))):
        x = functional.conv2d(x, kernel, padding=padding, groups=x.shape[1])
    return x
