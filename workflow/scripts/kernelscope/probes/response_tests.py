"""What the kernels of a network respond to and are needed for, with draws from the nulls: both states of a run.

The trained and the untrained network are put through the same code. The null of a deeper layer is that layer alone,
re-initialized on top of the layers below.
"""

from typing import NamedTuple

import numpy as np

from kernelscope.measures import isotropic_noise
from kernelscope.measures.look_tests import DRAWS, Evidence, absent
from kernelscope.models import responses
from kernelscope.models.layer_lists import receptive_fields
from kernelscope.probes import (
    ablation_statistics,
    feature_names,
    features,
    null_draws,
    subspaces,
    wide_layers,
)
from kernelscope.probes.feature_offsets import Sample

NO_PLACES = "the places of features in these images are unknown"
NOT_PIXELS = "the layer does not see pixels"
ONE_KERNEL = "the layer has one kernel"
SILENT = "the kernel responds to no image"


class Probe(NamedTuple):
    """What both states of a network are probed with.

    images: of the training and the test split. seen, tested: what is known of all of them, and of the first `count` of
    each split, on which kernels and null kernels are compared. labels: classes of all test images. spans: claim ->
    patterns (m, d) that the first layer is compared with. init_std: layer name or kind -> standard deviation of the
    initial weights, None if uniform.
    """

    layers: list[dict]
    images: tuple[np.ndarray, np.ndarray]
    seen: null_draws.Seen
    tested: null_draws.Seen
    count: int
    class_names: list[str]
    spans: dict[str, np.ndarray]
    init_std: dict
    seed: int


def tests(
    probe: Probe,
    weights: dict[str, np.ndarray],
    ablated: list[dict],
    reinitialized: dict[str, np.ndarray] | None = None,
    maps: list[dict[str, np.ndarray]] | None = None,
) -> tuple[dict, dict, dict]:
    """Return the tests by layer and claim, each kernel's largest response to a training image, and the first null.

    Parameters
    ----------
    probe : Probe
    weights : dict
        The weights of one state of the network.
    ablated : list of dict
        The rows of `ablation.ablations` of this state over all test images.
    reinitialized : dict, optional
        The null of the first layer, claim -> (m,), if another state has returned it: it knows no weights.
    maps : list of dict, optional
        The feature maps of all layers for the images of each split, as of `responses.responses`, if they are at hand.
    """
    maps = maps or [responses.responses(probe.layers, weights, images) for images in probe.images]
    few = [images[: probe.count] for images in probe.images]
    places, fields = wide_layers.places(probe.layers, weights, few), receptive_fields(probe.layers)
    needed = of_ablation(ablated)
    result = {}
    for number, (name, place) in enumerate(places.items()):
        bank = weights[f"{name}.weight"]
        bias = weights.get(f"{name}.bias", np.zeros(len(bank), np.float32))
        of_layer = [of_split[name] for of_split in maps]
        null = None if number else reinitialized
        if null is None:
            null = null_of_layer(probe, name, number, place, bank.shape, fields[name])
        reinitialized = reinitialized if number else null
        noise = isotropic_noise.noise(bank, DRAWS, [probe.seed, number])
        result[name] = of_responses(probe, of_layer, fields[name], null)
        result[name]["feature_beyond_noise"] = beyond_noise(
            probe, result[name]["feature"], place, noise, bias, fields[name]
        )
        result[name] |= needed[name] | of_spans(probe, number == 0, bank, noise)
    largest = {name: of_split.max((0, 2, 3)) for name, of_split in maps[0].items()}
    return result, largest, reinitialized


def null_of_layer(probe: Probe, name: str, number: int, place, shape: tuple[int, ...], field) -> dict[str, np.ndarray]:
    """Return the statistics of DRAWS re-initialized kernels for each kernel of a layer: claim -> (m,)."""
    sd = probe.init_std.get(name, probe.init_std["conv"])
    shape = (DRAWS * shape[0], *shape[1:])
    drawn = null_draws.reinitialized(shape, sd, place.layer.bias, [probe.seed, 1, number])
    return null_draws.drawn(place, *drawn, field, probe.tested)


def of_responses(probe: Probe, maps: list[np.ndarray], field, null: dict[str, np.ndarray]) -> dict[str, Evidence]:
    """Return the tests of `feature` and `class` from the feature maps of a layer for both splits."""
    few = null_draws.statistics([of_split[: probe.count] for of_split in maps], field, probe.tested)
    values = null_draws.of_claims(few)
    best = np.where(np.isfinite(few["means"]), few["means"], -np.inf).argmax(0)
    silent = np.where(np.isfinite(values["class"]), "", SILENT)
    named = np.where(silent == "", np.array(probe.class_names)[best], "")
    result = {"class": Evidence(values["class"], null["class"], named, reason=silent)}
    if "feature" not in values:
        return result | {"feature": absent(np.full(maps[0].shape[1], np.nan), NO_PLACES)}
    z = features.measured(
        *[Sample(*parts) for parts in zip(maps, probe.seen.marks, probe.seen.chance, strict=True)], field
    )
    names = feature_names.names(z[0]["z"], probe.seen.marks[1].kinds, maps[1], probe.seen.labels, probe.class_names)
    silent = np.where((maps[1] > 0).any((0, 2, 3)) & np.isfinite(values["feature"]), "", SILENT)
    return result | {"feature": Evidence(values["feature"], null["feature"], *names, reason=silent)}


def beyond_noise(probe: Probe, feature: Evidence, place, noise: np.ndarray, bias: np.ndarray, field) -> Evidence:
    """Return the test of the same feature against noise (out, draws, in, k, k) with each kernel's bias."""
    if not probe.tested.marks:
        return feature
    out, draws = noise.shape[:2]
    drawn = null_draws.drawn(place, noise.reshape(-1, *noise.shape[2:]), np.repeat(bias, draws), field, probe.tested)
    return feature._replace(null=drawn["feature"].reshape(out, draws))


def of_ablation(rows: list[dict]) -> dict[str, dict[str, Evidence]]:
    """Return the tests of `needed` and `needed_beyond_random` by layer, from mean ablation and all test images."""
    rows = [row for row in rows if row["mode"] == "mean" and row["class"] == ablation_statistics.EVERY]
    result = {}
    for layer in dict.fromkeys(row["layer"] for row in rows):
        of_layer = [row for row in rows if row["layer"] == layer]
        drop, others, p, p_random = (
            np.array([row[name] for row in of_layer], float)
            for name in ("drop", "mean_drop_of_others", "p", "p_random")
        )
        reason = np.array([row["reason"] for row in of_layer])
        smallest = np.full(len(drop), max(0.5 ** of_layer[0]["n"], np.finfo(float).tiny))
        alone = np.where((reason == "") & np.isnan(p_random), ONE_KERNEL, reason)
        result[layer] = {
            "needed": Evidence(drop, p=p, smallest_p=smallest, reason=reason),
            "needed_beyond_random": Evidence(drop - others, p=p_random, smallest_p=smallest, reason=alone),
        }
    return result


def of_spans(probe: Probe, first: bool, bank: np.ndarray, noise: np.ndarray) -> dict[str, Evidence]:
    """Return the tests of what spans of image patches explain of the first layer, beside its noise."""
    if not first:
        return {claim: absent(np.full(len(bank), np.nan), NOT_PIXELS) for claim in probe.spans}
    return {
        claim: Evidence(subspaces.share(bank, span), subspaces.of_draws(noise, span))
        for claim, span in probe.spans.items()
    }
