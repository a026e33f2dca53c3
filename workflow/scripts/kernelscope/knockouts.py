"""What each kernel does for the network's decisions: accuracy without it, per class, against knocking out any other.

A class may hang on one kernel while the accuracy over all images hardly moves (Zhou et al. 2018, "Revisiting the
importance of individual units in CNNs via ablation"). The next layer with weights is linear in the channels that it
reads, and what stands between acts on each channel by itself, so what one kernel puts into it is taken out of the
sum, and only the layers behind are computed anew.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import bdtrc

from kernelscope.forward import AT_ONCE, bank, continued, correlate, layer_output, map_end
from kernelscope.pvalues import corrected

MODES = ("zero", "mean", "only")  # the kernel's feature map is 0, is its mean; those of all other kernels are 0
COLUMNS = (
    *("layer", "kernel", "mode", "class", "n", "accuracy", "drop", "low", "high"),
    *("random_kernel", "p", "p_corrected", "p_random"),
)
EVERY = "all"  # in the column `class`: all images
Z = 1.959963984540054  # of a 95 % interval


def knockouts(
    layers: list[dict],
    weights: dict[str, np.ndarray],
    responses: dict[str, np.ndarray],
    labels: np.ndarray,
    class_names: list[str],
) -> list[dict]:
    """Rows with COLUMNS: per conv layer, kernel, mode and class, and for all images.

    layers end with a linear layer; responses as of `forward.responses`, labels (n,) from 0. drop is the accuracy of the
    whole network minus `accuracy`, with low and high its 95 % interval (`interval`); random_kernel the mean drop of
    the layer's other kernels in the same mode. p: as many images or more lost by chance, given how many are lost and
    won (exact McNemar test, one-sided). p_corrected: after Benjamini and Hochberg (1995) over the kernels of a layer,
    mode and class. p_random: the share of the layer's kernels, this one included, with a drop as large; with `only`,
    a kernel that does much by itself has a small drop. Cells without a meaning are NaN.
    """
    whole, changed = answers(layers, weights, responses)
    whole, rows = predicted(whole) == labels, []
    groups = {EVERY: np.ones(len(labels), bool)} | {name: labels == i for i, name in enumerate(class_names)}
    for layer, logits in changed.items():
        right = predicted(logits) == labels  # (modes, out, n)
        for name, of_group in groups.items():
            for mode, of_mode in zip(MODES, right[..., of_group], strict=True):
                found = damage(whole[of_group], of_mode)
                rows += [
                    {"layer": layer, "kernel": kernel, "mode": mode, "class": name, "n": of_group.sum()}
                    | {column: values[kernel] for column, values in found.items()}
                    for kernel in range(len(of_mode))
                ]
    return sorted(rows, key=lambda row: (list(changed).index(row["layer"]), row["kernel"], MODES.index(row["mode"])))


def answers(
    layers: list[dict], weights: dict[str, np.ndarray], responses: dict[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Outputs (n, classes) of the whole network, and per conv layer (modes, out, n, classes) of the changed ones."""
    ends = {layer["name"]: map_end(layers, i) for i, layer in enumerate(layers) if layer["kind"] == "conv"}
    means = {name: maps.mean((2, 3), dtype=np.float64).mean(0) for name, maps in responses.items()}
    last, whole, changed = list(ends)[-1], [], {name: [] for name in ends}
    for few in portions(responses):
        for name, end in ends.items():
            changed[name].append(one_layer(layers, weights, responses[name][few], end, means[name]))
        whole.append(continued(layers, weights, responses[last][few], ends[last]))
    return np.concatenate(whole), {name: np.concatenate(parts, 2) for name, parts in changed.items()}


