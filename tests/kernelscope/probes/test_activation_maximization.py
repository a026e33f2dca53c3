import numpy as np
import plain_layers
import pytest

from kernelscope.models import architectures, responses
from kernelscope.models.layer_lists import RELU, conv, max_pool, receptive_fields
from kernelscope.probes import activation_maximization, projection

STACKED = architectures.stacked(4, 5, 2, (3, 6))
pytestmark = pytest.mark.usefixtures("one_thread")


def weights_of(layers, channels=1, seed=0, bias=0.1):
    rng, weights = np.random.default_rng(seed), {}
    for layer in layers:
        if layer["kind"] == "conv":
            k = layer["kernel_size"]
            shape = layer["kernels"], channels, k, k
            weights[f"{layer['name']}.weight"] = (rng.normal(size=shape) / k).astype(np.float32)
            weights[f"{layer['name']}.bias"] = (bias * rng.normal(size=layer["kernels"])).astype(np.float32)
            channels = layer["kernels"]
    return weights


def cosine(a, b):
    a, b = a.reshape(len(a), -1).astype(float), b.reshape(len(b), -1).astype(float)
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_first_layer_without_blur_answers_most_to_its_kernels(channels):
    weights = weights_of(STACKED, channels)
    best = activation_maximization.maximized(STACKED, weights, blur=0)["conv1"]
    assert (cosine(best, weights["conv1.weight"]) > 0.99999).all()


def test_the_first_layer_with_blur_answers_to_its_blurred_kernels():
    weights = weights_of(STACKED)
    smooth = activation_maximization._blurring(5, 1.0).double().numpy()
    best = activation_maximization.maximized(STACKED, weights, blur=1.0)["conv1"]
    assert (cosine(best, smooth @ weights["conv1.weight"] @ smooth) > 0.999).all()


def test_a_network_without_relu_answers_most_to_its_linear_projection():
    layers = [conv("a", 3, 4, 2), conv("b", 4, 3, 3), conv("c", 2, 2)]
    weights = weights_of(layers, 3)
    best, expected = activation_maximization.maximized(layers, weights, blur=0), projection.projected(layers, weights)
    for name in ("a", "b", "c"):
        assert (cosine(best[name], expected[name]) > 0.9999).all()


@pytest.mark.parametrize("strength", [0.1, 2.0])
def test_all_images_have_the_strength_asked_for(strength):
    best = activation_maximization.maximized(STACKED, weights_of(STACKED), strength)
    for images in best.values():
        assert images.dtype == np.float32
        np.testing.assert_allclose(np.sqrt((images.astype(float) ** 2).mean((1, 2, 3))), strength, rtol=1e-5)


def test_no_random_image_and_no_projection_of_that_strength_does_better():
    weights = weights_of(STACKED)
    best = activation_maximization.maximized(STACKED, weights, blur=0)
    rng = np.random.default_rng(5)
    rivals = {
        name: np.concatenate([rng.normal(size=(3000, *images.shape[1:])), linear, cut])
        for (name, images), linear, cut in zip(
            best.items(),
            *(projection.projected(STACKED, weights, rectified).values() for rectified in (False, True)),
            strict=True,
        )
    }
    gains = activation_maximization.gains(STACKED, weights, best, rivals)
    np.testing.assert_allclose(gains["conv1"], 1, rtol=1e-5)  # its linear projection is the optimum
    assert gains["conv2"].min() > 1.5
    assert gains["conv3"].min() > 1.5


def test_a_gain_is_the_ratio_of_two_responses():
    layers, weights = [conv("a", 2, 2)], {"a.weight": np.array([[1.0, 0, 0, 0], [0, 0, 0, 1]]).reshape(2, 1, 2, 2)}
    weights["a.bias"] = np.array([0.5, -2.0])
    best = {"a": activation_maximization.maximized(layers, weights, strength=0.5, blur=0)["a"]}
    np.testing.assert_allclose(best["a"].reshape(2, 4), [[1, 0, 0, 0], [0, 0, 0, 1]], atol=1e-6)
    patches = {"a": np.array([[3.0, 3, 3, 3], [0, 0, 0, 0], [0, 4, 0, 3]]).reshape(3, 1, 2, 2)}
    # at root mean square 0.5 the first patch is 0.5 everywhere: responses 1.0 and -1.5; the third has 0.6 in a corner
    np.testing.assert_allclose(activation_maximization.gains(layers, weights, best, patches)["a"], [1.5 / 1.0, np.nan])


