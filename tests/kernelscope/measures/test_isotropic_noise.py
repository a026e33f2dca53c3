import numpy as np
import pytest

from kernelscope.measures import isotropic_noise, kernels, spectra


def bank(*blurs, channels=1, k=11):
    """Return kernels (out, channels, k, k) of white noise that is averaged over squares of this side."""
    rng, result = np.random.default_rng(0), []
    for side in blurs:
        noise = rng.normal(size=(channels, k + side - 1, k + side - 1))
        windows = np.lib.stride_tricks.sliding_window_view(noise, (side, side), (1, 2))
        result.append(windows.mean((3, 4)) / windows.mean((3, 4)).std() + 0.3)
    return np.stack(result)


@pytest.mark.parametrize("k", [5, 11, 15])
def test_noise_has_the_smoothness_mean_and_size_of_its_kernel(k):
    kernels_of_bank = bank(1, 2, 4, k=k)
    noise = isotropic_noise.noise(kernels_of_bank, 400, [0])
    assert noise.shape == (3, 400, 1, k, k)
    own = np.maximum(kernels.lag1_autocorrelation(kernels_of_bank[:, 0]), 0)
    np.testing.assert_allclose(kernels.lag1_autocorrelation(noise[:, :, 0]).mean(1), own, atol=0.04)
    means, sizes = kernels_of_bank.mean((1, 2, 3)), kernels_of_bank.std((1, 2, 3))
    np.testing.assert_allclose(noise.mean((2, 3, 4)) - means[:, None], 0, atol=1e-4)
    np.testing.assert_allclose(noise.std((2, 3, 4)) - sizes[:, None], 0, atol=1e-4)


@pytest.mark.parametrize("number", [0, 7, 40])
def test_each_level_smooths_with_the_covariance_of_its_distances(number):
    row, col = (axis.ravel() for axis in np.indices((6, 6)))
    squared = (row[:, None] - row) ** 2 + (col[:, None] - col) ** 2
    impulses = np.eye(36, dtype=np.float32).reshape(36, 6, 6)  # smoothing is linear: each row is the image of a pixel
    matrix = isotropic_noise.smoothed(impulses, number).reshape(36, 36)
    c = isotropic_noise._levels()[number]
    np.testing.assert_allclose(matrix.T @ matrix, c**squared, atol=2e-5)


def test_noise_has_no_direction_but_looks_more_oriented_the_smoother_it_is():
    noise = isotropic_noise.noise(bank(1, 5), 1000, [1])[:, :, 0].astype(float)
    measured = spectra.measures(noise)
    angle = 2 * np.radians(measured["orientation"])
    assert np.abs(np.exp(1j * angle).mean(1)).max() < 0.12
    white, smooth = measured["orientation_concentration"].mean(1)
    assert smooth > 1.5 * white


def test_channels_are_as_correlated_as_those_of_the_kernel():
    plane = bank(2)[0, 0]
    gray, color = np.stack([plane, plane, plane]), bank(2, 2, 2)[:, 0]
    noise = isotropic_noise.noise(np.stack([gray, color]), 300, [2])
    flat = noise.reshape(2, 300, 3, -1)
    correlation = [np.mean([np.corrcoef(draw)[0, 1] for draw in draws]) for draws in flat]
    assert correlation[0] > 0.999
    assert abs(correlation[1] - np.corrcoef(color.reshape(3, -1))[0, 1]) < 0.05


def test_kernels_without_a_smoothness_have_no_noise():
    kernels_of_bank = bank(1, 2, 3)
    kernels_of_bank[0], kernels_of_bank[1, 0, 0, 0] = 0.5, np.nan
    noise = isotropic_noise.noise(kernels_of_bank, 3, [0])
    assert np.isnan(noise[:2]).all()
    assert np.isfinite(noise[2]).all()
    assert np.isnan(isotropic_noise.noise(np.ones((2, 1, 1, 1)), 3, [0])).all()


def test_equal_seeds_give_equal_noise():
    first, again, other = (isotropic_noise.noise(bank(1, 3), 4, seed) for seed in ([1, 2], [1, 2], [1, 3]))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


@pytest.mark.parametrize("channels", [3, 9, 30])
def test_channels_are_mixed_by_the_root_of_their_covariance(channels):
    rng = np.random.default_rng(0)
    centered, planes = rng.normal(size=(channels, 9)), rng.normal(size=(4, channels, 9)).astype(np.float32)
    root = isotropic_noise.symmetric_root(centered @ centered.T / 9)
    np.testing.assert_allclose(root @ root, centered @ centered.T / 9, atol=1e-4)
    np.testing.assert_allclose(isotropic_noise.mixed(centered, planes), root @ planes, atol=1e-3)
