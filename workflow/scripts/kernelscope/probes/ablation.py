"""Ablation: the accuracy of the network without each kernel, per class, compared with ablating any other kernel.

A class may depend on one kernel although the accuracy over all images hardly changes (Zhou et al. 2018, "Revisiting the
importance of individual units in CNNs via ablation"). Only the layers behind the changed feature map are computed
again. Of the next layer, if it is linear in its input, only the kernel's contribution is computed again.
"""

import math
from collections.abc import Callable
from itertools import islice

import numpy as np
import torch

from kernelscope.models import functions, networks
from kernelscope.models.responses import as_input, chunks
from kernelscope.probes.ablation_statistics import EVERY, STATISTICS, damage, predicted, reasons

MODES = ("zero", "mean", "only")  # the kernel's feature map is 0; the next weights read its mean; other maps are 0
COLUMNS = ("layer", "kernel", "mode", "class", "n", *STATISTICS, "reason")
NO_IMAGES = "no test images of this class"
LARGEST = 16_000_000  # numbers in the contributions of all channels, 64 MB


def ablations(
    layers: list[dict],
    weights: dict[str, np.ndarray],
    images: np.ndarray,
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
        `p_random` says whether a random kernel of the layer would lose as many images (`beyond_random`). In mode
        `only`, a kernel that achieves much by itself has a small drop. Undefined numbers are NaN. Where the network is
        not better than chance (`better_than_chance`), a loss says nothing: `p`, `p_corrected` and `p_random` are NaN,
        and `reason` says why.
    """
    whole, changed = outputs(layers, weights, images)
    at_chance = reasons(predicted(whole), labels, class_names)
    whole, rows = predicted(whole) == labels, []
    groups = {EVERY: np.ones(len(labels), bool)} | {name: labels == i for i, name in enumerate(class_names)}
    for layer, logits in changed.items():
        right = predicted(logits) == labels  # (modes, out, n)
        for name, of_group in groups.items():
            for mode, of_mode in zip(MODES, right[..., of_group], strict=True):
                columns = damage(whole[of_group], of_mode, bool(at_chance[name]))
                rows += [
                    {"layer": layer, "kernel": kernel, "mode": mode, "class": name, "n": of_group.sum()}
                    | {column: values[kernel] for column, values in columns.items()}
                    | {"reason": at_chance[name] or NO_IMAGES * (not of_group.any())}
                    for kernel in range(len(of_mode))
                ]
    return sorted(rows, key=lambda row: (list(changed).index(row["layer"]), row["kernel"], MODES.index(row["mode"])))


@torch.no_grad()
def outputs(
    layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the whole network's outputs (n, classes), and by layer the ablated outputs (modes, out, n, classes)."""
    network = networks.loaded(layers, weights)
    means = read_means(network, layers, images)
    whole, changed = [], {name: [] for name in network.maps.values()}
    for few in chunks(layers, images.shape, len(MODES)):
        earlier = {}
        for number, (name, x) in enumerate(network.outputs(as_input(images[few])), 1):
            if name in network.sources:
                earlier[name] = x
            if layer := network.maps.get(name):
                changed[layer].append(without_each(network, number, x, means[layer], earlier))
        whole.append(x.numpy())
    return np.concatenate(whole), {name: np.concatenate(parts, 2) for name, parts in changed.items()}


def read_means(network: networks.Network, layers: list[dict], images: np.ndarray) -> dict[str, torch.Tensor]:
    """Return the mean over images of what the next weights read of each conv layer, by its name: (1, out, ...).

    It is the mean of the maps after ReLU and pooling, at each place. The mean of the maps themselves would be far below
    what a layer behind a maximum reads: 1 to 12 % of it in `templates`.
    """
    sums = {}
    for few in chunks(layers, images.shape):
        for number, (name, x) in enumerate(network.outputs(as_input(images[few])), 1):
            if layer := network.maps.get(name):
                _, _, (read_by_next,) = past_channelwise(network, number, [name] * (name in network.sources), x)
                sums[layer] = sums.get(layer, 0) + read_by_next.double().sum(0, keepdim=True)
    return {layer: (total / max(len(images), 1)).float() for layer, total in sums.items()}


def without_each(
    network: networks.Network, begin: int, maps: torch.Tensor, constant: torch.Tensor, earlier: dict[str, torch.Tensor]
) -> np.ndarray:
    """Return the outputs (modes, out, n, classes) with each kernel of maps (n, out, h, w) ablated.

    maps are the input of module number `begin`. constant (1, out, ...): as of `read_means`. earlier: outputs before
    `begin` that are added later.
    """
    added_later = [name for name, x in earlier.items() if x is maps]  # where the changed maps are added again later
    begin, added_later, (maps, nothing) = past_channelwise(
        network, begin, added_later, maps, torch.zeros_like(maps[:1])
    )
    states = maps, constant, nothing
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
    if module.layer.kind not in ("conv", "linear") or size(module, states[0]) > LARGEST:
        return None
    parts = [shares(module, x) for x in states]
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


def size(module: networks.Module, x: torch.Tensor) -> int:
    """Return how many numbers the contributions of all channels of x (n, in, ...) to a layer's output are."""
    n, channels, *_ = x.shape
    return channels * n * math.prod(module.layer.shape(x.shape[1:], len(module.weight), {}))


def shares(module: networks.Module, x: torch.Tensor) -> list[torch.Tensor]:
    """Return the contribution of each channel of x (n, in, ...) to a conv or linear layer's output, without bias."""
    layer, channels = module.layer, x.shape[1]
    if layer.kind == "linear":
        weight = module.weight.view(len(module.weight), channels, -1)
        return [x[:, channel].reshape(len(x), -1) @ weight[:, channel].T for channel in range(channels)]
    kernels = functions.on_all(module.weight, layer.towers)
    alone = kernels.transpose(0, 1).flatten(0, 1)[:, None]  # (in out, 1, k, k): as many towers as channels
    each = torch.conv2d(x, alone, None, layer.stride, layer.padding, groups=channels)
    return list(each.unflatten(1, (channels, -1)).unbind(1))
