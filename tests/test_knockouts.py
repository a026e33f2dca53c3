import numpy as np
import pytest
import torch
from scipy.stats import binomtest
from torch import nn

from kernelscope import architectures, forward, knockouts
from kernelscope.layers import GLOBAL_MAX_POOL, RELU, TANH, conv, linear, max_pool, shapes

RNG = np.random.default_rng(0)
NETWORKS = {
    "matched": architectures.matched(kernels=4, kernel_size=5),
    "cnnkernels": architectures.cnnkernels(kernels=3, kernel_size=6, widths=(20, 10)),
    "cnnkernels_tanh": architectures.cnnkernels_tanh(kernels=1, kernel_size=9, stride=2, widths=(7, 5)),
    "stacked": architectures.stacked(kernels=3, kernel_size=5, stride=2, widths=(4, 2)),
    "no relu": [conv("a", 2, 3), max_pool(2), TANH, conv("b", 2, 5, 3), RELU, linear("output", None)],
    "as large as the map": [conv("a", 2, 47), RELU, linear("output", None)],
    "pixels": [conv("a", 3, 1), RELU, conv("b", 2, 1), RELU, GLOBAL_MAX_POOL, linear("output", None)],
}


def weights_of(layers, image, classes=3, seed=1):
    """Weights of a size that keeps outputs near 1, with biases."""
    rng, found, before = np.random.default_rng(seed), {}, image
    for layer, after in zip(layers, shapes(layers, image, classes), strict=True):
        if layer["kind"] == "conv":
            shape = (layer["kernels"], before[0], layer["kernel_size"], layer["kernel_size"])
        if layer["kind"] == "linear":
            shape = (after[0], int(np.prod(before)))
        if "name" in layer:
            size = np.sqrt(3 / np.prod(shape[1:]))
            found[f"{layer['name']}.weight"] = rng.normal(0, size, shape).astype(np.float32)
            found[f"{layer['name']}.bias"] = rng.normal(0, 0.1, shape[0]).astype(np.float32)
        before = after
    return found


def modules(layers, weights):
    """The layers as torch's own modules, double precision."""
    found = []
    for layer in layers:
        kind = layer["kind"]
        if "name" in layer:
            weight, bias = (torch.from_numpy(weights[f"{layer['name']}.{part}"]) for part in ("weight", "bias"))
            step = (weight.shape[2], layer["stride"]) if kind == "conv" else ()
            module = (nn.Conv2d if kind == "conv" else nn.Linear)(weight.shape[1], weight.shape[0], *step)
            module.load_state_dict({"weight": weight, "bias": bias})
            found.append(nn.Sequential(nn.Flatten(), module) if kind == "linear" else module)
        else:
            size = layer.get("size", 0)
            made = {"relu": nn.ReLU(), "tanh": nn.Tanh(), "global_max_pool": nn.AdaptiveMaxPool2d(1)}
            found.append(made[kind] if kind in made else nn.MaxPool2d(size))
    return nn.Sequential(*found).double()


def changing(mode, kernel):
    def hook(module, arguments, maps):
        found = torch.zeros_like(maps) if mode == "only" else maps.clone()
        keep = {"zero": 0.0, "mean": maps[:, kernel].mean(), "only": maps[:, kernel]}[mode]
        found[:, kernel] = keep
        return found

    return hook


@torch.no_grad()
def by_hooks(layers, weights, images):
    """What `answers` returns, by torch with a hook on the module that ends each feature map, one kernel at a time."""
    x = torch.from_numpy(forward.as_input(images)).double()
    network, found = modules(layers, weights), {}
    for i, layer in enumerate(layers):
        if layer["kind"] == "conv":
            end, logits = i + (layers[i + 1] == RELU), []
            for mode in knockouts.MODES:
                for kernel in range(layer["kernels"]):
                    handle = network[end].register_forward_hook(changing(mode, kernel))
                    logits.append(network(x).numpy())
                    handle.remove()
            found[layer["name"]] = np.array(logits).reshape(3, layer["kernels"], len(images), -1)
    return network(x).numpy(), found