def portions(responses: dict[str, np.ndarray]) -> list[slice]:
    """Slices of the images, few enough for the layer with the largest maps."""
    count = len(next(iter(responses.values())))
    size = max(1, AT_ONCE // max(maps[0].size for maps in responses.values()))
    return [slice(start, start + size) for start in range(0, count, size)]


def one_layer(
    layers: list[dict], weights: dict[str, np.ndarray], maps: np.ndarray, end: int, means: np.ndarray
) -> np.ndarray:
    """Outputs (modes, out, n, classes) with each kernel of `maps` (n, out, h, w) changed, the output of layer `end`."""
    following = next(i for i in range(end + 1, len(layers)) if "name" in layers[i])
    constant = np.broadcast_to(means.astype(maps.dtype)[:, None, None], (1, *maps.shape[1:]))
    for layer in layers[end + 1 : following]:
        maps, constant = layer_output(layer, weights, maps), layer_output(layer, weights, constant)
    found = [continued(layers, weights, x, following) for x in read(layers[following], weights, maps, constant)]
    return np.stack(found).reshape(len(found), len(MODES), len(maps), -1).swapaxes(0, 1)


def read(layer: dict, weights: dict[str, np.ndarray], x: np.ndarray, constant: np.ndarray) -> Iterator[np.ndarray]:
    """Per channel of x (n, in, ...) what `layer` makes of x in every mode, one after the other: (modes * n, ...).

    Summed in double precision: what is left without all that speak is then the bias and no rounding error. Where a
    sum is not finite, every mode is computed by itself.
    """
    weight, bias = weights[f"{layer['name']}.weight"], weights[f"{layer['name']}.bias"]
    if layer["kind"] == "conv":
        weight, bias = bank(layer, weights), bias[:, None, None]
    parts = [contribution(layer, weight, x, channel) for channel in range(x.shape[1])]
    with np.errstate(invalid="ignore"):
        total = sum(part.astype(np.float64) for part in parts) + bias
    if not np.isfinite(total).all():
        for channel in range(x.shape[1]):
            yield layer_output(layer, weights, np.concatenate(plainly(x, constant, channel)))
        return
    for channel, part in enumerate(parts):
        rest = total - part
        mean = rest + contribution(layer, weight, constant, channel)
        with np.errstate(over="ignore"):
            found = np.concatenate([rest, mean, part + bias]).astype(x.dtype)
        yield found


def plainly(x: np.ndarray, constant: np.ndarray, channel: int) -> list[np.ndarray]:
    """The layer's input x (n, in, ...) in every mode."""
    zero, mean, only = x.copy(), x.copy(), np.zeros_like(x)
    zero[:, channel], mean[:, channel], only[:, channel] = 0, constant[:, channel], x[:, channel]
    return [zero, mean, only]


def contribution(layer: dict, weight: np.ndarray, x: np.ndarray, channel: int) -> np.ndarray:
    """What one channel of x (n, in, ...) puts into a conv or linear layer, without its bias."""
    with np.errstate(invalid="ignore", over="ignore"):
        if layer["kind"] == "conv":
            return correlate(x[:, [channel]], weight[:, [channel]], layer["stride"])
        per_channel = weight.reshape(len(weight), x.shape[1], -1)
        return x[:, channel].reshape(len(x), -1) @ per_channel[:, channel].T


def predicted(logits: np.ndarray) -> np.ndarray:
    """The class of the largest output, (..., classes) -> (...); -1 where an output is not finite."""
    return np.where(np.isfinite(logits).all(-1), logits.argmax(-1), -1)


def damage(whole: np.ndarray, changed: np.ndarray) -> dict[str, np.ndarray]:
    """The columns from `accuracy` on, (kernels,) each; whole (n,) and changed (kernels, n): is the image right?"""
    kernels, n = changed.shape
    if n == 0:
        return {column: np.full(kernels, np.nan) for column in COLUMNS[5:]}
    lost, won = (whole & ~changed).sum(-1), (~whole & changed).sum(-1)
    drop = (lost - won) / n
    low, high = interval((whole & changed).sum(-1), lost, won, (~whole & ~changed).sum(-1))
    p = np.where(lost > 0, bdtrc(lost - 1.0, lost + won, 0.5), 1)
    alone = kernels == 1
    others = np.full(1, np.nan) if alone else (drop.sum() - drop) / (kernels - 1)
    rank = np.full(1, np.nan) if alone else (drop >= drop[:, None]).mean(-1)
    values = (changed.mean(-1), drop, low, high, others, p, corrected(p), rank)
    return dict(zip(COLUMNS[5:], values, strict=True))


def interval(both: np.ndarray, lost: np.ndarray, won: np.ndarray, neither: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of (lost - won) / n, paired: Newcombe (1998, Statistics in Medicine 17:2635), method 10.

    Counts of images that are right before and after, before only, after only, never; they add up to n > 0.
    """
    n = both + lost + won + neither
    before, after = (both + lost) / n, (both + won) / n
    low_before, high_before = wilson(before, n)
    low_after, high_after = wilson(after, n)
    excess = 1.0 * both * neither - 1.0 * lost * won
    excess = np.where(excess > 0, np.maximum(excess - n / 2, 0), excess)
    size = np.sqrt(1.0 * (both + lost) * (won + neither) * (both + won) * (lost + neither))
    phi = np.divide(excess, size, out=np.zeros(np.shape(size)), where=size > 0)
    down, up = before - low_before, high_after - after
    below = np.sqrt(down**2 - 2 * phi * down * up + up**2)
    up, down = high_before - before, after - low_after
    above = np.sqrt(up**2 - 2 * phi * up * down + down**2)
    return before - after - below, before - after + above


def wilson(share: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % score interval of a share of n (Wilson 1927)."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return middle - half, middle + half
