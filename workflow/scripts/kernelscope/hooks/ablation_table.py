"""The columns about ablation: the drop of accuracy, or how far the outputs move, beside an untrained copy."""

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import nn

from kernelscope.hooks import ablation, watching
from kernelscope.hooks.inputs import Inputs
from kernelscope.probes.ablation_statistics import EVERY, damage, predicted, reasons

ABLATED, IMAGES = 32, 100  # kernels of each layer, and images
NO_OUTPUT = "no ablation: the outputs of the model are not numbers for each image"
NO_SPREAD = "no change of the output: it is equal for all images, or not finite"
NOT_SCORES = "no drop of accuracy: the outputs are not one score for each class"
OF_DAMAGE = {"drop": "drop", "drop_low": "low", "drop_high": "high", "p_drop": "p", "p_drop_corrected": "p_corrected"}


def columns(
    model: nn.Module, places: Mapping[str, nn.Module], inputs: Inputs, copy: nn.Module | None, batch: int
) -> tuple[dict[str, dict[int, dict]], list[str]]:
    """Return layer -> kernel -> columns of the first ABLATED kernels, and remarks.

    `change` is |changed - whole| / |whole - mean over images| of the outputs, Frobenius norms: 0 for no change, 1 for a
    change as large as the differences between images. `untrained_change` is the median over the kernels of the same
    layer of an untrained copy. With labels, `drop` and the columns after it are those of `probes.ablation`.
    """
    images = inputs.images[:IMAGES]
    whole = ablation.outputs(model, images, batch)
    if whole is None:
        return {name: {} for name in places}, [NO_OUTPUT]
    others = untrained_changes(copy, list(places), images, batch)
    labels = None if inputs.labels is None else inputs.labels[: len(images)]
    if labels is not None and whole.shape[1] != len(inputs.class_names):
        remarks, labels = [NOT_SCORES], None
    else:
        remarks = []
    why = "" if labels is None else reasons(predicted(whole), labels, list(inputs.class_names))[EVERY]
    remarks += [f"no p of drops: {why}"] * bool(why)
    if not usable(spread := ablation.spread(whole)):
        remarks.append(NO_SPREAD)
    found = {}
    for name, changed in ablated(model, places, images, batch):
        moves, rights = [], []
        for one in changed:
            moves.append(change(whole, one, spread))
            rights += [] if labels is None else [predicted(one) == labels]
        found[name] = {k: {"change": value, "untrained_change": others.get(name)} for k, value in enumerate(moves)}
        if labels is not None:
            drops = damage(predicted(whole) == labels, np.stack(rights), bool(why))
            for kernel, row in found[name].items():
                row |= {key: drops[of][kernel] for key, of in OF_DAMAGE.items()}
    return found, remarks


def ablated(
    model: nn.Module, places: Mapping[str, nn.Module], images: torch.Tensor, batch: int
) -> Iterator[tuple[str, Iterator[np.ndarray]]]:
    """Yield the outputs without each of the first kernels of each layer."""
    for name, (out, *_) in watching.shapes(model, places, images).items():
        yield name, ablation.without_each(model, places[name], range(min(out, ABLATED)), images, batch)


def untrained_changes(copy: nn.Module | None, names: list[str], images: torch.Tensor, batch: int) -> dict[str, float]:
    """Return layer -> median change of the output of an untrained copy without one of its kernels."""
    if copy is None or (whole := ablation.outputs(copy, images, batch)) is None:
        return {}
    if not usable(spread := ablation.spread(whole)):
        return {}
    places, _ = watching.sites(copy, names, images[:2])
    return {
        name: float(np.median([change(whole, one, spread) for one in changed]))
        for name, changed in ablated(copy, places, images, batch)
    }


def change(whole: np.ndarray, changed: np.ndarray, spread: float) -> float:
    """Return how far outputs (n, numbers) moved, relative to their spread over images; NaN without a spread."""
    return float(np.linalg.norm((changed - whole).astype(np.float64)) / spread) if usable(spread) else float("nan")


def usable(spread: float) -> bool:
    """Whether a spread is a number above 0."""
    return bool(np.isfinite(spread) and spread > 0)
