"""The image of one receptive field that a kernel answers to most, by gradient ascent (Erhan et al. 2009).

The response is that of a single position whose field is inside the image, before ReLU, bias included, and normalized
where a batch normalization follows. Pixels may be negative; what is fixed is their root mean square (white is 1), as
without a bound any image could be made stronger.
"""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.models import layer_lists, networks
from kernelscope.probes import projection

STEPS = 24
BLUR = 1.0  # pixels
CHUNK = 256  # patches at a time


def maximised(
    layers: list[dict],
    weights: dict[str, np.ndarray],
    strength: float = 0.3,
    blur: float = BLUR,
    steps: int = STEPS,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Per conv layer the best image for each kernel: name -> (out, channels, field, field) float32.

    weights as in snapshots.npz, `<layer>.weight` and so on; `strength`: the root mean square of the pixels. Three
    starts (linear projection, rectified projection, noise) climb a quarter of `steps`; the best one goes on for
    `steps`. The gradient is blurred (Gaussian, sd `blur` pixels), which is ascent under a norm that charges for fine
    detail: else pixels win that mean nothing to an eye (Yosinski et al. 2015). With `blur` 0 the first layer gives its
    kernels. Zeros where nothing found raises the response above that to a black field (a kernel of zeros, or one that
    only inhibits); NaN where it is not finite.
    """
    starts, found = [projection.projected(layers, weights, rectified) for rectified in (False, True)], {}
    numbers = {layer["name"]: i for i, layer in enumerate(layers) if layer["kind"] == "conv"}
    for name, number in numbers.items():
        unit = unit_of(layers, weights, name)
        noise = np.random.default_rng([seed, number]).standard_normal(starts[0][name].shape, np.float32)
        tried = torch.from_numpy(np.stack([starts[0][name], starts[1][name], noise]))
        start = _best(unit, _ascended(unit, tried, strength, blur, -(-steps // 4)))
        best = _ascended(unit, start[None], strength, blur, steps)[0]
        found[name] = _above_black(unit, best).numpy()
    return found


def gains(
    layers: list[dict], weights: dict[str, np.ndarray], best: dict[str, np.ndarray], patches: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What `maximised` gained: its response over the largest to patches of the images, name -> (out,).

    best and patches: name -> (n, channels, field, field); the patches are brought to the strength of each best image
    of their layer. NaN where no patch has a positive response.
    """
    return {name: _gain(unit_of(layers, weights, name), best[name], patches[name]) for name in best}


class Unit(NamedTuple):
    """The kernels of one conv layer at one position: what is before it, itself and what ends its response."""

    earlier: networks.Network
    whole: networks.Network
    kernels: torch.Tensor  # (out, in, k, k), at the scale of the response

    def responses(self, x: torch.Tensor) -> torch.Tensor:
        """Those of all kernels (n, out) to images of their field (n, channels, field, field)."""
        return self.whole(x)[:, :, 0, 0]


def unit_of(layers: list[dict], weights: dict[str, np.ndarray], name: str) -> Unit:
    end, plain = layer_lists.ends(layers)[name][0] + 1, layer_lists.unpadded(layers)
    number = [layer.get("name") for layer in layers].index(name)
    earlier, whole = (networks.loaded(plain[:last], weights) for last in (number, end))
    after = networks.loaded(plain[number + 1 : end], weights, "linear")
    kernels = projection.bank(layers[number], weights).float()
    return Unit(earlier, whole, after(kernels.transpose(0, 1)).transpose(0, 1))


@torch.no_grad()
def _gain(unit: Unit, best: np.ndarray, patches: np.ndarray) -> np.ndarray:
    best, patches = (torch.from_numpy(images.astype(np.float32)) for images in (best, patches))
    strength = best.square().mean((1, 2, 3)).nan_to_num().max().sqrt()
    largest = torch.stack([unit.responses(_scaled(few, strength)).amax(0) for few in patches.split(CHUNK)]).amax(0)
    reached = unit.responses(best).diagonal()
    return torch.where(largest > 0, reached / largest, torch.nan).numpy()


def _ascended(unit: Unit, starts: torch.Tensor, strength: float, blur: float, steps: int) -> torch.Tensor:
    """The ends of the ascent from starts (starts, out, channels, field, field), each with one image per kernel.

    A step mixes the image with its blurred gradient, both at the same strength; the share of the gradient falls from
    a half to 0, so that the end is where the two agree.
    """
    kernels = unit.kernels.repeat(len(starts), 1, 1, 1)
    smooth = _blurring(starts.shape[-1], blur)
    x = _scaled(starts.flatten(0, 1), strength)
    for step in range(steps):
        share = 0.5 * (1 - step / steps)
        uphill = _scaled(smooth @ projection.gradient(unit.earlier, x, kernels) @ smooth, strength)
        mixed = _scaled((1 - share) * x + share * uphill, strength)
        flat = (uphill == 0).flatten(1).all(1)[:, None, None, None]
        x = torch.where(flat, x, mixed)
    return x.unflatten(0, starts.shape[:2])


@torch.no_grad()
def _best(unit: Unit, ends: torch.Tensor) -> torch.Tensor:
    """Of ends (ends, out, ...) the one with the largest response per kernel, (out, ...)."""
    reached = torch.stack([unit.responses(end).diagonal() for end in ends])
    best = torch.where(reached.isnan(), -torch.inf, reached).argmax(0)
    return ends[best, torch.arange(ends.shape[1])]


@torch.no_grad()
def _above_black(unit: Unit, images: torch.Tensor) -> torch.Tensor:
    """The images (out, ...), one per kernel; zeros where a black field does as well, NaN where nothing is finite."""
    reached, black = unit.responses(images).diagonal(), unit.responses(torch.zeros_like(images[:1]))[0]
    each = (slice(None), None, None, None)
    found = torch.where((reached > black)[each], images, 0.0)
    return torch.where((reached.isfinite() & black.isfinite())[each], found, torch.nan)


def _scaled(x: torch.Tensor, strength: float) -> torch.Tensor:
    """Each image (n, ...) at the root mean square `strength`; zeros stay."""
    size = x.square().mean((1, 2, 3), keepdim=True).sqrt()
    return x * torch.where(size != 0, strength / size, 0.0)


def _blurring(field: int, sd: float) -> torch.Tensor:
    """A symmetric matrix (field, field) float32 that blurs rows from the left and cols from the right."""
    if sd <= 0:
        return torch.eye(field)
    distance = np.arange(field)[:, None] - np.arange(field)
    weight = np.exp(-(distance**2) / (2 * sd**2))
    return torch.from_numpy((weight / weight[field // 2].sum()).astype(np.float32))
