import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kernelscope.comparison import surrogates
from kernelscope.comparison.surrogates import autocovariance


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def smooth(*shape, seed=0, sigma=2):
    """Return independent smooth kernels, cut from larger planes so that the border is as smooth as the middle."""
    planes = gaussian_filter(white(*shape[:2], shape[2] + 20, shape[3] + 20, seed=seed), (0, 0, sigma, sigma))
    return planes[..., 10:-10, 10:-10]


def autocovariance_by_loops(bank):
    """Return the mean over planes of the mean product at each lag, shrunk by twice its own sampling error."""
    k = bank.shape[-1]
    size = np.sqrt((bank**2).mean((0, 2, 3)))
    planes = [bank[i, c] / size[c] for i in range(bank.shape[0]) for c in range(bank.shape[1])]
    expected = np.zeros((2 * k - 1, 2 * k - 1))
    for down in range(1 - k, k):
        for across in range(1 - k, k):
            inside = [(r, c) for r in range(k) for c in range(k) if 0 <= r + down < k and 0 <= c + across < k]
            of_plane = [np.mean([p[r, c] * p[r + down, c + across] for r, c in inside]) for p in planes]
            mean = np.mean(of_plane)
            deviation = [product - mean * np.mean(p**2) for product, p in zip(of_plane, planes, strict=True)]
            kept = 1 if down == across == 0 else max(0, 1 - 2 * np.var(deviation, ddof=1) / len(planes) / mean**2)
            expected[down + k - 1, across + k - 1] = mean * kept
    return expected


def test_autocovariance_is_what_loops_over_all_pairs_of_pixels_give():
    bank = smooth(3, 2, 4, 4) * np.array([1.0, 30.0])[:, None, None]
    np.testing.assert_allclose(autocovariance(bank), autocovariance_by_loops(bank), atol=1e-10)


def test_autocovariance_of_white_noise_is_1_in_the_middle_and_0_elsewhere():
    estimate = autocovariance(white(4000, 1, 5, 5))
    np.testing.assert_allclose(estimate[4, 4], 1)
    estimate[4, 4] = 0
    assert np.abs(estimate).max() < 0.1
    assert (estimate == 0).mean() > 0.7


def test_autocovariance_is_the_same_both_ways_and_does_not_know_scale_and_sign():
    bank = smooth(5, 1, 6, 6)
    estimate = autocovariance(bank)
    np.testing.assert_allclose(estimate, estimate[::-1, ::-1], atol=1e-12)
    np.testing.assert_allclose(autocovariance(-7 * bank), estimate, atol=1e-12)


def drawn(bank, n_resamples=300):
    draw = surrogates.surrogates(bank, np.random.default_rng(5))
    return np.stack([draw() for _ in range(n_resamples)])


def test_surrogates_have_the_autocovariance_and_the_relative_channel_sizes_of_their_bank():
    bank = smooth(40, 2, 7, 7) * np.array([0.1, 5.0])[:, None, None]
    many = drawn(bank).reshape(-1, 2, 7, 7).astype(float)
    sizes, expected = ((each**2).mean((0, 2, 3)) for each in (many, bank))
    np.testing.assert_allclose(sizes[0] / sizes[1], expected[0] / expected[1], rtol=0.2)
    difference = autocovariance(many) - autocovariance(bank)
    assert np.abs(difference[4:9, 4:9]).max() < 0.1


@pytest.mark.parametrize(("bank", "low", "high"), [(white(60, 1, 7, 7), -0.05, 0.05), (smooth(60, 1, 7, 7), 0.8, 1)])
def test_surrogates_of_white_noise_are_white_and_of_smooth_noise_smooth(bank, low, high):
    many = drawn(bank, 50).reshape(-1, 1, 7, 7).astype(float)
    assert abs(many.mean()) < 0.05
    assert low < autocovariance(many)[6, 7] < high


