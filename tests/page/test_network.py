"""The page's own computation of networks, against torch, in a browser without a page."""

from itertools import product

import numpy as np
import plain_layers
import pytest
import torch
from projects import ROOT
from tiers import rows

from kernelscope.models import layer_lists
from kernelscope.models.architectures import krizhevsky
from kernelscope.models.layer_base import KINDS
from kernelscope.page import network_payload

SOURCE = (ROOT / "workflow/page/network.js").read_text().replace("export ", "")
CALL = """({ layers, payload, image, classes }) => {
    %s
    const numbers = { ...image, values: Float64Array.from(image.values) };
    const weights = weightsOf(payload);
    return {
        outputs: forward(layers, weights, numbers).map((x) => [[x.channels, x.height, x.width], [...x.values]]),
        shapes: shapes(layers, [image.channels, image.height, image.width], classes),
        refusal: refusal(layers),
    };
}"""
NETWORKS = plain_layers.SMALL | plain_layers.ODD
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def payload(weights: dict[str, np.ndarray]) -> dict:
    """Return what the page unpacks for these weights."""
    arrays = network_payload.arrays(weights)
    return {
        "json": network_payload.content(0, weights),
        "arrays": {name: {"shape": list(a.shape), "data": a.ravel().tolist()} for name, a in arrays.items()},
    }


def computed(tab, layers, weights, image: np.ndarray) -> dict:
    """Return what the page computes for an image (channels, rows, cols)."""
    channels, height, width = image.shape
    content = {"channels": channels, "height": height, "width": width, "values": image.ravel().tolist()}
    arguments = {"layers": layers, "payload": payload(weights), "image": content, "classes": 3}
    return tab.evaluate(CALL % SOURCE, arguments)


@pytest.mark.parametrize(
    ("channels", "name"), rows(product([1, 3], NETWORKS), (1, "cnnkernels"), *((3, name) for name in NETWORKS))
)
def test_every_layer_has_the_output_of_torch(tab, name, channels):
    layers, image = NETWORKS[name], RNG.random((channels, 48, 47))
    weights = plain_layers.weights_of(layers, image.shape)
    found = computed(tab, layers, weights, image)
    wanted = plain_layers.outputs(layers, weights, torch.tensor(image, dtype=torch.float32)[None])
    assert found["refusal"] == ""
    assert len(found["outputs"]) == len(layers)
    for (shape, values), output, planned in zip(found["outputs"], wanted, found["shapes"], strict=True):
        assert shape == planned == [*output.shape[1:], 1, 1][:3]
        np.testing.assert_allclose(values, output.numpy().ravel(), rtol=1e-4, atol=1e-4)


def test_every_kind_of_layer_is_among_these_networks():
    assert {layer["kind"] for layers in NETWORKS.values() for layer in layers} == set(KINDS)


def test_a_kind_that_the_page_does_not_know_is_refused_in_one_line(tab):
    found = tab.evaluate(f"() => {{ {SOURCE}\nreturn refusal([{{ kind: 'conv' }}, {{ kind: 'attention' }}]); }}")
    assert found == "This page does not compute layers of kind attention."


def test_the_settings_that_a_list_of_layers_omits_are_those_of_the_layer_kinds(tab):
    """Check the defaults in JavaScript against those in Python, by stating them."""
    short = krizhevsky(kernels=4, kernel_size=5, stride=3, widths=(4, 4), towers=1)
    stated = [
        layer | {field: value for field, value in vars(layer_lists.read_one(**layer)).items() if value is not None}
        for layer in short
    ]
    image = RNG.random((1, 40, 40))
    weights = plain_layers.weights_of(short, image.shape)
    outputs = [computed(tab, layers, weights, image)["outputs"] for layers in (short, stated)]
    assert outputs[0] == outputs[1]


def test_large_matrices_in_steps_move_an_output_by_at_most_half_a_step_of_each_weight(tab, monkeypatch):
    monkeypatch.setattr(network_payload, "LARGE", 10)
    layers, image = plain_layers.SMALL["templates"], RNG.random((1, 20, 20))
    weights = plain_layers.weights_of(layers, image.shape)
    assert payload(weights)["json"]["bytes"] == ["output.weight"]
    found = computed(tab, layers, weights, image)["outputs"]
    features, exact = np.array(found[-2][1]), weights["output.weight"].astype(float)
    bound = np.abs(exact).max(1) / network_payload.MOST / 2 * np.abs(features).sum()
    moved = np.abs(np.array(found[-1][1]) - (exact @ features + weights["output.bias"]))
    assert (moved <= bound * (1 + 1e-6)).all()
    assert moved.max() > 0
