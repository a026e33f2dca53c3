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


CURVED = [name for name in shape_models.MODELS if name != "ramp"]


def random_fits(name, n=6):
    """Return noise (n, K * K), and parameters from the dictionary of a model."""
    rng, model = np.random.default_rng(5), shape_models.MODELS[name]
    parameters = model.grid(K)[rng.integers(len(model.grid(K)), size=n)].clip(*model.bounds(K))
    return model, rng.normal(size=(n, K * K)).astype(np.float32), parameters


@pytest.mark.parametrize("name", CURVED)
def test_derivatives_are_those_of_the_projected_fit(name):
    (model, w, parameters), mask = random_fits(name), shape_fit.seen(K)[0]
    state = shape_fit._projected(model, w, mask, parameters, K)
    expected = [
        np.linalg.lstsq(design[:, mask].T, of_plane[mask], rcond=None)[1]
        for design, of_plane in zip(state.design, w, strict=True)
    ]
    np.testing.assert_allclose(state.sse, np.ravel(expected), rtol=1e-3)
    jacobian = shape_fit._jacobian(model, mask, parameters, state.amplitudes, state.design, K)
    basis = shape_fit.orthonormal(model.templates(parameters, K), mask)
    np.testing.assert_allclose(jacobian @ basis.swapaxes(1, 2), 0, atol=1e-3)
    for i, column in enumerate(jacobian.swapaxes(0, 1)):
        moved = parameters + np.float32(shape_fit.DIFFERENCE) * (np.arange(parameters.shape[1]) == i)
        difference = (model.templates(moved, K) - state.design[:, 1:]) / shape_fit.DIFFERENCE
        plain = np.einsum("nj,njp->np", state.amplitudes[:, 1:], difference) * mask
        plain -= np.einsum("nj,njp->np", np.einsum("np,njp->nj", plain, basis), basis)
        np.testing.assert_allclose(column, plain, atol=1e-3 * np.abs(plain).max() + 1e-5)


@pytest.mark.parametrize("name", CURVED)
def test_only_the_first_parameters_of_a_model_change_its_geometry(name):
    model, _, parameters = random_fits(name)
    for i in range(parameters.shape[1]):
        moved = parameters + np.float32(0.1) * (np.arange(parameters.shape[1]) == i)
        here, there = (np.stack(model.geometry(of_model, K)) for of_model in (parameters, moved))
        assert (here == there).all() == (i >= model.placed)


def refined_plainly(model, w, mask, parameters):
    """Return the squared error of one plane (K * K,) on seen pixels after all steps; each computes everything again."""
    low, high = model.bounds(K)

    def templates(p):
        return model.templates(p[None].astype(np.float32), K)[0][:, mask].astype(float)

    def projected(p):
        design = np.vstack([np.ones(mask.sum()), templates(p)])
        amplitudes = np.linalg.lstsq(design.T, w[mask], rcond=None)[0]
        return design, amplitudes, w[mask] - amplitudes @ design

    damping = 1e-2
    for _ in range(shape_fit.STEPS):
        design, amplitudes, residual = projected(parameters)
        steps = shape_fit.DIFFERENCE * np.eye(len(parameters))
        moved = [(templates(parameters + step) - design[1:]) / shape_fit.DIFFERENCE for step in steps]
        jacobian = np.stack([amplitudes[1:] @ difference for difference in moved])
        jacobian -= np.linalg.lstsq(design.T, jacobian.T, rcond=None)[0].T @ design
        normal = jacobian @ jacobian.T
        normal += damping * np.diag(normal.diagonal())
        tried = np.clip(parameters + np.linalg.solve(normal, jacobian @ residual), low, high)
        better = (projected(tried)[2] ** 2).sum() < (residual**2).sum()
        parameters, damping = (tried, damping / 5) if better else (parameters, damping * 4)
    return (projected(parameters)[2] ** 2).sum()


@pytest.mark.parametrize("name", CURVED)
def test_fits_are_those_of_a_plain_loop_that_keeps_nothing_of_the_step_before(name):
    (model, w, parameters), mask = random_fits(name, 20), shape_fit.seen(K)[0]
    sse, _ = shape_fit.refined(model, w, mask, parameters, K)
    plain = [refined_plainly(model, of_plane, mask, p.astype(float)) for of_plane, p in zip(w, parameters, strict=True)]
    differences = np.abs(sse / plain - 1)
    assert np.median(differences) < 2e-3
    assert differences.max() < 0.1


def test_the_principal_plane_of_equal_channels_is_that_plane_and_of_one_channel_the_channel():
    rng = np.random.default_rng(6)
    planes = rng.normal(size=(4, 9, 9))
    np.testing.assert_array_equal(shape_fit.principal_planes(planes[:, None]), planes)
    weights = np.array([0.6, 0.8, 0.0])
    np.testing.assert_allclose(shape_fit.principal_planes(weights[:, None, None] * planes[:, None]), planes, atol=1e-12)
    broken = np.stack([planes[:3], np.full((3, 9, 9), np.nan)])
    assert np.isnan(shape_fit.principal_planes(broken)).all((1, 2)).tolist() == [False, True]


@pytest.mark.parametrize("name", shape_fit.MODELS)
def test_starts_are_the_entries_of_the_dictionary_with_the_least_squares(name):
    k, fold = 7, 1
    model, mask, w = shape_fit.MODELS[name], shape_fit.seen(k)[fold], np.random.default_rng(3).normal(size=(4, k * k))
    grid = model.grid(k)
    chosen = np.stack([np.ones((len(grid), k * k)), *model.templates(grid, k).swapaxes(0, 1)], 2)[:, mask]
    fitted = chosen @ (np.linalg.pinv(chosen, 1e-3) @ w[:, mask].T)  # (m, pixels, planes)
    squares = ((fitted - w[:, mask].T) ** 2).sum(1).T
    least = np.sort(squares, 1)[:, : shape_fit.STARTS]
    found = shape_fit.starts(name, w.astype(np.float32), k, fold)
    for plane, entries in enumerate(found):
        numbers = [int(np.flatnonzero((grid == entry).all(1))[0]) for entry in entries]
        np.testing.assert_allclose(squares[plane][numbers], least[plane], rtol=1e-4)
