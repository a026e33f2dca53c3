"""The convolutional RBM compared with plain loops over all states of tiny ones."""

import itertools

import numpy as np
import pytest
import torch

from kernelscope.dbn import crbm
from kernelscope.dbn.crbm import Crbm

SIGMA = 0.7


def tiny(real: bool, depth: int = 1, seed: int = 0) -> Crbm:
    """Return a CRBM with two kernels of 2 x 2 and blocks of 2 x 2."""
    rng = np.random.default_rng(seed)
    parts = (rng.normal(0, 0.5, shape) for shape in ((2, depth, 2, 2), (2,), (depth,)))
    return Crbm(*map(torch.from_numpy, parts), 2, real)


def visible(model: Crbm, size, seed: int = 1) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    shape = (model.kernels.shape[1], *size)
    return torch.from_numpy(rng.normal(size=shape) if model.real else rng.integers(0, 2, shape).astype(float))


def hidden_states(size):
    """Return all h (2, R, C) with at most one unit on in each block of 2 x 2."""
    rows, cols = size[0] - 1, size[1] - 1
    blocks = list(itertools.product(range(2), range(0, rows, 2), range(0, cols, 2)))
    for choice in itertools.product(range(5), repeat=len(blocks)):
        h = np.zeros((2, rows, cols))
        for (kernel, row, col), place in zip(blocks, choice, strict=True):
            if place:
                h[kernel, row + (place - 1) // 2, col + (place - 1) % 2] = 1
        yield h


def energy(model: Crbm, v: np.ndarray, h: np.ndarray, sigma: float) -> float:
    """Return E(v, h) as in the module's docstring, term by term."""
    kernels, b, c = (part.numpy() for part in model[:3])
    total = (v**2).sum() / 2 if model.real else 0.0
    for k, row, col in np.ndindex(*h.shape):
        total -= h[k, row, col] * ((v[:, row : row + 2, col : col + 2] * kernels[k]).sum() + b[k])
    return (total - sum(c[i] * v[i].sum() for i in range(len(c)))) / sigma**2


def weights_of_states(model: Crbm, v: np.ndarray, size, sigma: float):
    states = list(hidden_states(size))
    return states, np.exp([-energy(model, v, h, sigma) for h in states])


CASES = pytest.mark.parametrize(
    ("real", "depth", "size"),
    [(real, depth, size) for real in (False, True) for depth, size in ((1, (3, 5)), (2, (3, 3)))],
)


@CASES
def test_hidden_units_given_visibles_are_those_of_all_states(real, depth, size):
    model = tiny(real, depth)
    sigma = SIGMA if real else 1.0
    v = visible(model, size)
    states, weight = weights_of_states(model, v.numpy(), size, sigma)
    expected = sum(w * h for w, h in zip(weight, states, strict=True)) / weight.sum()
    probabilities = crbm.block_softmax(crbm.inputs(model, crbm.patches(v, 2, 2), sigma))
    np.testing.assert_allclose(crbm.spatial(probabilities, 2, size[1] - 1), expected, atol=1e-12)


@CASES
def test_pooled_units_given_visibles_are_those_of_all_states(real, depth, size):
    model = tiny(real, depth)
    sigma = SIGMA if real else 1.0
    v = visible(model, size)
    states, weight = weights_of_states(model, v.numpy(), size, sigma)
    on = [h.reshape(2, 1, 2, -1, 2).max((2, 4)) for h in states]
    expected = sum(w * p for w, p in zip(weight, on, strict=True)) / weight.sum()
    np.testing.assert_allclose(crbm.upwards(model, v, sigma), expected, atol=1e-12)


@CASES
def test_free_energy_is_the_sum_over_all_hidden_states(real, depth, size):
    model = tiny(real, depth)
    sigma = SIGMA if real else 1.0
    v = visible(model, size)
    _, weight = weights_of_states(model, v.numpy(), size, sigma)
    assert float(crbm.free_energy(model, v, sigma)) == pytest.approx(-np.log(weight.sum()), abs=1e-10)


def in_blocks(h: np.ndarray) -> torch.Tensor:
    """Return hidden units (out, R, C) in the order (out, place, block)."""
    out, rows, cols = h.shape
    laid = h.reshape(out, rows // 2, 2, cols // 2, 2).transpose(0, 2, 4, 1, 3)
    return torch.from_numpy(laid.reshape(out, 4, -1).copy())


def test_binary_visibles_given_hidden_units_are_those_of_all_states():
    model, size = tiny(False), (3, 3)
    h = list(hidden_states(size))[13]
    states = [np.array(bits, float).reshape(1, *size) for bits in itertools.product((0, 1), repeat=9)]
    weight = np.exp([-energy(model, v, h, 1.0) for v in states])
    expected = np.tensordot(weight / weight.sum(), np.stack(states), 1)
    np.testing.assert_allclose(crbm.reconstruction(model, in_blocks(h) > 0, size), expected, atol=1e-12)


def test_the_mean_of_real_visibles_is_where_the_energy_is_least():
    model, size = tiny(True), (3, 5)
    h = list(hidden_states(size))[88]
    mean = crbm.reconstruction(model, in_blocks(h) > 0, size).numpy()
    least = energy(model, mean, h, SIGMA)
    for place in np.ndindex(*mean.shape):
        moved = mean.copy()
        moved[place] += 0.3
        assert energy(model, moved, h, SIGMA) - least == pytest.approx(0.3**2 / 2 / SIGMA**2)


def test_the_block_softmax_is_its_formula_and_knows_no_overflow():
    inputs = torch.tensor([[[1.0, -800.0], [2.0, 900.0], [0.0, -5.0], [-1.0, 899.0]]], dtype=torch.float64)
    probabilities = crbm.block_softmax(inputs)
    grown = np.exp([1.0, 2.0, 0.0, -1.0])
    np.testing.assert_allclose(probabilities[0, :, 0], grown / (1 + grown.sum()))
    np.testing.assert_allclose(probabilities[0, :, 1], [0, 1 / (1 + np.exp(-1)), 0, 1 / (1 + np.exp(1))], atol=1e-300)


def test_at_most_one_unit_of_a_block_is_on_as_often_as_it_shall_be():
    probabilities = torch.tensor([0.1, 0.2, 0.3, 0.25], dtype=torch.float64)[None, :, None].repeat(1, 1, 20_000)
    on = crbm.sampled(probabilities, torch.Generator().manual_seed(0))
    assert on.sum(1).max() == 1
    np.testing.assert_allclose(on[0].double().mean(1), probabilities[0, :, 0], atol=0.015)


def test_a_reconstruction_is_the_transposed_convolution():
    generator = torch.Generator().manual_seed(0)
    kernels = torch.randn((3, 2, 4, 4), generator=generator, dtype=torch.float64)
    model = Crbm(kernels, torch.zeros(3), torch.tensor([0.5, -1.0], dtype=torch.float64), 2, True)
    on = torch.rand((3, 4, 20), generator=generator) < 0.3
    whole = crbm.spatial(on.double(), 2, 10)[None]
    expected = torch.nn.functional.conv_transpose2d(whole, kernels, model.visible_bias)[0]
    np.testing.assert_allclose(crbm.reconstruction(model, on, (11, 13)), expected, atol=1e-12)


def moved(model: Crbm, part: str, place: tuple, by: float) -> Crbm:
    changed = getattr(model, part).clone()
    changed[place] += by
    return model._replace(**{part: changed})


def assert_slopes(function, model: Crbm, found: crbm.Gradient) -> None:
    """Compare a gradient with central differences of a function of the model, at some places of each parameter."""
    for part, places in {
        "kernels": [(0, 0, 0, 1), (1, 0, 1, 0)],
        "hidden_bias": [(1,)],
        "visible_bias": [(0,)],
    }.items():
        for place in places:
            up, down = (function(moved(model, part, place, by)) for by in (1e-5, -1e-5))
            assert float(getattr(found, part)[place]) == pytest.approx((up - down) / 2e-5, abs=1e-7)


def phase_of(model: Crbm, v: torch.Tensor, sigma: float, hidden=None) -> crbm.Gradient:
    seen = crbm.patches(v, 2, 2)
    known = crbm.block_softmax(crbm.inputs(model, seen, sigma)) if hidden is None else hidden
    return crbm.phase(model, v, seen, known, sigma)


def expectation(share: torch.Tensor, phases: list[crbm.Gradient]) -> crbm.Gradient:
    return crbm.Gradient(*(torch.tensordot(share, torch.stack(parts), 1) for parts in zip(*phases, strict=True)))


def test_data_less_the_expectation_of_the_model_is_the_gradient_of_the_likelihood_of_binary_visibles():
    model, size = tiny(False), (3, 3)
    v = visible(model, size)
    states = [torch.tensor(bits).double().reshape(1, *size) for bits in itertools.product((0, 1), repeat=9)]

    def likelihood(one: Crbm) -> float:
        free = torch.stack([crbm.free_energy(one, state, 1.0) for state in states])
        return float(-crbm.free_energy(one, v, 1.0) - torch.logsumexp(-free, 0))

    share = torch.softmax(-torch.stack([crbm.free_energy(model, state, 1.0) for state in states]), 0)
    phases = [phase_of(model, state, 1.0) for state in states]
    gradient = crbm.contrast(phase_of(model, v, 1.0), expectation(share, phases))
    assert_slopes(likelihood, model, gradient)


def test_data_less_the_expectation_of_the_model_is_the_gradient_of_the_likelihood_of_real_visibles():
    """The integral over v is known for each h: a normal distribution around the reconstruction."""
    model, size = tiny(True), (3, 3)
    v = visible(model, size)
    states = [in_blocks(h) for h in hidden_states(size)]

    def log_weights(one: Crbm) -> torch.Tensor:
        means = [crbm.reconstruction(one, h > 0, size) for h in states]
        biases = torch.stack([one.hidden_bias @ h.sum((1, 2)) for h in states])
        return (torch.stack([(mean**2).sum() for mean in means]) / 2 + biases) / SIGMA**2

    def likelihood(one: Crbm) -> float:
        return float(-crbm.free_energy(one, v, SIGMA) - torch.logsumexp(log_weights(one), 0))

    share = torch.softmax(log_weights(model), 0)
    phases = [phase_of(model, crbm.reconstruction(model, h > 0, size), SIGMA, h) for h in states]
    gradient = crbm.contrast(phase_of(model, v, SIGMA), expectation(share, phases))
    assert_slopes(likelihood, model, gradient)
