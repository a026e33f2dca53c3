"""Ablation: the accuracy of the network without each kernel, per class, compared with ablating any other kernel.

A class may depend on one kernel although the accuracy over all images hardly changes (Zhou et al. 2018, "Revisiting the
importance of individual units in CNNs via ablation"). Only the layers behind the changed feature map are computed
again. Of the next layer, if it is linear in its input, only the kernel's contribution is computed again.
"""

from collections.abc import Callable
from itertools import islice

import numpy as np
import torch
from scipy.special import bdtrc

from kernelscope.models import functions, networks
from kernelscope.models.responses import as_input, chunks
from kernelscope.stats.pvalues import corrected

MODES = ("zero", "mean", "only")  # the kernel's feature map is 0; is its mean; the maps of all other kernels are 0
COLUMNS = (
    *("layer", "kernel", "mode", "class", "n", "accuracy", "drop", "low", "high"),
    *("mean_drop_of_others", "p", "p_corrected", "p_random"),
)
EVERY = "all"  # in the column `class`: all images
LARGEST = 16_000_000  # numbers in the contributions of all channels, 64 MB
Z = 1.959963984540054  # of a 95 % interval


def ablations(
    layers: list[dict],
    weights: dict[str, np.ndarray],
    images: np.ndarray,
    responses: dict[str, np.ndarray],
    labels: np.ndarray,
    class_names: list[str],
) -> list[dict]:
    """Return the accuracy without each kernel: rows with COLUMNS per conv layer, kernel, mode, and class or all images.

    Parameters
    ----------
    layers : list of dict
        The layers of the network, which end with a linear layer.
    weights : dict
        Its weights.
    images : array (n, ...)
        The images.
    responses : dict
        Layer -> responses (n, out, h, w) to the images, as of models/responses.py.
    labels : array (n,)
        The classes of the images, from 0.
    class_names : list of str
        The names of the classes.

    Returns
    -------
    list of dict
        `drop` is the accuracy of the whole network minus `accuracy`, and `low` and `high` are its 95 % interval
        (`interval`). `mean_drop_of_others` is the mean drop of the layer's other kernels in the same mode. `p` is the
        one-sided p of the exact McNemar test: as many images or more lost by chance, given how many images are lost or
        won. `p_corrected` is p after Benjamini and Hochberg (1995) over the kernels of a layer, mode and class.
        `p_random` is the share of the layer's kernels, including this kernel, whose drop is at least as large. In mode
        `only`, a kernel that achieves much by itself has a small drop. Undefined numbers are NaN.
    """
    whole, changed = outputs(layers, weights, images, responses)
    whole, rows = predicted(whole) == labels, []
    groups = {EVERY: np.ones(len(labels), bool)} | {name: labels == i for i, name in enumerate(class_names)}
    for layer, logits in changed.items():
        right = predicted(logits) == labels  # (modes, out, n)
        for name, of_group in groups.items():
            for mode, of_mode in zip(MODES, right[..., of_group], strict=True):
                columns = damage(whole[of_group], of_mode)
                rows += [
                    {"layer": layer, "kernel": kernel, "mode": mode, "class": name, "n": of_group.sum()}
                    | {column: values[kernel] for column, values in columns.items()}
                    for kernel in range(len(of_mode))
                ]
    return sorted(rows, key=lambda row: (list(changed).index(row["layer"]), row["kernel"], MODES.index(row["mode"])))


