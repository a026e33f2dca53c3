from itertools import product

import numpy as np
import pytest
from tiers import rows

from kernelscope.measures import shape_fit, shape_models

K = 15
ROW, COL = np.indices((K, K)) - 7.0


def plane(name, rng):
    """Return a plane that a model draws, without noise, of size 1."""
    parameters = {
        "gabor": [*rng.uniform(-2, 2, 2), rng.uniform(0, np.pi), rng.uniform(0.08, 0.16), np.log(3.5), np.log(3.5)],
        "bar": [rng.uniform(-3, 3), rng.uniform(0, np.pi), np.log(rng.uniform(0.8, 1.5))],
        "corner": [*rng.uniform(-1, 1, 2), rng.uniform(0, 2 * np.pi), np.pi / 4, np.log(rng.uniform(0.8, 1.5))],
        "ring": [*rng.uniform(-2, 2, 2), rng.uniform(2, 4), np.log(rng.uniform(0.8, 1.5))],
        "ramp": [],
    }[name]
    templates = shape_models.MODELS[name].templates(np.array([parameters], np.float32), K)[0]
    amplitudes = rng.normal(size=2) if name in ("gabor", "ramp") else (1, -0.5)
    drawn = (np.array(amplitudes) @ templates).reshape(K, K)
    return (drawn - drawn.mean()) / drawn.std()


@pytest.mark.parametrize(("name", "noise"), rows(product(shape_models.MODELS, (0, 0.4)), ("corner", 0), ("ramp", 0.4)))
def test_a_planted_shape_is_named(name, noise):
    rng = np.random.default_rng(1)
    planes = np.stack([plane(name, rng) + noise * rng.normal(size=(K, K)) for _ in range(12)])
    fit = shape_fit.fit(planes)
    assert set(fit.shape) <= {name, shape_fit.NONE}
    assert (fit.shape == name).sum() >= (8 if noise else 10)  # of 12; by how much models differ depends on the noise
    explained = 1 / (1 + noise**2)
    assert abs(np.median(fit.r2) - explained) < 0.05


def test_white_noise_has_no_shape_and_unseen_pixels_are_not_predicted():
    fit = shape_fit.fit(np.random.default_rng(2).normal(size=(40, K, K)))
    assert (fit.shape == "none").mean() > 0.9
    assert np.median(fit.r2) < 0.02


def test_a_corner_of_gratings_is_none_of_the_shapes():
    """Two strong gratings at right angles, next to each other: no model predicts both."""
    checks = np.where(COL < 0, np.sin(1.8 * ROW), np.sin(1.8 * COL))
    assert shape_fit.fit(checks[None]).r2[0] < 0.6


def test_the_fit_does_not_depend_on_scale_sign_or_mean_and_planes_are_fitted_one_by_one():
    rng = np.random.default_rng(3)
    planes = np.stack([plane("gabor", rng), plane("corner", rng), rng.normal(size=(K, K))])
    fit = shape_fit.fit(planes)
    other = shape_fit.fit(-1e-3 * planes + 5)
    np.testing.assert_allclose(other.r2, fit.r2, atol=1e-3)
    np.testing.assert_array_equal(other.shape, fit.shape)
    np.testing.assert_allclose([shape_fit.fit(one[None]).r2[0] for one in planes], fit.r2, atol=1e-3)


def test_constant_broken_and_small_planes_have_no_fit():
    planes = np.random.default_rng(4).normal(size=(5, K, K))
    planes[0], planes[1, 2, 2], planes[3], planes[4] = 1, np.nan, 0.3, 0.1  # the mean of 0.3 and 0.1 is rounded
    assert np.isnan(shape_fit.fit(planes).r2).tolist() == [True, True, False, True, True]
    assert np.isnan(shape_fit.fit(np.ones((2, 5, 5))).r2).all()
    assert shape_fit.fit(np.empty((0, K, K))).r2.shape == (0,)


@pytest.mark.parametrize("k", [7, 11, 15])
def test_every_block_is_unseen_once_and_blocks_are_about_3_by_3(k):
    blocks, seen = shape_fit.blocks(k), shape_fit.seen(k)
    assert (~seen).sum(0).tolist() == [1] * (k * k)
    sizes = np.bincount(blocks)
    assert (sizes.min() >= 4, sizes.max() <= 16, len(sizes)) == (True, True, round(k / 3) ** 2)
    for mask in seen:
        assert all(len(set(mask[blocks == block])) == 1 for block in range(len(sizes)))


@pytest.mark.parametrize("name", [name for name in shape_models.MODELS if name != "ramp"])
def test_derivatives_are_those_of_the_projected_fit(name):
    rng = np.random.default_rng(5)
    model, mask = shape_models.MODELS[name], shape_fit.seen(K)[0]
    low, high = model.bounds(K)
    parameters = model.grid(K)[rng.integers(len(model.grid(K)), size=6)].clip(low, high)
    w = rng.normal(size=(6, K * K)).astype(np.float32)
    sse, _, amplitudes = shape_fit._projected(model, w, mask, parameters, K)
    expected = [
        np.linalg.lstsq(design[:, mask].T, of_plane[mask], rcond=None)[1]
        for design, of_plane in zip(shape_fit._with_constant(model.templates(parameters, K)), w, strict=True)
    ]
    np.testing.assert_allclose(sse, np.ravel(expected), rtol=1e-3)
    jacobian = shape_fit._jacobian(model, mask, parameters, amplitudes, K)
    basis = shape_fit.orthonormal(model.templates(parameters, K), mask)
    np.testing.assert_allclose(jacobian @ basis.swapaxes(1, 2), 0, atol=1e-3)


def test_the_principal_plane_of_equal_channels_is_that_plane_and_of_one_channel_the_channel():
    rng = np.random.default_rng(6)
    planes = rng.normal(size=(4, 9, 9))
    np.testing.assert_array_equal(shape_fit.principal_planes(planes[:, None]), planes)
    weights = np.array([0.6, 0.8, 0.0])
    np.testing.assert_allclose(shape_fit.principal_planes(weights[:, None, None] * planes[:, None]), planes, atol=1e-12)
    broken = np.stack([planes[:3], np.full((3, 9, 9), np.nan)])
    assert np.isnan(shape_fit.principal_planes(broken)).all((1, 2)).tolist() == [False, True]
