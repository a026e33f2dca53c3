import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kernelscope.measures import kernels
from kernelscope.measures.structure import COLUMNS, structure

FACTOR = 0.5


def layer(k=9, channels=1):
    """Return four kernels: smooth, noise, smooth but dead, smooth but weak."""
    rng = np.random.default_rng(0)
    untrained = rng.uniform(-1, 1, (4, channels, k, k))
    trained = gaussian_filter(rng.normal(size=untrained.shape), (0, 0, 2, 2)) * 20
    trained[1] = rng.uniform(-1, 1, (channels, k, k)) * 3
    trained[3] /= 1000
    return untrained, trained, np.array([1.0, 1.0, 0.0, 1.0])


def test_half_is_alive_and_only_the_smooth_one_of_these_is_structured():
    columns = structure(*layer(), None, FACTOR)
    assert tuple(columns) == COLUMNS
    assert columns["kernels"] == 4
    assert columns["alive"] == 0.5
    assert columns["structured"] == 0.25


def test_with_all_awake_the_dead_and_the_weak_count_only_where_they_are_alive():
    untrained, trained, _ = layer()
    assert structure(untrained, trained, np.ones(4), None, FACTOR)["structured"] == 0.5
    trained[3] *= 1000
    assert structure(untrained, trained, np.ones(4), None, FACTOR)["structured"] == 0.75
    assert structure(untrained, trained, np.zeros(4), None, FACTOR)["structured"] == 0


def test_lag1_and_initial_ratio_are_medians():
    untrained, trained, responses = layer(channels=3)
    columns = structure(untrained, trained, responses, None, FACTOR)
    lag1 = [np.mean([kernels.lag1_autocorrelation(plane) for plane in kernel]) for kernel in trained]
    ratio = [FACTOR**2 * a.var() / b.var() for a, b in zip(untrained, trained, strict=True)]
    np.testing.assert_allclose(columns["lag1"], np.median(lag1))
    np.testing.assert_allclose(columns["initial_ratio"], np.median(ratio))
    assert columns["decay_factor"] == FACTOR


def test_a_constant_kernel_takes_no_part_in_the_medians():
    untrained, trained, responses = layer()
    without = structure(untrained[1:], trained[1:], responses[1:], None, FACTOR)
    trained[0] = 0.3
    columns = structure(untrained, trained, responses, None, FACTOR)
    assert columns["lag1"] == without["lag1"]
    assert columns["initial_ratio"] == without["initial_ratio"]


def test_an_untrained_layer_is_all_initial_noise_and_rarely_structured():
    untrained = np.random.default_rng(1).uniform(-1, 1, (400, 1, 9, 9))
    columns = structure(untrained, untrained, np.ones(400), None, 1.0)
    np.testing.assert_allclose(columns["initial_ratio"], 1)
    assert columns["alive"] == 1
    assert columns["structured"] < 0.03  # the 99 % point


@pytest.mark.parametrize(("k", "says"), [(3, False), (6, False), (7, True)])
def test_below_7x7_it_says_nothing_about_structure(k, says):
    columns = structure(*layer(k), None, FACTOR)
    assert (columns["structured"] is not None) == says
    assert columns["lag1_null_99"] > 0.1


def test_the_point_of_the_null_is_that_of_the_layer():
    for init_std in (None, 0.5):
        columns = structure(*layer(9, 2), init_std, FACTOR)
        assert columns["lag1_null_99"] == np.quantile(kernels.lag1_null(9, 2, init_std), 0.99)


def test_1x1_kernels_and_layers_of_zeros_have_no_lag1():
    assert np.isnan(structure(*layer(1), None, FACTOR)["lag1"])
    zeros = structure(layer()[0], np.zeros((4, 1, 9, 9)), np.zeros(4), None, FACTOR)
    assert np.isnan(zeros["lag1"])
    assert np.isnan(zeros["initial_ratio"])
    assert (zeros["alive"], zeros["structured"]) == (0, 0)


def test_what_is_unknown_is_none_and_the_rest_is_as_ever():
    untrained, trained, _ = layer()
    whole, published = (
        structure(untrained, trained, np.ones(4), None, FACTOR),
        structure(None, trained, None, "unknown", np.nan),
    )
    assert {name for name in COLUMNS if published[name] is None} == {
        "alive",
        "lag1_null_99",
        "structured",
        "initial_ratio",
        "decay_factor",
    }
    assert published["lag1"] == whole["lag1"]
    assert structure(untrained, trained, None, untrained, np.nan)["structured"] == 0.75  # the weak kernel counts too
