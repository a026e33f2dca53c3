from itertools import permutations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.signal import correlate

from kernelscope.comparison import matching


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def smooth(*shape, seed=0, sigma=2):
    """Return independent smooth kernels, cut from larger planes so that the border is as smooth as the middle."""
    planes = gaussian_filter(white(*shape[:2], shape[2] + 20, shape[3] + 20, seed=seed), (0, 0, sigma, sigma))
    return planes[..., 10:-10, 10:-10]


def unit(kernel):
    kernel = kernel - kernel.mean((-1, -2), keepdims=True)
    return kernel / np.linalg.norm(kernel)


def by_scipy(a, b):
    """Return all normalized cross-correlations of two kernels over shifts, zeros outside and lag 0 in the middle."""
    return sum(correlate(x, y, "full", "direct") for x, y in zip(unit(a), unit(b), strict=True))


@pytest.mark.parametrize("shape", [(1, 6, 6), (3, 5, 5), (2, 2, 2), (matching.WIDE + 1, 4, 4)])
@pytest.mark.parametrize("ignore_sign", [False, True])
def test_similarity_is_the_largest_correlation_of_scipy(shape, ignore_sign):
    a, b = white(4, *shape), white(5, *shape, seed=1)
    similarity = matching.similarity(a, b, ignore_sign)
    assert similarity.value.shape == (4, 5)
    assert similarity.shift.shape == (4, 5, 2)
    for i in range(4):
        for j in range(5):
            correlation = by_scipy(a[i], b[j])
            best = np.unravel_index((np.abs(correlation) if ignore_sign else correlation).argmax(), correlation.shape)
            np.testing.assert_allclose(similarity.value[i, j] * similarity.sign[i, j], correlation[best], atol=1e-12)
            assert similarity.shift[i, j].tolist() == [lag - (shape[-1] - 1) for lag in best]
            assert similarity.sign[i, j] == np.sign(correlation[best])
    np.testing.assert_array_equal(matching.values(a, b, ignore_sign), similarity.value)


def test_a_kernel_is_similar_1_to_itself_whatever_its_scale_and_level():
    a = white(3, 2, 7, 7)
    similarity = matching.similarity(a, 5 * a + np.array([1.0, -2.0])[:, None, None])
    np.testing.assert_allclose(np.diag(similarity.value), 1)
    assert np.diagonal(similarity.shift).tolist() == [[0, 0, 0]] * 2
    assert (similarity.value <= 1 + 1e-12).all()


def test_a_constant_kernel_is_similar_0_to_everything():
    a = white(2, 1, 4, 4)
    a[1] = 3
    value = matching.similarity(a, white(2, 1, 4, 4, seed=1)).value
    np.testing.assert_array_equal(value[1], 0)
    assert (value[0] > 0).all()


@pytest.mark.parametrize("shift", [(2, 3), (-3, 1), (0, -2), (3, -3)])
def test_a_kernel_moved_inside_a_zero_border_is_found_with_its_shift(shift):
    spot = unit(white(1, 5, 5))
    second = np.zeros((1, 1, 13, 13))
    second[0, :, 4:9, 4:9] = spot
    first = np.roll(second, shift, (2, 3))  # the second kernel, shifted by `shift`, is the first
    similarity = matching.similarity(first, second)
    np.testing.assert_allclose(similarity.value, 1)
    assert similarity.shift[0, 0].tolist() == list(shift)
    np.testing.assert_allclose(matching.similarity(second, first).shift[0, 0], np.negative(shift))


def test_all_channels_move_alike():
    spot = np.stack([unit(white(1, 3, 3, seed=s))[0] for s in range(2)])
    second = np.zeros((1, 2, 9, 9))
    second[0, :, 3:6, 3:6] = spot
    together, apart = np.roll(second, (1, 1), (2, 3)), second.copy()
    apart[0, 0], apart[0, 1] = np.roll(second[0, 0], (2, 0), (0, 1)), np.roll(second[0, 1], (-2, 0), (0, 1))
    np.testing.assert_allclose(matching.similarity(together, second).value, 1)
    assert matching.similarity(apart, second).value < 0.9


