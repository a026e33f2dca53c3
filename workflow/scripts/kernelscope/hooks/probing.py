"""What the kernels of any torch.nn.Module respond to, and what it loses without them, for given images."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from kernelscope.hooks import ablation_table, activity, evidence, fields, maximization, untrained, watching
from kernelscope.hooks.inputs import Inputs
from kernelscope.probes import selectivity
from kernelscope.refusal import listed

COPIES = 9  # untrained
NOT_ABLATED = f"not ablated, as only the first {ablation_table.ABLATED} kernels are"
MAXIMIZED, TOP = 12, 3  # kernels of a layer that get a best input, and patches of each kernel

NO_BEST_INPUT = f"no best input, as only the first {MAXIMIZED} kernels have one"


class Layer(NamedTuple):
    """What is drawn of a layer.

    field : receptive fields of its units
    top_image, top_box : images that excite each kernel most, (out, m), and their patches, (out, m, 4)
    best : inputs of `maximization.maximized` for the first kernels, cut to the field of the central unit
    """

    field: fields.Field
    top_image: np.ndarray
    top_box: np.ndarray
    best: list[np.ndarray]


class Probed(NamedTuple):
    """The result: rows with `evidence.COLUMNS` of all kernels, a row for each layer, what is drawn, and remarks."""

    rows: list[dict]
    summary: list[dict]
    layers: dict[str, Layer]
    inputs: Inputs
    remarks: list[str]


def probed(
    model: nn.Module,
    names: Sequence[str],
    inputs: Inputs,
    make: Callable[[], nn.Module] | None = None,
    copies: int = COPIES,
    seed: int = 0,
) -> Probed:
    """Probe the conv layers of a model; it is put into evaluation, and back.

    Parameters
    ----------
    model : nn.Module
    names : sequence of str
        Of its conv layers.
    inputs : Inputs
    make : callable, optional
        The constructor of the model, for untrained copies; see `untrained.untrained`.
    copies : int
        Number of untrained copies.
    seed : int
        Of untrained copies, permutations and best inputs.
    """
    with watching.evaluating(model):
        first = inputs.images[:2]
        places, left_out = watching.sites(model, names, first)
        remarks = [*inputs.remarks, *(f"left out of responses: {name}: {why}" for name, why in left_out.items())]
        if not places:
            return Probed([], [], {}, inputs, remarks)
        batch = watching.batch_size(watching.shapes(model, places, first))
        seen = activity.activities(model, places, inputs.images, batch)
        used = activity.used(model, places, inputs.images, batch)
        nulls = of_untrained(model, list(places), inputs, make, copies, seed, batch)
        lost, words = ablation_table.columns(model, places, inputs, nulls.first, batch)
        of_layers, best = drawn(model, places, inputs.images, seen, batch, seed)
    remarks += [*nulls.remarks, *words, *cuts(seen)]
    remarks += [f"{name}: {layer.field.reason}" for name, layer in of_layers.items() if layer.field.reason]
    rows = [row for name in places for row in rows_of(name, seen[name], used[name], inputs, nulls, lost, best, seed)]
    return Probed(rows, evidence.summary(rows, nulls.selectivity, nulls.dead), of_layers, inputs, remarks)


class Nulls(NamedTuple):
    """Untrained copies: selectivities (copies, out) and dead kernels (copies,) of each layer, the first copy, notes."""

    selectivity: dict[str, np.ndarray]
    dead: dict[str, np.ndarray]
    first: nn.Module | None
    remarks: list[str]


def of_untrained(model, names: list[str], inputs: Inputs, make, copies: int, seed: int, batch: int) -> Nulls:
    """Return what untrained copies of a model do with the same images."""
    values, dead, first, kept = {name: [] for name in names}, {name: [] for name in names}, None, []
    for number in range(copies):
        copy = untrained.untrained(model, make, inputs.images, batch, seed + number)
        if first is None:
            first, kept = copy, untrained.unchanged(model, copy, names)
        places, _ = watching.sites(copy, [name for name in names if name not in kept], inputs.images[:2])
        for name, of_layer in activity.activities(copy, places, inputs.images, batch).items():
            dead[name].append(int((~(of_layer.largest > 0).any(0)).sum()))
            if inputs.labels is not None:
                values[name].append(selectivities(of_layer.mean, inputs))
    remarks = [f"{untrained.KEPT}: {listed(kept)}"] if kept else []
    found = {name: np.array(of) if of else np.empty((0, 0)) for name, of in values.items()}
    return Nulls(found, {name: np.array(of) for name, of in dead.items()}, first, remarks)


def selectivities(mean: np.ndarray, inputs: Inputs) -> np.ndarray:
    """Return the class selectivity of each kernel, (n, out) -> (out,)."""
    of_classes = selectivity.class_means(mean.astype(np.float64), inputs.labels, len(inputs.class_names))
    return selectivity.selectivity(of_classes)


def rows_of(name, seen: activity.Activity, used, inputs: Inputs, nulls: Nulls, lost, best, seed: int) -> list[dict]:
    """Return the rows of a layer, with COLUMNS of evidence."""
    largest = seen.largest.max(0)
    finite = np.isfinite(seen.largest).all(0) & np.isfinite(seen.mean).all(0)
    classes = [{"reason": evidence.NO_LABELS}] * len(largest)
    if inputs.labels is not None:
        classes = evidence.selective(seen.mean, inputs.labels, inputs.class_names, nulls.selectivity[name], seed)
    rows = []
    for kernel in range(len(largest)):
        silent = finite[kernel] and largest[kernel] <= 0
        dead = None if silent and used is None else bool(silent and not used[kernel])
        mean = float(seen.mean[:, kernel].mean(dtype=np.float64))
        row = dict.fromkeys(evidence.COLUMNS) | {"layer": name, "kernel": kernel, "mean": mean, "dead": dead}
        row |= {"largest": float(largest[kernel]), "active": float(seen.active[kernel])} | classes[kernel]
        row |= lost[name].get(kernel, {}) | {"maximized": best[name].get(kernel)}
        reasons = [row["reason"], "no gradient, so it is unknown whether it is dead" * (dead is None)]
        reasons += ["a response is not finite" * (not finite[kernel])]
        reasons += [NOT_ABLATED * (bool(lost[name]) and kernel not in lost[name])]
        reasons += [NO_BEST_INPUT * (kernel not in best[name])]
        rows.append(row | {"reason": "; ".join(filter(None, reasons))})
    return rows


def drawn(model, places, images: torch.Tensor, seen, batch: int, seed: int) -> tuple[dict[str, Layer], dict]:
    """Return what is drawn of each layer, and layer -> kernel -> response to its best input."""
    of_units, layers, responses = fields.fields(model, places, images[0], batch), {}, {}
    for name, place in places.items():
        out, rows, cols = seen[name].shape
        field, kernels = of_units[name], range(min(out, MAXIMIZED))
        inputs, reached = maximization.maximized(model, place, kernels, images, batch, seed)
        top, bottom, left, right = field.box(rows // 2, cols // 2)
        order, boxes = top_boxes(seen[name], field, cols)
        layers[name] = Layer(field, order, boxes, [x[:, top:bottom, left:right] for x in inputs])
        responses[name] = dict(zip(kernels, reached.tolist(), strict=True))
    return layers, responses


def top_boxes(seen: activity.Activity, field: fields.Field, cols: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the images that excite each kernel most, best first, (out, m), and the patches, (out, m, 4)."""
    largest = np.where(np.isfinite(seen.largest), -seen.largest, np.inf)
    order = np.argsort(largest, axis=0, kind="stable")[:TOP].T
    places = np.take_along_axis(seen.place.T, order, 1)
    boxes = [[field.box(*divmod(int(place), cols)) for place in of_kernel] for of_kernel in places]
    return order, np.array(boxes)


def pictures(probed: Probed) -> tuple[dict[str, list], dict[str, list]]:
    """Return layer -> the best inputs, and layer -> the strongest patches of these kernels, from 0 to 1."""
    images = probed.inputs.images.numpy()
    low, high = images.min(), images.max()
    images = (images - low) / ((high - low) or 1)
    patches = {
        name: [
            [images[i, :, top:bottom, left:right] for i, (top, bottom, left, right) in zip(numbers, boxes, strict=True)]
            for numbers, boxes in zip(layer.top_image[: len(layer.best)], layer.top_box, strict=False)
        ]
        for name, layer in probed.layers.items()
    }
    return {name: layer.best for name, layer in probed.layers.items()}, patches


def cuts(seen: dict[str, activity.Activity]) -> list[str]:
    """Return remarks about kernels that are not ablated or have no best input."""
    found = []
    for most, what in ((ablation_table.ABLATED, "were ablated"), (MAXIMIZED, "have a best input")):
        wide = [f"{name} ({of.shape[0]})" for name, of in seen.items() if of.shape[0] > most]
        found += [f"cut: only the first {most} kernels {what} of {listed(wide)}"] if wide else []
    return found
