"""What each kernel does for the network's decisions: accuracy without it, per class, against knocking out any other.

A class may hang on one kernel while the accuracy over all images hardly moves (Zhou et al. 2018, "Revisiting the
importance of individual units in CNNs via ablation"). Only the layers behind the changed feature map are computed
again, and of the next one, if it is linear in its input, only what the kernel puts into it.
"""

from collections.abc import Callable
from itertools import islice

import numpy as np
import torch
from scipy.special import bdtrc

from kernelscope.models import functions, networks
from kernelscope.models.responses import as_input, chunks
from kernelscope.stats.pvalues import corrected

MODES = ("zero", "mean", "only")  # the kernel's feature map is 0, is its mean; those of all other kernels are 0
COLUMNS = (
    *("layer", "kernel", "mode", "class", "n", "accuracy", "drop", "low", "high"),
    *("random_kernel", "p", "p_corrected", "p_random"),
)
EVERY = "all"  # in the column `class`: all images
LARGEST = 16_000_000  # numbers, 64 MB, that the parts of a sum may have
Z = 1.959963984540054  # of a 95 % interval


def knockouts(
    layers: list[dict],
    weights: dict[str, np.ndarray],
    images: np.ndarray,
    responses: dict[str, np.ndarray],
    labels: np.ndarray,
    class_names: list[str],
) -> list[dict]:
    """Rows with COLUMNS: per conv layer, kernel, mode and class, and for all images.

    layers end with a linear layer; responses to the images as of responses.py, labels (n,) from 0. drop is the accuracy
    of the whole network minus `accuracy`, with low and high its 95 % interval (`interval`); random_kernel the mean drop
    of the layer's other kernels in the same mode. p: as many images or more lost by chance, given how many are lost and
    won (exact McNemar test, one-sided). p_corrected: after Benjamini and Hochberg (1995) over the kernels of a layer,
    mode and class. p_random: the share of the layer's kernels, this one included, with a drop as large; with `only`,
    a kernel that does much by itself has a small drop. Cells without a meaning are NaN.
    """
    whole, changed = answers(layers, weights, images, responses)
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


@torch.no_grad()
def answers(
    layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray, responses: dict[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Outputs (n, classes) of the whole network, and per conv layer (modes, out, n, classes) of the changed ones."""
    network = networks.loaded(layers, weights)
    with np.errstate(invalid="ignore"):
        means = {name: maps.mean((0, 2, 3), dtype=np.float64).astype(np.float32) for name, maps in responses.items()}
    whole, changed = [], {name: [] for name in responses}
    for few in chunks(layers, images.shape, len(MODES)):
        earlier = {}
        for number, (name, x) in enumerate(network.outputs(as_input(images[few])), 1):
            if name in network.sources:
                earlier[name] = x
            if layer := network.maps.get(name):
                constant = torch.from_numpy(means[layer])[:, None, None].expand_as(x[:1])
                changed[layer].append(without_each(network, number, x, constant, earlier))
        whole.append(x.numpy())
    return np.concatenate(whole), {name: np.concatenate(parts, 2) for name, parts in changed.items()}


def without_each(
    network: networks.Network, begin: int, maps: torch.Tensor, constant: torch.Tensor, earlier: dict[str, torch.Tensor]
) -> np.ndarray:
    """Outputs (modes, out, n, classes) with each kernel changed of maps (n, out, h, w), the input of module `begin`.

    constant (1, out, h, w): the mean of each kernel everywhere. earlier: outputs before `begin` that are added later.
    """
    own = [name for name, x in earlier.items() if x is maps]  # what is changed is added later too
    begin, own, states = past_channelwise(network, begin, own, maps, constant, torch.zeros_like(constant))
    earlier = {name: x.repeat(len(MODES), 1, 1, 1) for name, x in earlier.items()}
    name, module = next(islice(network.named_children(), begin, None))
    following, found = read(module, *states), []
    for kernel in range(maps.shape[1]):
        x = changed(*states, kernel)
        kept = earlier | dict.fromkeys(own, x)
        if following is not None:
            x = following(kernel)
            kept[name] = x
        found.append(network(x, begin + (following is not None), kept).numpy())
    return np.stack(found).reshape(len(found), len(MODES), len(maps), -1).swapaxes(0, 1)


def past_channelwise(network: networks.Network, begin: int, own: list[str], *states: torch.Tensor) -> tuple:
    """The first module that mixes channels or reads what is added later (`own`), by number; `own`, and its inputs."""
    for name, module in islice(network.named_children(), begin, None):
        if own or not module.layer.channelwise:
            break
        begin, states = begin + 1, [module(x) for x in states]
        own = [name] if name in network.sources else []
    return begin, own, states


def changed(maps: torch.Tensor, constant: torch.Tensor, nothing: torch.Tensor, kernel: int) -> torch.Tensor:
    """The maps (n, out, ...) in every mode, one after the other: (modes n, out, ...)."""
    found = torch.cat([maps, maps, nothing.expand_as(maps)])
    for mode, kept in zip(found.chunk(len(MODES)), (nothing, constant, maps), strict=True):
        mode[:, kernel] = kept[:, kernel]
    return found


def read(module: networks.Module, *states: torch.Tensor) -> Callable[[int], torch.Tensor] | None:
    """What a conv or linear layer makes of `changed`, by number of the kernel, from what each channel puts into it.

    Summed in double precision: what is left without all that speak is then no rounding error. None for a layer of
    another kind, where a number is not finite, and where these parts would take too much memory.
    """
    channels = states[0].shape[1]
    if module.layer.kind not in ("conv", "linear") or channels * module(states[0]).numel() > LARGEST:
        return None
    parts = [[share(module, x, channel) for channel in range(channels)] for x in states]
    bias = getattr(module, "bias", None)
    bias = 0 if bias is None else bias.view(-1, *[1] * (parts[0][0].ndim - 2)).double()
    whole, _, empty = (sum(part.double() for part in of_state) + bias for of_state in parts)
    if not whole.isfinite().all():
        return None

    def following(kernel: int) -> torch.Tensor:
        own, constant, nothing = (of_state[kernel].double() for of_state in parts)
        return torch.cat([whole - own + nothing, whole - own + constant, empty - nothing + own]).float()

    return following


def share(module: networks.Module, x: torch.Tensor, channel: int) -> torch.Tensor:
    """What one channel of x (n, in, ...) puts into a conv or linear layer, without its bias."""
    layer, one = module.layer, slice(channel, channel + 1)
    if layer.kind == "linear":
        weight = module.weight.view(len(module.weight), x.shape[1], -1)
        return x[:, channel].reshape(len(x), -1) @ weight[:, channel].T
    kernels = functions.on_all(module.weight, layer.towers)
    return torch.conv2d(x[:, one], kernels[:, one], None, layer.stride, layer.padding)


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
