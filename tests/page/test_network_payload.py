import numpy as np

from kernelscope.page import network_payload

RNG = np.random.default_rng(0)


def back(arrays: dict[str, np.ndarray], name: str) -> np.ndarray:
    return (arrays[name].astype(float) - network_payload.ZERO) * arrays[f"{name}/unit"][:, None]


def test_a_large_matrix_is_within_half_a_step_of_its_rows_and_its_largest_weight_is_exact():
    matrix = (RNG.standard_normal((30, 700)) * np.logspace(-6, 6, 30)[:, None]).astype(np.float32)
    arrays = network_payload.arrays({"hidden.weight": matrix})
    assert arrays["hidden.weight"].dtype == np.uint8
    off = np.abs(back(arrays, "hidden.weight") - matrix) / np.abs(matrix).max(1, keepdims=True)
    assert off.max() <= 0.5 / 15 * (1 + 1e-5)
    assert off.max() > 0.49 / 15  # and no more exact than the steps allow
    np.testing.assert_allclose(np.abs(back(arrays, "hidden.weight")).max(1), np.abs(matrix).max(1), rtol=1e-6)


def test_zeros_stay_zero_and_weights_that_are_not_finite_become_zero():
    matrix = np.zeros((2, 20_000), np.float32)
    matrix[1, :3] = np.nan, np.inf, 2
    arrays = network_payload.arrays({"w": matrix})
    np.testing.assert_allclose(back(arrays, "w")[:, :4], [[0, 0, 0, 0], [0, 0, 2, 0]], rtol=1e-6)


def test_kernels_biases_and_small_matrices_are_kept_as_they_are():
    weights = {
        "conv1.weight": RNG.standard_normal((100, 3, 11, 11)),
        "output.weight": np.ones((3, 100)),
        "hidden.bias": np.ones(30_000),
    }
    arrays = network_payload.arrays(weights)
    assert arrays.keys() == weights.keys()
    assert all(arrays[name] is array for name, array in weights.items())
    assert network_payload.content(4, weights | {"hidden.weight": np.ones((201, 100))}) == {
        "seed": 4,
        "bytes": ["hidden.weight"],
    }