def images_of(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("shape", [(7, 53, 50), (3, 53, 47, 3)])
@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("bad", [None, np.nan, np.inf])
def test_answers_are_those_of_torch_with_hooks(layers, shape, bad, monkeypatch):
    images = images_of(shape)
    weights = weights_of(layers, (*(shape[3:] or (1,)), *shape[1:3]))
    if bad is not None:
        weights[f"{layers[0]['name']}.weight"][0, 0, 0, 0] = bad
    monkeypatch.setattr(knockouts, "AT_ONCE", 30_000)  # a few images at a time
    whole, changed = knockouts.answers(layers, weights, forward.responses(layers, weights, images))
    expected, expected_changed = by_hooks(layers, weights, images)
    np.testing.assert_allclose(whole, expected, atol=1e-4)
    assert list(changed) == list(expected_changed)
    for name, logits in changed.items():
        np.testing.assert_allclose(logits, expected_changed[name], atol=1e-4)


def test_rows_hold_the_accuracies_of_torch_with_hooks():
    layers, images = NETWORKS["stacked"], images_of((60, 53, 53))
    weights, names = weights_of(layers, (1, 53, 53)), ["a", "b", "c"]
    whole, changed = by_hooks(layers, weights, images)
    labels = np.where(RNG.random(60) < 0.7, whole.argmax(-1), RNG.integers(0, 3, 60))
    rows = knockouts.knockouts(layers, weights, forward.responses(layers, weights, images), labels, names)
    assert [tuple(row) for row in rows] == [knockouts.COLUMNS] * (3 + 4 + 2) * 3 * 4
    for row in rows:
        chosen = np.ones(60, bool) if row["class"] == "all" else labels == names.index(row["class"])
        logits = changed[row["layer"]][knockouts.MODES.index(row["mode"]), row["kernel"]]
        right, before = (logits.argmax(-1) == labels)[chosen], (whole.argmax(-1) == labels)[chosen]
        assert row["n"] == chosen.sum()
        np.testing.assert_allclose(row["accuracy"], right.mean())
        np.testing.assert_allclose(row["drop"], before.mean() - right.mean(), atol=1e-12)
        lost, won = (before & ~right).sum(), (right & ~before).sum()
        p = binomtest(lost, lost + won, alternative="greater").pvalue if lost + won else 1
        np.testing.assert_allclose(row["p"], p)
        assert row["low"] <= row["drop"] <= row["high"]


def one_colour_each(n=30):
    """A network whose kernel i reads colour i and votes for class i, a fourth kernel is idle; images of one colour."""
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
    layers, weights, images, *of_images = one_colour_each()
    maps = forward.responses(layers, weights, images)
    rows = {
        (row["kernel"], row["mode"], row["class"]): row
        for row in knockouts.knockouts(layers, weights, maps, *of_images)
    }
    for kernel, name in enumerate(("red", "green")):
        row = rows[kernel, "zero", name]
        assert (row["accuracy"], row["drop"], row["n"]) == (0, 1, 10)
        np.testing.assert_allclose([row["random_kernel"], row["p"], row["p_random"]], [0, 0.5**10, 1 / 4])
        np.testing.assert_allclose(row["p_corrected"], 4 * 0.5**10)
        np.testing.assert_allclose(rows[kernel, "zero", "all"]["drop"], 1 / 3)
        assert rows[kernel, "only", name]["drop"] == 0
    np.testing.assert_allclose(rows[3, "zero", "all"]["random_kernel"], 2 / 9)  # without the blue one, blue still wins
    idle = [rows[3, mode, name] for mode in ("zero", "mean") for name in ("all", "red", "green", "blue")]
    assert {(row["drop"], row["p"], row["p_corrected"], row["p_random"]) for row in idle} == {(0, 1, 1, 1)}


def test_the_mean_is_that_over_all_images_and_positions():
    layers, weights, images, *_ = one_colour_each(6)
    whole, changed = knockouts.answers(layers, weights, forward.responses(layers, weights, images))
    mean = 200 / 255 / 25 / 3
    np.testing.assert_allclose(changed["conv1"][1, 0, :, 0], np.full(6, mean), rtol=1e-6)
    np.testing.assert_allclose(changed["conv1"][1, 0, :, 1:], whole[:, 1:])


def test_a_layer_of_one_kernel_has_nothing_to_be_compared_with():
    layers, images = NETWORKS["cnnkernels"], images_of((40, 50, 50))
    weights = weights_of(layers, (1, 50, 50))
    labels = forward.outputs(layers, weights, images).argmax(-1)
    rows = [
        row
        for row in knockouts.knockouts(layers, weights, forward.responses(layers, weights, images), labels, list("abc"))
        if row["layer"] == "conv2"
    ]
    assert len(rows) == 12
    assert np.isnan([[row["random_kernel"], row["p_random"]] for row in rows]).all()
    for row in rows:
        if row["mode"] == "only" and row["n"]:
            assert (row["drop"], row["p"], row["accuracy"]) == (0, 1, 1)


def test_an_absent_class_has_empty_cells_and_disturbs_no_other():
    layers, weights, images, labels, names = one_colour_each()
    present = knockouts.knockouts(layers, weights, forward.responses(layers, weights, images), labels, names)
    rows = knockouts.knockouts(layers, weights, forward.responses(layers, weights, images), labels, [*names, "absent"])
    absent = [row for row in rows if row["class"] == "absent"]
    assert len(absent) == 12
    assert {row["n"] for row in absent} == {0}
    assert np.isnan([[row[column] for column in knockouts.COLUMNS[5:]] for row in absent]).all()
    assert [row for row in rows if row["class"] != "absent"] == present


def test_a_network_that_is_not_finite_gets_nothing_right():
    layers, weights, images, labels, names = one_colour_each()
    weights["output.weight"][:] = np.nan
    rows = knockouts.knockouts(layers, weights, forward.responses(layers, weights, images), labels, names)
    assert {(row["accuracy"], row["drop"], row["p"]) for row in rows} == {(0, 0, 1)}


def test_silence_is_no_rounding_error():
    """Kernel 0 alone speaks; without it the biases tie, and a tie is broken as in the plain computation."""
    layers, weights, images, *_ = one_colour_each()
    weights["output.bias"][:] = 0
    weights["output.weight"] = RNG.normal(size=(3, 4)).astype(np.float32)
    weights["conv1.weight"][1:] = 0
    changed = knockouts.answers(layers, weights, forward.responses(layers, weights, images))[1]["conv1"]
    np.testing.assert_array_equal(changed[0, 0], 0)
    np.testing.assert_array_equal(changed[2, 1:], 0)
