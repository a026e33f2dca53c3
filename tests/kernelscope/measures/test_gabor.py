import numpy as np
import pytest
from scipy.optimize import least_squares

from kernelscope.measures import gabor, gaussian_noise
from kernelscope.stats import pvalues


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def by_formula(k, row, col, theta, frequency, along, across, amplitude, phase):
    """Return equation 1 of Jones and Palmer (1987), pixel by pixel."""
    plane = np.empty((k, k))
    for r in range(k):
        for c in range(k):
            u = (c - col) * np.cos(theta) - (r - row) * np.sin(theta)
            v = (c - col) * np.sin(theta) + (r - row) * np.cos(theta)
            envelope = np.exp(-(u**2) / (2 * along**2) - v**2 / (2 * across**2))
            plane[r, c] = amplitude * envelope * np.cos(2 * np.pi * frequency * u + phase)
    return plane


def drawn(fit, k):
    """Return the fitted functions (n, k, k): a cos x + b sin x is hypot(a, b) cos(x - atan2(b, a))."""
    amplitude, phase = np.hypot(fit.cosine, fit.sine), -np.arctan2(fit.sine, fit.cosine)
    rows = zip(*fit[1:7], amplitude, phase, strict=True)
    return np.stack([by_formula(k, *row) for row in rows])


def a_gabor(k, rng):
    """Return a random Gabor function that contains a wave and mostly lies on the plane."""
    middle, (along, across) = rng.uniform(0.3, 0.7, 2) * (k - 1), rng.uniform(0.12, 0.22, 2) * k
    frequency = rng.uniform(0.3, 0.8) / (2 * along)
    return by_formula(k, *middle, rng.uniform(0, np.pi), frequency, along, across, 1, rng.uniform(0, 2 * np.pi))


def by_many_starts(plane, starts, rng):
    """Return the largest R^2 that scipy reaches when it fits all eight parameters at once."""
    k = len(plane)
    row, col = np.indices((k, k))
    size = np.linalg.norm(plane)

    def residual(p):
        u = (col - p[1]) * np.cos(p[2]) - (row - p[0]) * np.sin(p[2])
        v = (col - p[1]) * np.sin(p[2]) + (row - p[0]) * np.cos(p[2])
        envelope = np.exp(-(u**2) / (2 * p[4] ** 2) - v**2 / (2 * p[5] ** 2))
        return (p[6] * envelope * np.cos(2 * np.pi * p[3] * u + p[7]) - plane / size).ravel()

    low, high = [-0.5, -0.5, -9, 1e-3, 0.4, 0.4, -20, -9], [k - 0.5, k - 0.5, 9, 0.5, k, k, 20, 9]
    first = [0, 0, 0, 0.02, 0.07 * k, 0.07 * k, 0.2, 0]
    last = [k - 1, k - 1, np.pi, 0.35, 0.4 * k, 0.4 * k, 0.3, 6]
    fits = (least_squares(residual, rng.uniform(first, last), bounds=(low, high), max_nfev=40) for _ in range(starts))
    return 1 - 2 * min(result.cost for result in fits)


@pytest.mark.parametrize("k", [7, 11, 15])
def test_gabors_are_found_whole_with_their_parameters(k):
    rng = np.random.default_rng(k)
    planes = np.stack([a_gabor(k, rng) for _ in range(30)])
    fit = gabor.fit(planes)
    assert (fit.r2 > 0.999).mean() >= 0.95


def test_the_parameters_are_those_of_the_equation():
    plane = by_formula(15, 6.3, 8.1, 0.7, 0.12, 2.5, 3.5, 4.0, 0.4)
    fit = gabor.fit(plane[None])
    fitted = [fit.row[0], fit.col[0], fit.theta[0] % np.pi, fit.frequency[0], fit.along[0], fit.across[0]]
    np.testing.assert_allclose(fitted, [6.3, 8.1, 0.7, 0.12, 2.5, 3.5], rtol=1e-3)
    np.testing.assert_allclose(np.hypot(fit.cosine, fit.sine), 4, rtol=1e-3)
    np.testing.assert_allclose(drawn(fit, 15)[0], plane, atol=1e-2)


