"""The image of one receptive field that a kernel answers to most, by gradient ascent (Erhan et al. 2009).

The response is that of the single position before ReLU, bias included. Pixels may be negative; what is fixed is their
root mean square (white is 1), as without a bound any image could be made stronger.
"""

import numpy as np
import torch

from kernelscope import convolution, network, projection

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

    weights as in snapshots.npz, `<layer>.weight` and `<layer>.bias`; `strength`: the root mean square of the pixels. A
    receptive field never exceeds an image that the layers accept. Three starts (linear projection, rectified
    projection, noise) climb a quarter of `steps`; the best one goes on for `steps`. The gradient is blurred (Gaussian,
    sd `blur` pixels), which is ascent under a norm that charges for fine detail: else pixels win that mean nothing to
    an eye (Yosinski et al. 2015). With `blur` 0 the first layer gives its kernels. Zeros where nothing found raises
    the response above that to a black field (a kernel of zeros, or one that only inhibits); NaN where it is not finite.
    """
    starts = [projection.projected(layers, weights, rectified) for rectified in (False, True)]
    found = {}
    for i, layer in enumerate(layers):
        if layer["kind"] == "conv":
            name = layer["name"]
            noise = np.random.default_rng([seed, i]).standard_normal(starts[0][name].shape, np.float32)
            respond = _response(layers[: i + 1], weights)
            tried = torch.from_numpy(np.stack([starts[0][name], starts[1][name], noise]))
            start = _best(respond, _ascended(respond, tried, strength, blur, -(-steps // 4)))
            found[name] = _above_black(respond, _ascended(respond, start[None], strength, blur, steps)[0])
    return found


def gains(
    layers: list[dict], weights: dict[str, np.ndarray], best: dict[str, np.ndarray], patches: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What `maximised` gained: its response over the largest to patches of the images, name -> (out,).

    best and patches: name -> (n, channels, field, field); the patches are brought to the strength of each best image
    of their layer. NaN where no patch has a positive response.
    """
    return {name: _gain(_response(_until(layers, name), weights), best[name], patches[name]) for name in best}


@torch.no_grad()
def _gain(respond, best: np.ndarray, patches: np.ndarray) -> np.ndarray:
    best, patches = (torch.from_numpy(images.astype(np.float32)) for images in (best, patches))
    strength = float(best.square().flatten(1).mean(1).nan_to_num().max().sqrt())
    chunks = _scaled(patches, strength).split(CHUNK)
    largest = torch.stack([respond(chunk).amax(0) for chunk in chunks]).amax(0)
    reached = respond(best).diagonal()
    return torch.where(largest > 0, reached / largest, torch.nan).numpy()


def _until(layers: list[dict], name: str) -> list[dict]:
    """The layers up to the one of that name."""
    return layers[: [layer.get("name") for layer in layers].index(name) + 1]


def _response(layers: list[dict], weights: dict[str, np.ndarray]):
    """A function from images (n, channels, field, field) to the output (n, out) of the last of `layers`."""
    steps = []
    for layer in layers:
        if layer["kind"] == "conv":
            weight, bias = (torch.from_numpy(weights[f"{layer['name']}.{part}"]).float() for part in ("weight", "bias"))
            steps.append(lambda x, w=weight, b=bias, s=layer["stride"]: convolution.correlate(x, w, b, s))
        else:
            steps.append(network.MODULES[layer["kind"]](layer))

    def respond(x):
        for step in steps:
            x = step(x)
        return x[:, :, 0, 0]

    return respond


def _ascended(respond, starts: torch.Tensor, strength: float, blur: float, steps: int) -> torch.Tensor:
    """The ends of the ascent from starts (starts, out, channels, field, field), each with one image per kernel.

    A step mixes the image with its blurred gradient, both at the same strength; the share of the gradient falls from
    a half to 0, so that the end is where the two agree.
    """
    count, out = starts.shape[:2]
    own = torch.arange(out).repeat(count)[:, None]
    smooth = torch.from_numpy(_blurring(starts.shape[-1], blur))
    x = _scaled(starts.flatten(0, 1), strength)
    for step in range(steps):
        x.requires_grad_(True)
        (gradient,) = torch.autograd.grad(respond(x).gather(1, own).sum(), x)
        share, x = 0.5 * (1 - step / steps), x.detach()
        uphill = _scaled(smooth @ gradient @ smooth, strength)
        flat = uphill.eq(0).flatten(1).all(1)[:, None, None, None]
        x = torch.where(flat, x, _scaled((1 - share) * x + share * uphill, strength))
    return x.unflatten(0, (count, out))


@torch.no_grad()
def _best(respond, ends: torch.Tensor) -> torch.Tensor:
    """Of ends (ends, out, ...) the one with the largest response per kernel, (out, ...)."""
    own = torch.arange(ends.shape[1])
    reached = torch.stack([respond(end)[own, own] for end in ends])
    return ends[reached.nan_to_num(-torch.inf).argmax(0), own]


@torch.no_grad()
def _above_black(respond, images: torch.Tensor) -> np.ndarray:
    """The images (out, ...), one per kernel; zeros where a black field does as well, NaN where nothing is finite."""
    own = torch.arange(len(images))
    reached, black = respond(images)[own, own], respond(torch.zeros_like(images[:1]))[0]
    images = torch.where((reached > black)[:, None, None, None], images, 0)
    images[~(torch.isfinite(reached) & torch.isfinite(black))] = torch.nan
    return images.numpy()


def _scaled(x: torch.Tensor, strength: float) -> torch.Tensor:
    """Each image (n, ...) at the root mean square `strength`; zeros stay."""
    size = x.square().flatten(1).mean(1).sqrt()[:, None, None, None]
    return torch.where(size > 0, x * (strength / size), torch.zeros_like(x))


def _blurring(field: int, sd: float) -> np.ndarray:
    """A symmetric matrix (field, field) float32 that blurs rows from the left and cols from the right."""
    if sd <= 0:
        return np.eye(field, dtype=np.float32)
    distance = np.arange(field)[:, None] - np.arange(field)
    weight = np.exp(-(distance**2) / (2 * sd**2))
    return (weight / weight[field // 2].sum()).astype(np.float32)
