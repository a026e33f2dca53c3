"""The image of one receptive field that a kernel answers to most, by gradient ascent (Erhan et al. 2009).

The response is that of the single position before ReLU, bias included. Pixels may be negative; what is fixed is their
root mean square (white is 1), as without a bound any image could be made stronger.
"""

import numpy as np

from kernelscope import backward, forward, projection

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
            name, seen = layer["name"], layers[: i + 1]
            noise = np.random.default_rng([seed, i]).standard_normal(starts[0][name].shape, np.float32)
            tried = np.stack([starts[0][name], starts[1][name], noise])
            ends = _ascended(seen, weights, tried, strength, blur, -(-steps // 4))
            start = _best(seen, weights, ends)[None]
            found[name] = _above_black(seen, weights, _ascended(seen, weights, start, strength, blur, steps)[0])
    return found


def gains(
    layers: list[dict], weights: dict[str, np.ndarray], best: dict[str, np.ndarray], patches: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What `maximised` gained: its response over the largest to patches of the images, name -> (out,).

    best and patches: name -> (n, channels, field, field); the patches are brought to the strength of each best image
    of their layer. NaN where no patch has a positive response.
    """
    return {name: _gain(_until(layers, name), weights, best[name], patches[name]) for name in best}


def _gain(layers: list[dict], weights: dict[str, np.ndarray], best: np.ndarray, patches: np.ndarray) -> np.ndarray:
    best, patches = best.astype(np.float32), patches.astype(np.float32)
    strength = np.sqrt(np.nan_to_num((best**2).mean((1, 2, 3))).max())
    scaled = (_scaled(patches[i : i + CHUNK], strength) for i in range(0, len(patches), CHUNK))
    largest = np.max([_responses(layers, weights, few).max(0) for few in scaled], 0)
    reached = _responses(layers, weights, best).diagonal()
    return np.divide(reached, largest, out=np.full(len(best), np.nan, np.float32), where=largest > 0)


def _until(layers: list[dict], name: str) -> list[dict]:
    """The layers up to the one of that name."""
    return layers[: [layer.get("name") for layer in layers].index(name) + 1]


def _responses(layers: list[dict], weights: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """The output (n, out) of the last of `layers` for images of its field, (n, channels, field, field)."""
    for layer in layers:
        x = forward.layer_output(layer, weights, x)
    return x[:, :, 0, 0]


def _ascended(
    layers: list[dict], weights: dict[str, np.ndarray], starts: np.ndarray, strength: float, blur: float, steps: int
) -> np.ndarray:
    """The ends of the ascent from starts (starts, out, channels, field, field), each with one image per kernel.

    A step mixes the image with its blurred gradient, both at the same strength; the share of the gradient falls from
    a half to 0, so that the end is where the two agree.
    """
    own = np.tile(np.arange(starts.shape[1]), len(starts))
    smooth = _blurring(starts.shape[-1], blur)
    x = _scaled(starts.reshape(-1, *starts.shape[2:]), strength)
    for step in range(steps):
        share = np.float32(0.5 * (1 - step / steps))
        with np.errstate(invalid="ignore", over="ignore"):
            uphill = _scaled(smooth @ backward.gradient(layers, weights, x, own) @ smooth, strength)
            mixed = _scaled((1 - share) * x + share * uphill, strength)
        flat = (uphill == 0).all((1, 2, 3), keepdims=True)
        x = np.where(flat, x, mixed)
    return x.reshape(starts.shape)


def _best(layers: list[dict], weights: dict[str, np.ndarray], ends: np.ndarray) -> np.ndarray:
    """Of ends (ends, out, ...) the one with the largest response per kernel, (out, ...)."""
    reached = np.stack([_responses(layers, weights, end).diagonal() for end in ends])
    best = np.where(np.isnan(reached), -np.inf, reached).argmax(0)
    return ends[best, np.arange(ends.shape[1])]


def _above_black(layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray) -> np.ndarray:
    """The images (out, ...), one per kernel; zeros where a black field does as well, NaN where nothing is finite."""
    reached = _responses(layers, weights, images).diagonal()
    black = _responses(layers, weights, np.zeros_like(images[:1]))[0]
    found = np.where((reached > black)[:, None, None, None], images, np.float32(0))
    found[~(np.isfinite(reached) & np.isfinite(black))] = np.nan
    return found


def _scaled(x: np.ndarray, strength: float) -> np.ndarray:
    """Each image (n, ...) at the root mean square `strength`, float32; zeros stay."""
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.sqrt((x * x).mean((1, 2, 3), keepdims=True))
        return x * np.divide(np.float32(strength), size, out=np.zeros_like(size), where=size != 0)


def _blurring(field: int, sd: float) -> np.ndarray:
    """A symmetric matrix (field, field) float32 that blurs rows from the left and cols from the right."""
    if sd <= 0:
        return np.eye(field, dtype=np.float32)
    distance = np.arange(field)[:, None] - np.arange(field)
    weight = np.exp(-(distance**2) / (2 * sd**2))
    return (weight / weight[field // 2].sum()).astype(np.float32)
