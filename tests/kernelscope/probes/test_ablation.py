from itertools import product

import numpy as np
import pytest
import torch
from plain_layers import ODD, SMALL, outputs, shape_of, weights_of
from scipy.stats import binomtest
from tiers import rows

from kernelscope.models import layer_lists, networks, responses
from kernelscope.models.layer_lists import GLOBAL_MAX_POOL, RELU, conv, ends, linear
from kernelscope.probes import ablation

RNG = np.random.default_rng(0)
NETWORKS = SMALL | ODD
pytestmark = pytest.mark.usefixtures("one_thread")


def changing(mode, kernel):
    def changed(maps):
        edited = torch.zeros_like(maps) if mode == "only" else maps.clone()
        edited[:, kernel] = {"zero": 0.0, "mean": maps[:, kernel].mean(0), "only": maps[:, kernel]}[mode]
        return edited

    return changed


def read_at(layers, end):
    """Return the index of the layer whose output the next weights read, from the index of the maps."""
    sources = {source for layer in layer_lists.read(layers) for source in layer.sources}
    names = layer_lists.all_names(layers)
    while names[end] not in sources and layer_lists.read(layers)[end + 1].channelwise:
        end += 1
    return end


def plainly(layers, weights, images):
    """Return what `answers` returns, by plain layers in double precision, one kernel and mode at a time."""
    x, ablated = responses.as_input(images).double(), {}
    for name, (_, end) in ends(layers).items():
        count = next(layer["kernels"] for layer in layers if layer.get("name") == name)
        logits = [
            outputs(layers, weights, x, {read_at(layers, end) if mode == "mean" else end: changing(mode, kernel)})[
                -1
            ].numpy()
            for mode in ablation.MODES
            for kernel in range(count)
        ]
        ablated[name] = np.array(logits).reshape(3, count, len(images), -1)
    return outputs(layers, weights, x)[-1].numpy(), ablated


def answered(layers, weights, images):
    return ablation.outputs(layers, weights, images)


def rows_of(layers, weights, images, *of_images):
    return ablation.ablations(layers, weights, images, *of_images)