def test_dead_inhibiting_and_broken_kernels():
    layers = [conv("a", 3, 3), RELU, conv("b", 4, 2)]
    weights = weights_of(layers, bias=0)
    weights["b.weight"][0] = 0
    weights["b.weight"][1] = -np.abs(weights["b.weight"][1])  # it can only be inhibited
    weights["b.weight"][2] = np.nan
    best = activation_maximization.maximized(layers, weights)["b"]
    assert (best[:2] == 0).all()
    assert np.isnan(best[2]).all()
    assert np.isfinite(best[3]).all()
    assert best[3].any()
    weights["a.weight"][0, 0, 0, 0] = np.inf
    best = activation_maximization.maximized(layers, weights)
    assert np.isnan(best["a"][0]).all()
    assert np.isfinite(best["a"][1:]).all()
    assert np.isnan(best["b"][2]).all()


def test_kernels_of_one_pixel():
    layers = [conv("a", 2, 1), RELU, max_pool(2), conv("b", 1, 1)]
    weights = {"a.weight": np.array([1.0, -2.0]), "b.weight": np.array([3.0, -1.0]), "a.bias": np.zeros(2)}
    weights = {name: array.reshape(-1, 1, 1, 1) if "weight" in name else array for name, array in weights.items()}
    weights |= {"b.weight": weights["b.weight"].reshape(1, 2, 1, 1), "b.bias": np.zeros(1)}
    best = activation_maximization.maximized(layers, weights, strength=1, blur=0)
    np.testing.assert_array_equal(best["a"].ravel(), [1, -1])
    pixels = best["b"].ravel()  # one pixel as bright as possible, and the others too dim to inhibit it: (2, 0, 0, 0)
    np.testing.assert_allclose(np.sort(pixels)[::-1], [2, 0, 0, 0], atol=0.01)


def test_the_same_seed_gives_the_same_bytes():
    weights = weights_of(STACKED)
    first, second = (activation_maximization.maximized(STACKED, weights, seed=3) for _ in range(2))
    for name, images in first.items():
        np.testing.assert_array_equal(images, second[name])


def test_the_response_of_a_unit_is_that_of_the_whole_network_where_its_field_is_inside_the_image():
    """Padding, batch normalization and added maps are as in the middle of a large image."""
    layers = plain_layers.SMALL["small_resnet"]
    images = np.random.default_rng(0).integers(0, 256, (3, 60, 64), np.uint8)
    weights = plain_layers.weights_of(layers, (1, 60, 64))
    each = plain_layers.outputs(layers, weights, responses.as_input(images).double())
    for name, (field, jump, start) in receptive_fields(layers).items():
        at = -(-max(0, -start) // jump)  # the first response whose field is inside the image
        top = at * jump + start
        patch = responses.as_input(images[:, top : top + field, top : top + field])
        end = [layer.get("name") for layer in layers].index(name) + 1  # the batch normalization after it
        expected = each[end][:, :, at, at]
        response = activation_maximization.unit_of(layers, weights, name).responses(patch)
        np.testing.assert_allclose(response, expected, rtol=1e-4, atol=1e-5)


def test_a_kernel_whose_normalization_turns_its_sign_is_maximized_by_its_negative():
    layers = [conv("a", 2, 3), {"kind": "batch_norm", "name": "n"}, RELU]
    weights = weights_of(layers, bias=0) | {
        "n.weight": np.array([2.0, -2.0]),
        "n.bias": np.zeros(2),
        "n.running_mean": np.zeros(2),
        "n.running_var": np.ones(2),
    }
    best = activation_maximization.maximized(layers, weights, blur=0)["a"]
    np.testing.assert_allclose(cosine(best, weights["a.weight"]), [1, -1], atol=1e-5)
