from itertools import permutations

import numpy as np
import pytest
from scipy.stats import kstest, ortho_group

from kernelscope.measures import cka

RNG = np.random.default_rng(0)


def noise(n, p, seed=0):
    return np.random.default_rng(seed).normal(size=(n, p))


def hsic_by_loops(K, L):
    """Return the U-statistic of Song et al. 2012: the mean over all different i, j, q, r."""
    terms = [K[i, j] * (L[i, j] + L[q, r] - 2 * L[i, q]) for i, j, q, r in permutations(range(len(K)), 4)]
    return np.mean(terms)


def test_gram_gives_the_biased_hsic_of_the_feature_space():
    X, Y = noise(20, 7), noise(20, 4, 1) + 3
    Xc, Yc = X - X.mean(0), Y - Y.mean(0)
    np.testing.assert_allclose(cka.gram(X), Xc @ Xc.T, atol=1e-12)
    np.testing.assert_allclose(np.vdot(cka.gram(X), cka.gram(Y)), np.linalg.norm(Yc.T @ Xc) ** 2)


def test_gram_of_maps_in_single_precision_and_in_portions(monkeypatch):
    maps = np.maximum(RNG.normal(size=(30, 4, 5, 6)), 0).astype(np.float32) + 100
    flat = maps.reshape(30, -1).astype(np.float64)
    flat -= flat.mean(0)
    np.testing.assert_allclose(cka.gram(maps), flat @ flat.T, atol=1e-4)
    monkeypatch.setattr(cka, "FEATURES", 7)
    np.testing.assert_allclose(cka.gram(maps), flat @ flat.T, atol=1e-4)


@pytest.mark.parametrize("n", [4, 5, 7])
def test_products_of_centered_matrices_are_the_unbiased_hsic_of_loops(n):
    X, Y = noise(n, 3), noise(n, 2, 1)
    K, L = X @ X.T + 5, Y @ Y.T - 2
    product = np.vdot(cka.u_centered(K), cka.u_centered(L)) / (n * (n - 3))
    np.testing.assert_allclose(product, hsic_by_loops(K, L), atol=1e-12)


def test_cka_is_the_ratio_of_loops_and_does_not_ask_for_centered_features():
    X, Y = noise(8, 3), noise(8, 5, 1) + noise(8, 3) @ RNG.normal(size=(3, 5))
    K, L = X @ X.T, Y @ Y.T
    expected = hsic_by_loops(K, L) / np.sqrt(hsic_by_loops(K, K) * hsic_by_loops(L, L))
    np.testing.assert_allclose(cka.debiased(K, L), expected)
    np.testing.assert_allclose(cka.debiased(cka.gram(X), cka.gram(Y)), expected)


def test_rotated_scaled_and_shifted_features_have_1():
    X = noise(40, 6)
    Y = -1e-3 * X @ ortho_group.rvs(6, random_state=1) + 50
    np.testing.assert_allclose(cka.debiased(cka.gram(X), cka.gram(Y)), 1)
    kernels = np.random.default_rng(2).permutation(6)
    np.testing.assert_allclose(cka.debiased(cka.gram(X), cka.gram(X[:, kernels])), 1)


def test_unrelated_features_have_0_where_the_plain_cka_has_almost_1():
    debiased, plain = [], []
    for seed in range(300):
        K, L = cka.gram(noise(20, 200, 2 * seed)), cka.gram(noise(20, 200, 2 * seed + 1))
        debiased.append(cka.debiased(K, L))
        plain.append(np.vdot(K, L) / np.linalg.norm(K) / np.linalg.norm(L))
    assert abs(np.mean(debiased)) < 3 * np.std(debiased) / np.sqrt(300)
    assert np.std(debiased) < 0.1
    assert np.mean(plain) > 0.85


def test_p_is_uniform_between_unrelated_features():
    p = [
        cka.compared(cka.gram(noise(15, 4, 2 * seed)), cka.gram(noise(15, 9, 2 * seed + 1)), 99, seed)["p"]
        for seed in range(400)
    ]
    spread = np.array(p) - RNG.random(400) / 100
    assert kstest(spread, "uniform").pvalue > 0.01
    assert 0.025 < np.mean(np.array(p) <= 0.05) < 0.08


def test_features_with_a_part_in_common_are_told_from_chance():
    common = noise(60, 3)
    K = cka.gram(np.concatenate([common, noise(60, 5, 1)], 1))
    L = cka.gram(np.concatenate([common, noise(60, 5, 2)], 1))
    compared = cka.compared(K, L, 199)
    assert compared["p"] == 1 / 200
    assert compared["cka"] > compared["shuffled_99"] > compared["shuffled_mean"]
    assert abs(compared["shuffled_mean"]) < 0.01


def test_shuffling_is_computing_anew_with_the_images_in_another_order():
    X, Y = noise(12, 3), noise(12, 4, 1)
    rng = np.random.default_rng([3, 1])
    expected = [cka.debiased(cka.gram(X), cka.gram(Y[rng.permutation(12)])) for _ in range(5)]
    null = cka.shuffled(cka.gram(X), cka.gram(Y), 5, seed=[3, 1])
    np.testing.assert_allclose(null, expected)
    np.testing.assert_array_equal(null, cka.shuffled(cka.gram(X), cka.gram(Y), 5, seed=[3, 1]))


@pytest.mark.parametrize(
    "features",
    [
        np.full((9, 4), 0.1, np.float32),  # whose mean is not 0.1 in single precision
        np.zeros((9, 3, 2, 2)),
        np.where(np.arange(9)[:, None] == 4, [[0.1, 7.3]], [[0.7, 0.3]]).astype(np.float32),  # one image differs
        np.full((9, 2), np.nan),
        np.array([[np.inf]] + [[1.0]] * 8),
    ],
)
def test_features_that_tell_no_images_apart_have_no_cka(features):
    K, L = cka.gram(features), cka.gram(noise(9, 3))
    assert np.isnan(cka.debiased(K, L))
    assert np.isnan(list(cka.compared(L, K, 9).values())).all()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_fewer_than_four_images_have_no_cka(n):
    assert np.isnan(cka.debiased(cka.gram(noise(n, 3)), cka.gram(noise(n, 3, 1))))


def test_one_feature_is_enough_and_scales_do_not_matter():
    X = noise(10, 1)
    for scale in (1e-6, 1e6):
        np.testing.assert_allclose(cka.debiased(cka.gram(scale * X), cka.gram(X)), 1)


def test_all_pairs_at_once_are_the_pairs_one_by_one():
    rng = np.random.default_rng(11)
    shared = rng.normal(size=(12, 3))
    grams = [cka.gram(shared + noise * rng.normal(size=(12, 3))) for noise in (0.5, 1, 2)]
    grams.append(np.full((12, 12), np.nan))
    compared = cka.all_pairs(grams, 99, 5)
    for a, K in enumerate(grams):
        for b, L in enumerate(grams):
            if a < b:
                expected = cka.compared(K, L, 99, 5)
                for name, value in expected.items():
                    np.testing.assert_allclose(compared[name][a, b], value, atol=1e-6)
