"""The decay factor: the exact coefficient d_t of the untrained weights W_0 in the weights W_t.

Under a fixed sequence of gradients, every optimizer here is linear in the weights: W_t = d_t W_0 + what the gradients
added. So d_t is what becomes of a weight of 1 if all gradients are zero. For AdamW (Loshchilov and Hutter 2019,
algorithm 2) it is the product of (1 - rate decay) over the steps; for SGD it follows the momentum.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.data import control_names
from kernelscope.models import layer_lists
from kernelscope.training.learning_rates import learning_rate
from kernelscope.training.optimizers import make_optimizer
from kernelscope.training.schedule import planned

EXACT = ("adamw", "sgd")
COLUMNS = ("step", "layer", "factor", "reason")
SCALE_INVARIANT = "batch normalization follows: the layer is scale-invariant, and the size of its weights means nothing"
NOT_FINITE = "the decay overshoots, and the factor is not finite"


class Factor(NamedTuple):
    """The factors of one layer: values (t,) float64, NaN where there is none, and a reason or a caution, or ""."""

    values: np.ndarray
    reason: str = ""


def factors(settings: dict, decay: float, steps: np.ndarray, total_steps: int) -> np.ndarray:
    """Return the decay factor after each of these steps, by running the optimizer itself on a weight of 1.

    Parameters
    ----------
    settings : dict
        `training:` of the config.
    decay : float
        Weight decay of the layer.
    steps : (t,) int array
        Numbers of updates, ascending.
    total_steps : int
        Updates of the whole training, which set the learning rates.

    Returns
    -------
    (t,) float64 array
        1 before the first update; NaN for an optimizer that has no exact factor.
    """
    if settings["optimizer"] not in EXACT:
        return np.full(len(steps), np.nan)
    weight = torch.ones((), dtype=torch.float64)
    weight.grad = torch.zeros_like(weight)
    optimizer = make_optimizer(settings["optimizer"], [weight], [decay], settings["momentum"])
    after = np.ones(int(steps[-1]) + 1)
    for step in range(len(after) - 1):
        optimizer.step(learning_rate(settings["schedule"], settings["learning_rate"], step, total_steps))
        after[step + 1] = weight.item()
    return after[steps]


def of_run(spec: dict, steps: np.ndarray, epochs: np.ndarray) -> dict[str, Factor]:
    """Return the decay factors of every conv and linear layer of a training, in the order of the network.

    Parameters
    ----------
    spec : dict
        The spec in run.json: {"layers", "training", "control"}.
    steps, epochs : (t,) arrays
        When the snapshots were taken. The last step is above 0 unless there is only one.

    Returns
    -------
    dict
        Layer -> factors at the snapshots.
    """
    settings, last = spec["training"], len(steps) - 1
    steps_per_epoch = round(steps[last] / epochs[last]) if epochs[last] else 1
    total_steps = planned(settings, steps_per_epoch * settings["batch_size"]).steps
    normalized = {
        layer["name"]
        for layer, after in zip(spec["layers"], spec["layers"][1:], strict=False)
        if layer["kind"] in ("conv", "linear") and after["kind"] == "batch_norm"
    }
    own = settings["weight_decay"]
    weighted = [layer for layer in layer_lists.read(spec["layers"]) if layer.kind in ("conv", "linear")]
    decays = {layer.name: own.get(layer.name, own[layer.kind]) for layer in weighted}
    known = {decay: factors(settings, decay, steps, total_steps) for decay in set(decays.values())}
    return {
        layer.name: Factor(
            np.ones(len(steps)) if is_frozen(spec, layer.kind) else known[decays[layer.name]],
            SCALE_INVARIANT if layer.name in normalized else "",
        )
        for layer in weighted
    }


def is_frozen(spec: dict, kind: str) -> bool:
    """Whether layers of this kind keep their untrained weights."""
    return spec["control"] == control_names.FROZEN and kind == "conv"


def rows(steps: np.ndarray, layers: dict[str, Factor]) -> Iterator[dict]:
    """Yield the rows of decay.csv, one per snapshot and layer; a cell without a factor has a reason."""
    for i, step in enumerate(steps):
        for layer, factor in layers.items():
            value = factor.values[i]
            reason = factor.reason if np.isfinite(value) or factor.reason else NOT_FINITE
            cells = int(step), layer, float(value) if np.isfinite(value) else None, reason
            yield dict(zip(COLUMNS, cells, strict=True))
