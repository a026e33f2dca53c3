import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kernelscope.measures import gaussian_noise, kernels


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_noise_is_as_much_as_asked_and_as_smooth_as_its_bank():
    bank = gaussian_filter(white(9, 1, 31, 31), (0, 0, 2, 2))[..., 10:-10, 10:-10]
    drawn = gaussian_noise.noise(bank, 100)
    assert drawn.shape == (100, 1, 11, 11)
    lag1 = [kernels.lag1_autocorrelation(planes.astype(float)).mean() for planes in (bank, drawn)]
    assert abs(lag1[0] - lag1[1]) < 0.08
    np.testing.assert_array_equal(drawn, gaussian_noise.noise(bank, 100))


def test_the_autocovariance_is_that_of_loops_over_all_pairs_of_pixels():
    bank, k = white(3, 2, 4, 4) * np.array([1.0, 30.0])[:, None, None], 4
    planes = (bank / np.sqrt((bank**2).mean((0, 2, 3), keepdims=True))).reshape(-1, k, k)
    lags = gaussian_noise.autocovariance(bank)
    for down, across in np.ndindex(2 * k - 1, 2 * k - 1):
        d, a = down - k + 1, across - k + 1
        pairs = [(r, c) for r in range(k) for c in range(k) if 0 <= r + d < k and 0 <= c + a < k]
        expected = np.mean([plane[r, c] * plane[r + d, c + a] for plane in planes for r, c in pairs])
        np.testing.assert_allclose(lags[down, across], expected, atol=1e-12)


def test_noise_keeps_the_autocovariance_and_the_covariance_of_the_channels():
    bank = (
        gaussian_filter(white(40, 2, 27, 27), (0, 0, 1, 1))[..., 10:-10, 10:-10] * np.array([1.0, 5.0])[:, None, None]
    )
    bank[:, 1] += 3 * bank[:, 0]
    drawn = gaussian_noise.noise(bank, 8000)
    middle = (gaussian_noise.autocovariance(drawn) - gaussian_noise.autocovariance(bank))[3:10, 3:10]
    assert np.abs(middle).max() < 0.1  # the longer lags have few pairs
    covariances = [np.einsum("nihw,njhw->ij", b, b) / b[:, 0].size for b in (drawn, bank)]
    np.testing.assert_allclose(*covariances, rtol=0.1)
    bank[:, 0] = 0
    assert (gaussian_noise.noise(bank, 5)[:, 0] == 0).all()


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 1, 2, 2), (2, 3, 1, 1), (1, 1, 5, 5)])
def test_few_and_small_kernels_have_noise(shape):
    many = gaussian_noise.noise(white(*shape), 4)
    assert many.shape == (4, *shape[1:])
    assert np.isfinite(many).all()


def test_a_root_gives_its_covariance_and_of_one_that_is_none_no_more_than_its_trace():
    lags = gaussian_noise.autocovariance(gaussian_filter(white(200, 1, 31, 31), (0, 0, 1, 1))[..., 12:-12, 12:-12])
    covariance = gaussian_noise.covariance(lags)
    root = gaussian_noise.root(covariance).astype(float)
    np.testing.assert_allclose(root.T @ root, covariance, atol=0.1)
    impossible = np.array([[1.0, 2.0], [2.0, 1.0]])  # eigenvalues 3 and -1, trace 2
    root = gaussian_noise.root(impossible).astype(float)
    np.testing.assert_allclose(root.T @ root, [[1.5, 1.5], [1.5, 1.5]], rtol=1e-6)
