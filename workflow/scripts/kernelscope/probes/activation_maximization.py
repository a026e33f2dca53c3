"""Activation maximization: the image of one receptive field that a kernel responds to most (Erhan et al. 2009).

The response is that of a single position whose receptive field is inside the image, before ReLU, with the bias, and
normalized if a batch normalization follows. Pixels may be negative. Their root mean square is fixed (white is 1),
because without a bound any image could be made stronger.
"""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.models import layer_lists, networks
from kernelscope.probes import projection

STEPS = 24
BLUR = 1.0  # pixels
CHUNK = 256  # patches at a time


def maximized(
    layers: list[dict],
    weights: dict[str, np.ndarray],
    strength: float = 0.3,
    blur: float = BLUR,
    steps: int = STEPS,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Return the image that maximizes the response of each kernel: layer -> (out, channels, field, field) float32.

    Three starts (linear projection, rectified projection, noise) climb for a quarter of `steps`, and the best start
    continues for `steps`. The gradient is blurred, which is ascent under a norm that penalizes fine detail: otherwise
    pixels win that mean nothing to the eye (Yosinski et al. 2015).

    Parameters
    ----------
    layers : list of dict
        The layers of the network.
    weights : dict
        Its weights, named as in snapshots.npz: `<layer>.weight` and so on.
    strength : float
        Root mean square of the pixels.
    blur : float
        Standard deviation of the Gaussian blur of the gradient, in pixels. With 0 the first layer gives its own
        kernels.
    steps : int
        Number of gradient steps.
    seed : int
        Seed of the noise.

    Returns
    -------
    dict
        Zeros where no image raises the response above the response to a black field (a kernel of zeros, or a kernel
        that only inhibits); NaN where the response is not finite.
    """
    starts, best_images = [projection.projected(layers, weights, rectified) for rectified in (False, True)], {}
    numbers = {layer["name"]: i for i, layer in enumerate(layers) if layer["kind"] == "conv"}
    for name, number in numbers.items():
        unit = unit_of(layers, weights, name)
        noise = np.random.default_rng([seed, number]).standard_normal(starts[0][name].shape, np.float32)
        candidates = torch.from_numpy(np.stack([starts[0][name], starts[1][name], noise]))
        start = _best(unit, _ascended(unit, candidates, strength, blur, -(-steps // 4)))
        best = _ascended(unit, start[None], strength, blur, steps)[0]
        best_images[name] = _above_black(unit, best).numpy()
    return best_images


def gains(
    layers: list[dict], weights: dict[str, np.ndarray], best: dict[str, np.ndarray], patches: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the gain of `maximized`: its response over the largest response to patches of the images, layer -> (out,).

    Parameters
    ----------
    layers, weights
        The network, as in `maximized`.
    best, patches : dict
        Layer -> (n, channels, field, field). The patches are rescaled to the strength of the layer's best images.

    Returns
    -------
    dict
        NaN where no patch has a positive response.
    """
    return {name: _gain(unit_of(layers, weights, name), best[name], patches[name]) for name in best}


class Unit(NamedTuple):
    """One conv layer at a single position: the network before it and to the end of its response, and its kernels."""

    earlier: networks.Network
    whole: networks.Network
    kernels: torch.Tensor  # (out, in, k, k), at the scale of the response

    def responses(self, x: torch.Tensor) -> torch.Tensor:
        """Return the responses (n, out) of all kernels to images (n, channels, field, field) of their field."""
        return self.whole(x)[:, :, 0, 0]


def unit_of(layers: list[dict], weights: dict[str, np.ndarray], name: str) -> Unit:
    """Return the `Unit` of a conv layer, without padding."""
    end, plain = layer_lists.ends(layers)[name][0] + 1, layer_lists.unpadded(layers)
    number = [layer.get("name") for layer in layers].index(name)
    earlier, whole = (networks.loaded(plain[:last], weights) for last in (number, end))
    after = networks.loaded(plain[number + 1 : end], weights, "linear")
    kernels = projection.bank(layers[number], weights).float()
    return Unit(earlier, whole, after(kernels.transpose(0, 1)).transpose(0, 1))


@torch.no_grad()
def _gain(unit: Unit, best: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """Return the response to each best image over the largest response to patches of the same strength, (out,)."""
    best, patches = (torch.from_numpy(images.astype(np.float32)) for images in (best, patches))
    strength = best.square().mean((1, 2, 3)).nan_to_num().max().sqrt()
    largest = torch.stack([unit.responses(scaled(few, strength)).amax(0) for few in patches.split(CHUNK)]).amax(0)
    reached = unit.responses(best).diagonal()
    return torch.where(largest > 0, reached / largest, torch.nan).numpy()


def _ascended(unit: Unit, starts: torch.Tensor, strength: float, blur: float, steps: int) -> torch.Tensor:
    """Return the ends of the ascent from starts (starts, out, channels, field, field), each with one image per kernel.

    A step mixes the image with its blurred gradient at the same strength. The share of the gradient decreases from a
    half to 0, so that the end is where image and gradient agree.
    """
    kernels = unit.kernels.repeat(len(starts), 1, 1, 1)
    smooth = _blurring(starts.shape[-1], blur)
    x = scaled(starts.flatten(0, 1), strength)
    for step in range(steps):
        x = climbed(x, smooth @ projection.gradient(unit.earlier, x, kernels) @ smooth, step / steps, strength)
    return x.unflatten(0, starts.shape[:2])


def climbed(x: torch.Tensor, gradient: torch.Tensor, done: float, strength: float | torch.Tensor) -> torch.Tensor:
    """Return inputs (n, channels, rows, cols) after a step of the ascent.

    Parameters
    ----------
    x : inputs of this strength
    gradient : of the responses, blurred; an input whose gradient is zero stays
    done : share of the steps that were made
    strength : root mean square of each input
    """
    share, uphill = 0.5 * (1 - done), scaled(gradient, strength)
    mixed = scaled((1 - share) * x + share * uphill, strength)
    flat = (uphill == 0).flatten(1).all(1)[:, None, None, None]
    return torch.where(flat, x, mixed)


@torch.no_grad()
def _best(unit: Unit, ends: torch.Tensor) -> torch.Tensor:
    """Return, of ends (ends, out, ...), the end with the largest response for each kernel, (out, ...)."""
    reached = torch.stack([unit.responses(end).diagonal() for end in ends])
    best = torch.where(reached.isnan(), -torch.inf, reached).argmax(0)
    return ends[best, torch.arange(ends.shape[1])]


@torch.no_grad()
def _above_black(unit: Unit, images: torch.Tensor) -> torch.Tensor:
    """Return the images (out, ...); zeros if a black field does as well, NaN if a response is not finite."""
    reached, black = unit.responses(images).diagonal(), unit.responses(torch.zeros_like(images[:1]))[0]
    each = (slice(None), None, None, None)
    responding = torch.where((reached > black)[each], images, 0.0)
    return torch.where((reached.isfinite() & black.isfinite())[each], responding, torch.nan)


def scaled(x: torch.Tensor, strength: float | torch.Tensor) -> torch.Tensor:
    """Return each image (n, ...) with root mean square `strength`; zeros stay zero."""
    size = x.square().mean((1, 2, 3), keepdim=True).sqrt()
    return x * torch.where(size != 0, strength / size, 0.0)


def _blurring(field: int, sd: float) -> torch.Tensor:
    """Return a symmetric matrix (field, field) float32 that blurs rows from the left and columns from the right."""
    if sd <= 0:
        return torch.eye(field)
    distance = np.arange(field)[:, None] - np.arange(field)
    weight = np.exp(-(distance**2) / (2 * sd**2))
    return torch.from_numpy((weight / weight[field // 2].sum()).astype(np.float32))
