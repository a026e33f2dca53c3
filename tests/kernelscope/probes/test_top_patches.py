import numpy as np
import pytest

from kernelscope.models import architectures
from kernelscope.models.layer_lists import (
    GLOBAL_MAX_POOL,
    RELU,
    Field,
    add,
    average_pool,
    conv,
    linear,
    max_pool,
    receptive_fields,
    relu,
)
from kernelscope.models.responses import responses
from kernelscope.probes import top_patches

NETWORKS = {
    "templates": [conv("a", 2, 5), RELU, GLOBAL_MAX_POOL, linear("output", None)],
    "strides": [conv("a", 2, 3, 2), RELU, max_pool(2), conv("b", 2, 2, 2), RELU, conv("c", 2, 2)],
    "pools": [max_pool(3), conv("a", 2, 2), RELU, max_pool(2), conv("b", 2, 2)],
    "1x1": [conv("a", 2, 1), RELU, conv("b", 3, 1, 2)],
    "padded": [
        conv("a", 2, 5, 2, padding=2),
        RELU,
        max_pool(2),
        conv("b", 2, 3, padding=1),
        average_pool(2),
        conv("c", 1, 2),
    ],
    "padded unevenly": [conv("a", 2, 3, 2, padding=2), RELU, conv("b", 1, 3, padding=2)],
    "residual": [conv("a", 2, 3, padding=1), relu("in"), conv("b", 2, 3, padding=1), add("in"), RELU, conv("c", 2, 3)],
}


def weights_of(layers: list[dict]) -> dict[str, np.ndarray]:
    rng, weights, channels = np.random.default_rng(1), {}, 1
    for layer in layers:
        if layer["kind"] == "conv":
            shape = (layer["kernels"], channels, layer["kernel_size"], layer["kernel_size"])
            weights[f"{layer['name']}.weight"] = rng.uniform(0.5, 1, shape)  # positive: every pixel counts
            weights[f"{layer['name']}.bias"] = np.ones(layer["kernels"])
            channels = layer["kernels"]
    return weights


@pytest.mark.parametrize("name", NETWORKS)
def test_a_response_changes_with_the_pixels_of_its_field_and_no_others(name):
    """Each pixel is made bright in turn: the responses that change are those whose field contains it."""
    layers, side = NETWORKS[name], 31
    pixels = np.zeros((side * side, side, side))
    pixels.reshape(len(pixels), -1)[np.arange(len(pixels)), np.arange(len(pixels))] = 255
    dark = responses(layers, weights_of(layers), np.zeros((1, side, side)))
    fields = receptive_fields(layers)
    for layer, maps in responses(layers, weights_of(layers), pixels).items():
        changed = (np.abs(maps - dark[layer]) > 1e-3)[:, 0].reshape(side, side, *maps.shape[2:])
        field, jump, start = fields[layer]
        for (r, c), _ in np.ndenumerate(changed[0, 0]):
            expected = np.zeros((side, side), bool)
            top, left = start + r * jump, start + c * jump
            expected[max(top, 0) : top + field, max(left, 0) : left + field] = True
            assert np.array_equal(changed[:, :, r, c], expected), (layer, r, c)
    assert len(fields) == sum(layer["kind"] == "conv" for layer in layers)


def test_the_fields_of_the_default_architectures():
    assert receptive_fields(architectures.templates()) == {"conv1": (15, 1, 0)}
    assert receptive_fields(architectures.stacked()) == {
        "conv1": (11, 2, 0),
        "conv2": (29, 4, 0),
        "conv3": (49, 8, 0),
    }
    assert receptive_fields(architectures.cnnkernels()) == {"conv1": (15, 1, 0), "conv2": (29, 1, 0)}


def test_the_top_is_that_of_a_plain_loop():
    maps = np.random.default_rng(0).normal(size=(9, 4, 5, 6))
    tops = top_patches.top(maps, Field(5, 3, -4))
    for kernel in range(4):
        best = sorted(range(9), key=lambda i: -maps[i, kernel].max())[:3]
        assert tops.image[kernel].tolist() == best
        for j, i in enumerate(best):
            row, col = np.unravel_index(maps[i, kernel].argmax(), (5, 6))
            assert (tops.row[kernel, j], tops.col[kernel, j]) == (3 * row - 4, 3 * col - 4)
            assert tops.response[kernel, j] == maps[i, kernel, row, col]


def test_the_response_to_a_patch_alone_is_the_one_reported():
    layers = NETWORKS["strides"]
    images = np.random.default_rng(2).integers(0, 255, (8, 40, 40))
    for name, maps in responses(layers, weights_of(layers), images).items():
        field = receptive_fields(layers)[name]
        best = top_patches.top(maps, field)
        upto = layers[: [layer.get("name") for layer in layers].index(name) + 1]
        for kernel in range(maps.shape[1]):
            patches = cut(images, best, kernel, field.size)
            alone = responses(upto, weights_of(layers), patches)[name]
            np.testing.assert_allclose(alone[:, kernel, 0, 0], best.response[kernel], rtol=1e-5)


def cut(images, best, kernel, side, edge=0):
    """Return the patches of one kernel, (m, side, side), from images with a margin of `edge` black pixels."""
    wide = np.pad(images, ((0, 0), (edge, edge), (edge, edge)))
    places = zip(best.image[kernel], best.row[kernel] + edge, best.col[kernel] + edge, strict=True)
    return np.stack([wide[i, row : row + side, col : col + side] for i, row, col in places])


def test_a_patch_at_the_border_begins_outside_the_image():
    """A padded layer sees the corner of the image: the pixels outside are black."""
    layers = [conv("a", 1, 5, 2, padding=2)]
    images = np.random.default_rng(3).integers(0, 100, (6, 20, 24))
    images[[1, 4], :2, :2], images[2, -2:, -1:] = 255, 250
    weights = {"a.weight": np.ones((1, 1, 5, 5)), "a.bias": np.zeros(1)}
    weights["a.weight"][0, 0, :2], weights["a.weight"][0, 0, :, :2] = -9, -9  # pixels above or left reduce the response
    field = receptive_fields(layers)["a"]
    best = top_patches.top(responses(layers, weights, images)["a"], field, m=6)
    assert field == (5, 2, -2)
    assert {(i, row, col) for i, row, col in zip(best.image[0], best.row[0], best.col[0], strict=True)} >= {
        (1, -2, -2),
        (4, -2, -2),
    }
    alone = (cut(images, best, 0, 5, edge=4) * weights["a.weight"][0]).sum((1, 2)) / 255
    np.testing.assert_allclose(alone, best.response[0], rtol=1e-5)


def test_a_dead_kernel_has_response_0_and_patches_that_exist():
    best = top_patches.top(np.zeros((4, 2, 5, 5), np.float32), Field(7, 2, 0))
    assert (best.response == 0).all()
    assert best.image.tolist() == [[0, 1, 2]] * 2
    assert best.image.dtype == np.int64
    assert not best.row.any() and not best.col.any()


def test_responses_that_are_not_finite_come_last():
    maps = np.ones((3, 1, 2, 2))
    maps[0] = np.nan
    maps[1, 0, 0] = np.inf, 5
    best = top_patches.top(maps, Field(1, 1, 0))
    assert best.image.tolist() == [[1, 2, 0]]
    assert best.response[0, :2].tolist() == [5, 1]
    assert np.isnan(best.response[0, 2])


@pytest.mark.parametrize("images", [1, 2])
def test_with_fewer_images_than_asked_for_all_are_given(images):
    assert top_patches.top(np.ones((images, 3, 1, 1)), Field(1, 1, 0)).image.shape == (3, images)