def test_r2_is_the_share_of_the_energy_that_the_drawn_gabor_explains():
    planes = white(20, 9, 9) + 0.3
    fit = gabor.fit(planes)
    rest = ((planes - drawn(fit, 9)) ** 2).sum((1, 2))
    np.testing.assert_allclose(fit.r2, 1 - rest / (planes**2).sum((1, 2)), atol=1e-9)


@pytest.mark.parametrize("k", [8, 11])
def test_r2_reaches_what_scipy_finds_from_many_starts(k):
    rng = np.random.default_rng(k)
    planes = np.stack([a_gabor(k, rng) + share * rng.normal(size=(k, k)) for share in (0.1, 0.3, 0.5)])
    expected = [by_many_starts(plane, 12, rng) for plane in planes]
    assert (gabor.fit(planes).r2 >= np.array(expected) - 0.02).all()


def test_the_jacobian_is_that_of_differences():
    rng, k = np.random.default_rng(3), 9
    parameters = np.array([[3.7, 4.4, 0.6, 0.13, 0.7, 1.0]])
    w = rng.normal(size=(1, k * k))
    _, amplitudes, _, jacobian = gabor._projected(w, parameters, k)
    q, _ = gabor._solved(*gabor._pair(parameters, k)[:2], w)
    for i in range(6):
        step = np.zeros((1, 6))
        step[0, i] = 1e-6
        planes = [(amplitudes @ np.stack(gabor._pair(parameters + s, k)[:2], 1))[0, 0] for s in (step, -step)]
        slope = (planes[0] - planes[1]) / 2e-6
        np.testing.assert_allclose(jacobian[0, i], slope - slope @ q[0].T @ q[0], atol=1e-7)


def test_planted_gabors_under_noise_are_beyond_their_surrogates_in_95_of_100_draws():
    rng, k, beyond = np.random.default_rng(0), 15, []
    for _ in range(5):
        planted = np.stack([a_gabor(k, rng) for _ in range(20)])
        size = np.sqrt((planted**2).mean((1, 2), keepdims=True))
        bank = (planted / size + 0.5 * rng.normal(size=planted.shape))[:, None]  # a fifth of the energy is noise
        null = gabor.fit(gaussian_noise.noise(bank, 79, seed=int(rng.integers(1000)))[:, 0]).r2
        beyond += list(pvalues.p_value(gabor.fit(bank[:, 0]).r2, null, "greater") <= 0.05)
    assert sum(beyond) >= 95


def test_r2_does_not_know_scale_and_sign():
    planes = white(6, 8, 8)
    np.testing.assert_allclose(gabor.fit(-1e-4 * planes).r2, gabor.fit(planes).r2, atol=1e-6)


def test_planes_are_fitted_alike_alone_and_among_others():
    planes = white(5, 7, 7)
    together = gabor.fit(planes).r2
    np.testing.assert_allclose([gabor.fit(plane[None]).r2[0] for plane in planes], together, atol=1e-6)


def test_what_cannot_be_fitted_is_unknown():
    planes = white(5, 6, 6)
    planes[0], planes[1, 2, 2], planes[2, 0, 0] = 0, np.nan, np.inf
    fit = gabor.fit(planes)
    for values in fit:
        assert np.isnan(values).tolist() == [True, True, True, False, False]
    assert np.isnan(gabor.fit(white(3, 2, 2)).r2).all()
    assert gabor.fit(np.empty((0, 9, 9))).r2.shape == (0,)


@pytest.mark.parametrize("k", [3, 4, 5])
def test_small_planes_and_constant_ones_are_fitted_without_complaint(k):
    planes = np.concatenate([white(10, k, k), np.ones((1, k, k)), np.eye(k * k)[:3].reshape(3, k, k)])
    fit = gabor.fit(planes)
    assert ((fit.r2 > 0) & (fit.r2 <= 1 + 1e-9)).all()
    assert fit.r2[10] > 0.99