def test_channels_that_go_together_do_so_in_surrogates():
    first = smooth(30, 1, 7, 7)
    many = drawn(np.concatenate([first, -first], 1), 20)
    np.testing.assert_allclose(many[:, :, 1], -many[:, :, 0], atol=1e-4)


def test_constant_kernels_and_channels_of_zeros_stay_zero():
    bank = smooth(4, 2, 5, 5)
    bank[:, 1] = 0
    bank[2] = 3
    many = drawn(bank, 3)
    assert (many[:, 2] == 0).all()
    assert (many[:, :, 1] == 0).all()
    assert (many[:, [0, 1, 3], 0] != 0).any(axis=(1, 2, 3)).all()


def test_the_window_of_a_gaussian_strength_is_found_in_closed_form():
    k = 9
    grid = np.linspace(-1, 1, k)
    strength = np.exp(-(grid[:, None] ** 2) / 2 - 2 * grid**2)
    signs = np.random.default_rng(0).choice([-1, 1], (6, 2, k, k))
    window = surrogates.window(signs * strength)
    np.testing.assert_allclose(window, strength / np.sqrt((strength**2).mean()), rtol=0.05)


def test_the_window_of_stationary_noise_is_flat():
    assert np.abs(surrogates.window(white(400, 1, 9, 9)) - 1).max() < 0.05
    np.testing.assert_array_equal(surrogates.window(np.zeros((3, 1, 5, 5))), 1)


def test_surrogates_are_strong_where_their_bank_is():
    side = np.exp(-(np.linspace(-1, 1, 11) ** 2))
    bank = smooth(30, 1, 11, 11) * np.outer(side, side)
    many = drawn(bank, 100)
    profile = np.sqrt((many**2).mean((0, 1, 2)))
    np.testing.assert_allclose(profile[5, 5] / profile[0, 0], np.e**2, rtol=0.35)


def test_a_group_ends_at_a_gap_beyond_the_spread_of_one_law():
    smoothness = np.array([0.5, 2.0, 0.45, 1.9, 0.52])
    assert [group.tolist() for group in surrogates.groups(smoothness, 0.2)] == [[2, 0, 4], [3, 1]]
    assert [group.tolist() for group in surrogates.groups(smoothness, 2.0)] == [[2, 0, 4, 3, 1]]
    assert [group.tolist() for group in surrogates.groups(smoothness[:1], 0.2)] == [[0]]


def test_strong_kernels_do_not_set_the_law_for_weak_ones():
    """Three strong kernels among forty have no more influence than if all kernels had the same size."""
    bank = smooth(40, 1, 7, 7)
    unequal = bank * np.where(np.arange(40) < 3, 100, 1)[:, None, None, None]
    equal = bank / np.sqrt((bank**2).mean((1, 2, 3), keepdims=True))
    estimate, expected = (
        autocovariance(drawn(each, 60).reshape(-1, 1, 7, 7).astype(float)) for each in (unequal, equal)
    )
    np.testing.assert_allclose(estimate[4:9, 4:9], expected[4:9, 4:9], atol=0.06)


def test_each_kernel_keeps_its_own_smoothness():
    bank = np.concatenate([10 * smooth(6, 1, 15, 15), white(6, 1, 15, 15, seed=1)])[::-1]
    many = drawn(bank, 30).astype(float)
    lag1 = (many[..., 1:] * many[..., :-1]).mean((0, 2, 3, 4)) / (many**2).mean((0, 2, 3, 4))
    assert (np.abs(lag1[:6]) < 0.1).all()
    assert (lag1[6:] > 0.8).all()


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 1, 2, 2), (2, 3, 1, 1), (1, 1, 5, 5)])
def test_few_and_small_kernels_have_surrogates(shape):
    many = drawn(white(*shape), 4)
    assert many.shape == (4, *shape)
    assert np.isfinite(many).all()


def test_a_bank_of_zeros_has_surrogates_of_zeros():
    assert (drawn(np.zeros((3, 1, 4, 4)), 2) == 0).all()
