import numpy as np
import pytest

from kernelscope import architectures, forward, toppatches
from kernelscope.layers import GLOBAL_MAX_POOL, RELU, conv, linear, max_pool

NETWORKS = {
    "matched": [conv("a", 2, 5), RELU, GLOBAL_MAX_POOL, linear("output", None)],
    "strides": [conv("a", 2, 3, 2), RELU, max_pool(2), conv("b", 2, 2, 2), RELU, conv("c", 2, 2)],
    "pools": [max_pool(3), conv("a", 2, 2), RELU, max_pool(2), conv("b", 2, 2)],
    "1x1": [conv("a", 2, 1), RELU, conv("b", 3, 1, 2)],
}


def weights_of(layers: list[dict]) -> dict[str, np.ndarray]:
    rng, found, channels = np.random.default_rng(1), {}, 1
    for layer in layers:
        if layer["kind"] == "conv":
            shape = (layer["kernels"], channels, layer["kernel_size"], layer["kernel_size"])
            found[f"{layer['name']}.weight"] = rng.uniform(0.5, 1, shape)  # positive: every pixel counts
            found[f"{layer['name']}.bias"] = np.ones(layer["kernels"])
            channels = layer["kernels"]
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_a_response_changes_with_the_pixels_of_its_field_and_no_others(name):
    """Each pixel is made bright in turn: the responses that change are those whose field holds it."""
    layers, side = NETWORKS[name], 31
    pixels = np.zeros((side * side, side, side))
    pixels.reshape(len(pixels), -1)[np.arange(len(pixels)), np.arange(len(pixels))] = 255
    dark = forward.responses(layers, weights_of(layers), np.zeros((1, side, side)))
    found = toppatches.receptive_fields(layers)
    for layer, maps in forward.responses(layers, weights_of(layers), pixels).items():
        changed = (np.abs(maps - dark[layer]) > 1e-9)[:, 0].reshape(side, side, *maps.shape[2:])
        field, jump = found[layer]
        for (r, c), _ in np.ndenumerate(changed[0, 0]):
            expected = np.zeros((side, side), bool)
            expected[r * jump : r * jump + field, c * jump : c * jump + field] = True
            assert np.array_equal(changed[:, :, r, c], expected), (layer, r, c)
    assert len(found) == sum(layer["kind"] == "conv" for layer in layers)


def test_the_fields_of_the_default_architectures():
    assert toppatches.receptive_fields(architectures.matched()) == {"conv1": (15, 1)}
    assert toppatches.receptive_fields(architectures.stacked()) == {
        "conv1": (11, 2),
        "conv2": (29, 4),
        "conv3": (49, 8),
    }
    assert toppatches.receptive_fields(architectures.cnnkernels()) == {"conv1": (15, 1), "conv2": (29, 1)}


def test_the_top_is_that_of_a_plain_loop():
    responses = np.random.default_rng(0).normal(size=(9, 4, 5, 6))
    found = toppatches.top(responses, jump=3)
    for kernel in range(4):
        best = sorted(range(9), key=lambda i: -responses[i, kernel].max())[:3]
        assert found.image[kernel].tolist() == best
        for j, i in enumerate(best):
            row, col = np.unravel_index(responses[i, kernel].argmax(), (5, 6))
            assert (found.row[kernel, j], found.col[kernel, j]) == (3 * row, 3 * col)
            assert found.response[kernel, j] == responses[i, kernel, row, col]


def test_the_response_to_a_patch_alone_is_the_one_reported():
    layers = NETWORKS["strides"]
    images = np.random.default_rng(2).integers(0, 255, (8, 40, 40))
    for name, responses in forward.responses(layers, weights_of(layers), images).items():
        field, jump = toppatches.receptive_fields(layers)[name]
        found = toppatches.top(responses, jump)
        patches = toppatches.cut(images, found, field)
        assert patches.shape == (responses.shape[1], 3, field, field)
        upto = layers[: [layer.get("name") for layer in layers].index(name) + 1]
        for kernel, of_kernel in enumerate(patches):
            alone = forward.responses(upto, weights_of(layers), of_kernel)[name]
            np.testing.assert_allclose(alone[:, kernel, 0, 0], found.response[kernel])


def test_a_dead_kernel_has_response_0_and_patches_that_exist():
    found = toppatches.top(np.zeros((4, 2, 5, 5), np.float32), 2)
    assert (found.response == 0).all()
    assert found.image.tolist() == [[0, 1, 2]] * 2
    assert found.image.dtype == np.int64
    assert toppatches.cut(np.zeros((4, 20, 20, 3), np.uint8), found, 7).shape == (2, 3, 7, 7, 3)


def test_responses_that_are_not_finite_come_last():
    responses = np.ones((3, 1, 2, 2))
    responses[0] = np.nan
    responses[1, 0, 0] = np.inf, 5
    found = toppatches.top(responses, 1)
    assert found.image.tolist() == [[1, 2, 0]]
    assert found.response[0, :2].tolist() == [5, 1]
    assert np.isnan(found.response[0, 2])


@pytest.mark.parametrize("images", [1, 2])
def test_with_fewer_images_than_asked_for_all_are_given(images):
    assert toppatches.top(np.ones((images, 3, 1, 1)), 1).image.shape == (3, images)