def test_a_negative_matches_only_if_the_sign_is_ignored():
    a = smooth(4, 1, 9, 9)
    with_sign, without = matching.match(a, -a, True), matching.match(a, -a, False)
    np.testing.assert_allclose(with_sign.similarity, 1)
    np.testing.assert_array_equal(with_sign.sign, -1)
    np.testing.assert_array_equal(with_sign.kernel_a, with_sign.kernel_b)
    assert (without.similarity < 0.95).all()
    np.testing.assert_array_equal(without.sign, 1)


@pytest.mark.parametrize("seed", range(4))
def test_an_identical_bank_matches_itself_under_any_permutation(seed):
    a = smooth(9, 2, 7, 7)
    order = np.random.default_rng(seed).permutation(9)
    match = matching.match(a, a[order])
    np.testing.assert_allclose(match.similarity, 1)
    np.testing.assert_array_equal(match.shift, 0)
    np.testing.assert_array_equal(order[match.kernel_b], match.kernel_a)
    assert sorted(match.kernel_a) == list(range(9))


@pytest.mark.parametrize(("m", "n"), [(6, 6), (4, 6)])
def test_no_other_assignment_has_a_larger_total(m, n):
    a, b = smooth(m, 1, 6, 6), smooth(n, 1, 6, 6, seed=1)
    value = matching.similarity(a, b).value
    largest = max(sum(value[i, j] for i, j in enumerate(order)) for order in permutations(range(n), m))
    match = matching.match(a, b)
    np.testing.assert_allclose(match.similarity.sum(), largest)
    np.testing.assert_array_equal(match.similarity, value[match.kernel_a, match.kernel_b])
    assert len(set(match.kernel_b.tolist())) == m


def test_the_best_pair_comes_first():
    similarity = matching.match(white(8, 1, 5, 5), white(8, 1, 5, 5, seed=1)).similarity
    assert (np.diff(similarity) <= 0).all()
    assert similarity[0] > similarity[-1]


def test_a_shared_bank_under_noise_is_found_in_any_order():
    shared = smooth(8, 1, 11, 11)
    noise = 0.5 * shared.std()
    a = shared + noise * smooth(8, 1, 11, 11, seed=50) / shared.std()
    b = (shared + noise * smooth(8, 1, 11, 11, seed=51) / shared.std())[::-1]
    match = matching.match(a, b)
    np.testing.assert_array_equal(match.kernel_a + match.kernel_b, 7)


def test_chance_of_order_is_what_matching_with_permuted_channels_gives():
    a, b = white(4, 3, 5, 5), white(5, 3, 5, 5, seed=1)
    rng = np.random.default_rng(8)
    expected = [matching.match(a, b[:, rng.permutation(3)]).similarity for _ in range(6)]
    np.testing.assert_allclose(matching.chance_of_order(a, b, n_resamples=6, seed=8), expected, atol=1e-12)


def test_kernels_below_the_threshold_stay_without_a_partner():
    a, b = smooth(6, 1, 6, 6), smooth(6, 1, 6, 6, seed=1)
    value = matching.similarity(a, b).value
    match = matching.match(a, b, threshold=0.5)
    assert 0 < len(match.kernel_a) < 6
    assert (match.similarity > 0.5).all()
    np.testing.assert_array_equal(match.similarity, value[match.kernel_a, match.kernel_b])
    gain = np.maximum(value - 0.5, 0)
    largest = max(sum(gain[i, j] for i, j in enumerate(order)) for order in permutations(range(6)))
    np.testing.assert_allclose((match.similarity - 0.5).sum(), largest)
    assert len(matching.match(a, b, threshold=1.1).kernel_a) == 0
    assert len(matching.match(a, b, threshold=-1.0).kernel_a) == 6


def test_no_function_changes_its_banks():
    a, b = smooth(3, 1, 5, 5).astype(np.float32), smooth(3, 1, 5, 5, seed=1).astype(np.float32)
    before = a.copy(), b.copy()
    matching.match(a, b, True)
    matching.match(a, b, threshold=0.5)
    np.testing.assert_array_equal(a, before[0])
    np.testing.assert_array_equal(b, before[1])