def images_of(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


SHAPES = {"gray": (7, 53, 50), "color": (3, 53, 47, 3)}
QUICK = [(name, "gray", None) for name in NETWORKS] + [("stacked", "color", np.inf), ("small_resnet", "gray", np.nan)]

PADDED = [name for name, layers in NETWORKS.items() if any(layer.get("padding") for layer in layers)]
# An infinite weight times the zeros of a padding is NaN or skipped, depending on the processor: not tested.
CASES = [
    case for case in product(NETWORKS, SHAPES, [None, np.nan, np.inf]) if case[0] not in PADDED or case[2] != np.inf
]


@pytest.mark.parametrize(("name", "shape", "bad"), rows(CASES, *QUICK))
def test_outputs_are_those_of_plain_layers_with_one_map_changed(name, shape, bad, monkeypatch):
    layers, images = NETWORKS[name], images_of(SHAPES[shape])
    weights = weights_of(layers, shape_of(images))
    if bad is not None:
        weights[f"{next(iter(ends(layers)))}.weight"][0, 0, 0, 0] = bad
    monkeypatch.setattr(responses, "AT_ONCE", 200_000)  # a few images at a time
    whole, changed = answered(layers, weights, images)
    expected, expected_changed = plainly(layers, weights, images)
    np.testing.assert_allclose(whole, expected, rtol=1e-4, atol=1e-4)
    assert list(changed) == list(expected_changed)
    for name, logits in changed.items():
        np.testing.assert_allclose(logits, expected_changed[name], rtol=1e-4, atol=1e-4)


def test_outputs_are_the_same_where_the_parts_of_a_sum_would_be_too_large(monkeypatch):
    layers, images = NETWORKS["small_resnet"], images_of((4, 53, 50))
    weights = weights_of(layers, (1, 53, 50))
    expected = answered(layers, weights, images)[1]
    monkeypatch.setattr(ablation, "LARGEST", 0)
    for name, logits in answered(layers, weights, images)[1].items():
        np.testing.assert_allclose(logits, expected[name], rtol=1e-4, atol=1e-4)


def test_rows_hold_the_accuracies_of_plain_layers():
    layers, images = NETWORKS["stacked"], images_of((60, 53, 53))
    weights, names = weights_of(layers, (1, 53, 53)), ["a", "b", "c"]
    whole, changed = plainly(layers, weights, images)
    labels = np.where(RNG.random(60) < 0.7, whole.argmax(-1), RNG.integers(0, 3, 60))
    labels[whole.argmax(-1) == 2] = 0  # the network is wrong about one class
    rows = rows_of(layers, weights, images, labels, names)
    assert [tuple(row) for row in rows] == [ablation.COLUMNS] * (3 + 4 + 2) * 3 * 4
    for row in rows:
        chosen = np.ones(60, bool) if row["class"] == "all" else labels == names.index(row["class"])
        logits = changed[row["layer"]][ablation.MODES.index(row["mode"]), row["kernel"]]
        right, before = (logits.argmax(-1) == labels)[chosen], (whole.argmax(-1) == labels)[chosen]
        assert row["n"] == chosen.sum()
        np.testing.assert_allclose(row["accuracy"], right.mean())
        np.testing.assert_allclose(row["drop"], before.mean() - right.mean(), atol=1e-12)
        lost, won = (before & ~right).sum(), (right & ~before).sum()
        p = binomtest(lost, lost + won, alternative="greater").pvalue if lost + won else 1
        if row["reason"]:
            assert np.isnan([row["p"], row["p_corrected"], row["p_random"]]).all()
        else:
            np.testing.assert_allclose(row["p"], p)
        assert row["low"] <= row["drop"] <= row["high"]


def one_color_each(n=30):
    """Return a network whose kernel i reads color i and votes for class i, with an idle kernel, and its images."""
    layers = [conv("conv1", 4, 1), RELU, GLOBAL_MAX_POOL, linear("output", None)]
    weights = {
        "conv1.weight": np.eye(4, 3, dtype=np.float32)[:, :, None, None],
        "conv1.bias": np.zeros(4, np.float32),
        "output.weight": np.eye(3, 4, dtype=np.float32),
        "output.bias": np.array([0, 0.1, 0.2], np.float32),
    }
    labels = np.arange(n) % 3
    images = np.zeros((n, 5, 5, 3), np.uint8)
    images[np.arange(n), 2, 3, labels] = 200
    return layers, weights, images, labels, ["red", "green", "blue"]


def test_a_kernel_that_one_class_hangs_on_is_found_in_that_class_alone():
    layers, weights, images, *of_images = one_color_each()
    rows = {(row["kernel"], row["mode"], row["class"]): row for row in rows_of(layers, weights, images, *of_images)}
    for kernel, name in enumerate(("red", "green")):
        row = rows[kernel, "zero", name]
        assert (row["accuracy"], row["drop"], row["n"]) == (0, 1, 10)
        np.testing.assert_allclose([row["mean_drop_of_others"], row["p"], row["p_random"]], [0, 0.5**10, 0.25**10])
        np.testing.assert_allclose(row["p_corrected"], 4 * 0.5**10)
        np.testing.assert_allclose(rows[kernel, "zero", "all"]["drop"], 1 / 3)
        assert rows[kernel, "only", name]["drop"] == 0
    np.testing.assert_allclose(
        rows[3, "zero", "all"]["mean_drop_of_others"], 2 / 9
    )  # without the blue one, blue still wins
    idle = [rows[3, mode, name] for mode in ("zero", "mean") for name in ("all", "red", "green", "blue")]
    assert {(row["drop"], row["p"], row["p_corrected"], row["p_random"]) for row in idle} == {(0, 1, 1, 1)}


def test_the_mean_is_that_of_what_the_next_weights_read():
    layers, weights, images, *_ = one_color_each(6)
    whole, changed = answered(layers, weights, images)
    mean_of_maxima = 200 / 255 / 3  # the mean of the maps would be a 25th of it
    np.testing.assert_allclose(changed["conv1"][1, 0, :, 0], np.full(6, mean_of_maxima), rtol=1e-6)
    np.testing.assert_allclose(changed["conv1"][1, 0, :, 1:], whole[:, 1:])


def test_a_network_at_chance_needs_no_kernel():
    layers, weights, images, labels, names = one_color_each(60)
    weights["output.weight"][0] = weights["output.weight"][1]  # red and green look alike to it
    rows = rows_of(layers, weights, images, labels, names)
    tested = {row["class"]: not row["reason"] for row in rows}
    assert tested == {"all": False, "red": False, "green": True, "blue": True}
    assert all(np.isnan(row["p"]) == bool(row["reason"]) for row in rows)


def test_a_layer_of_one_kernel_has_nothing_to_be_compared_with():
    layers, images = NETWORKS["cnnkernels"], images_of((40, 50, 50))
    weights = weights_of(layers, (1, 50, 50))
    labels = networks.loaded(layers, weights)(responses.as_input(images)).argmax(-1).numpy()
    rows = [row for row in rows_of(layers, weights, images, labels, list("abc")) if row["layer"] == "conv2"]
    assert len(rows) == 12
    assert np.isnan([[row["mean_drop_of_others"], row["p_random"]] for row in rows]).all()
    for row in rows:
        if row["mode"] == "only" and row["n"]:
            assert (row["drop"], row["p"], row["accuracy"]) == (0, 1, 1)


def test_an_absent_class_has_empty_cells_and_disturbs_no_other():
    layers, weights, images, labels, names = one_color_each()
    present = rows_of(layers, weights, images, labels, names)
    rows = rows_of(layers, weights, images, labels, [*names, "absent"])
    absent = [row for row in rows if row["class"] == "absent"]
    assert len(absent) == 12
    assert {row["n"] for row in absent} == {0}
    assert np.isnan([[row[column] for column in ablation.STATISTICS] for row in absent]).all()
    assert [row for row in rows if row["class"] != "absent"] == present


def test_a_network_that_is_not_finite_gets_nothing_right():
    layers, weights, images, labels, names = one_color_each()
    weights["output.weight"][:] = np.nan
    rows = rows_of(layers, weights, images, labels, names)
    assert {(row["accuracy"], row["drop"]) for row in rows} == {(0, 0)}
    assert all(row["reason"] and np.isnan(row["p"]) for row in rows)


def test_silence_is_no_rounding_error():
    """Only kernel 0 responds; without it the biases tie, and the tie is broken as in the plain computation."""
    layers, weights, images, *_ = one_color_each()
    weights["output.bias"][:] = 0
    weights["output.weight"] = RNG.normal(size=(3, 4)).astype(np.float32)
    weights["conv1.weight"][1:] = 0
    changed = answered(layers, weights, images)[1]["conv1"]
    np.testing.assert_array_equal(changed[0, 0], 0)
    np.testing.assert_array_equal(changed[2, 1:], 0)