@torch.no_grad()
def outputs(
    layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray, responses: dict[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the whole network's outputs (n, classes), and by layer the ablated outputs (modes, out, n, classes)."""
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
    """Return the outputs (modes, out, n, classes) with each kernel of maps (n, out, h, w) ablated.

    maps are the input of module number `begin`. constant (1, out, h, w): the mean of each kernel everywhere. earlier:
    outputs before `begin` that are added later.
    """
    added_later = [name for name, x in earlier.items() if x is maps]  # where the changed maps are added again later
    begin, added_later, states = past_channelwise(
        network, begin, added_later, maps, constant, torch.zeros_like(constant)
    )
    earlier = {name: x.repeat(len(MODES), 1, 1, 1) for name, x in earlier.items()}
    name, module = next(islice(network.named_children(), begin, None))
    following, outputs = read(module, *states), []
    for kernel in range(maps.shape[1]):
        x = changed(*states, kernel)
        added = earlier | dict.fromkeys(added_later, x)
        if following is not None:
            x = following(kernel)
            added[name] = x
        outputs.append(network(x, begin + (following is not None), added).numpy())
    return np.stack(outputs).reshape(len(outputs), len(MODES), len(maps), -1).swapaxes(0, 1)


def past_channelwise(network: networks.Network, begin: int, added_later: list[str], *states: torch.Tensor) -> tuple:
    """Return the first module that mixes channels or whose input is added later, by number; the names; its inputs."""
    for name, module in islice(network.named_children(), begin, None):
        if added_later or not module.layer.channelwise:
            break
        begin, states = begin + 1, [module(x) for x in states]
        added_later = [name] if name in network.sources else []
    return begin, added_later, states


def changed(maps: torch.Tensor, constant: torch.Tensor, nothing: torch.Tensor, kernel: int) -> torch.Tensor:
    """Return the maps (n, out, ...) with a kernel ablated in each mode, mode after mode: (modes n, out, ...)."""
    maps_of_modes = torch.cat([maps, maps, nothing.expand_as(maps)])
    for mode, kept in zip(maps_of_modes.chunk(len(MODES)), (nothing, constant, maps), strict=True):
        mode[:, kernel] = kept[:, kernel]
    return maps_of_modes


def read(module: networks.Module, *states: torch.Tensor) -> Callable[[int], torch.Tensor] | None:
    """Return a function from a kernel's number to the output that a conv or linear layer gives for `changed`.

    The output is computed from each channel's contribution.

    Contributions are summed in double precision, so that the rest is not a rounding error where all active channels are
    removed. Return None for a layer of another kind, if a number is not finite, and if the contributions would take too
    much memory.
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
        contribution, constant, nothing = (of_state[kernel].double() for of_state in parts)
        return torch.cat(
            [whole - contribution + nothing, whole - contribution + constant, empty - nothing + contribution]
        ).float()

    return following


def share(module: networks.Module, x: torch.Tensor, channel: int) -> torch.Tensor:
    """Return the contribution of one channel of x (n, in, ...) to a conv or linear layer's output, without bias."""
    layer, only = module.layer, slice(channel, channel + 1)
    if layer.kind == "linear":
        weight = module.weight.view(len(module.weight), x.shape[1], -1)
        return x[:, channel].reshape(len(x), -1) @ weight[:, channel].T
    kernels = functions.on_all(module.weight, layer.towers)
    return torch.conv2d(x[:, only], kernels[:, only], None, layer.stride, layer.padding)


def predicted(logits: np.ndarray) -> np.ndarray:
    """Return the class of the largest output, (..., classes) -> (...); -1 if an output is not finite."""
    return np.where(np.isfinite(logits).all(-1), logits.argmax(-1), -1)


def damage(whole: np.ndarray, changed: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns from `accuracy` on, (kernels,) each, from whether each image is right.

    whole (n,): with the whole network. changed (kernels, n): with each kernel ablated.
    """
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
    """Return the 95 % interval of the paired difference (lost - won) / n.

    Parameters
    ----------
    both, lost, won, neither : arrays (...)
        Numbers of images that are right before and after, only before, only after, and never. Their sum is n > 0.

    Returns
    -------
    low, high : arrays (...)
        The ends, from -1 to 1. Source: Newcombe (1998, Statistics in Medicine 17:2635), method 10.
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
    """Return the 95 % score interval of a share of n (Wilson 1927)."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return middle - half, middle + half
