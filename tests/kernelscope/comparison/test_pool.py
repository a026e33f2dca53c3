import numpy as np
import pytest

from kernelscope.comparison import matching, pool


def bank(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def everything(banks):
    return {seed: np.ones(len(each), bool) for seed, each in banks.items()}


def test_the_pool_has_the_living_kernels_of_all_seeds_in_order():
    banks = {4: bank(3, 1, 5, 5), 2: bank(2, 1, 5, 5, seed=1)}
    alive = {4: np.array([True, False, True]), 2: np.ones(2, bool)}
    of = pool.pooled(banks, alive)
    assert (of.seed.tolist(), of.kernel.tolist(), of.left_out) == ([4, 4, 2, 2], [0, 2, 0, 1], 1)
    expected = matching.similarity(banks[4][[0, 2]], banks[2])
    np.testing.assert_allclose(of.value[:2, 2:], expected.value)
    np.testing.assert_array_equal(of.shift[:2, 2:], expected.shift)
    np.testing.assert_allclose(np.diag(of.value), 1)
    np.testing.assert_allclose(of.value, of.value.T)
    turned = matching.similarity(banks[4][[0, 2]], banks[2][..., ::-1, ::-1]).value
    np.testing.assert_allclose(of.rotated[:2, 2:], turned)


def test_of_too_many_kernels_the_first_of_each_seed_take_part(monkeypatch):
    banks = {4: bank(3, 1, 5, 5), 2: bank(2, 1, 5, 5, seed=1)}
    alive = {4: np.array([True, False, True]), 2: np.ones(2, bool)}
    same, _, note = pool.first("conv1", banks, alive)
    assert (list(map(len, same.values())), note.count) == ([3, 2], 0)
    monkeypatch.setattr(pool, "MOST", 5)
    cut, living, note = pool.first("conv1", banks, alive)
    assert [len(each) for each in (*cut.values(), *living.values())] == [2] * 4
    np.testing.assert_array_equal(cut[4], banks[4][:2])
    assert str(note) == "cut: 1 of 5 kernels of conv1: compared across seeds are the first 2 of each"
    assert len(pool.pooled(cut, living).seed) == 3


def test_constant_kernels_and_kernels_that_are_not_finite_take_no_part():
    spoilt = bank(4, 1, 5, 5)
    spoilt[1], spoilt[2, 0, 0, 0] = 3, np.nan
    of = pool.pooled({0: spoilt}, everything({0: spoilt}))
    assert (of.kernel.tolist(), of.left_out, of.reason) == ([0, 3], 2, "")


@pytest.mark.parametrize(
    ("banks", "reason"),
    [
        ({0: bank(3, 1, 5, 5), 1: bank(3, 1, 7, 7)}, pool.OTHER_SIZE),
        ({0: bank(3, 1, 1, 1), 1: bank(3, 1, 1, 1)}, pool.ONE_PIXEL),
        ({0: np.zeros((3, 1, 5, 5)), 1: np.zeros((3, 1, 5, 5))}, pool.TOO_FEW),
        ({}, pool.TOO_FEW),
    ],
)
def test_a_pool_without_similarities_says_why(banks, reason):
    of = pool.pooled(banks, everything(banks))
    assert (of.reason, len(of.seed), of.value.shape) == (reason, 0, (0, 0))


def test_a_seed_can_be_left_out():
    banks = {s: bank(2, 1, 5, 5, seed=s) for s in range(3)}
    of = pool.pooled(banks, everything(banks))
    rest = pool.without(of, 1)
    assert rest.seed.tolist() == [0, 0, 2, 2]
    np.testing.assert_array_equal(rest.value, of.value[np.ix_([0, 1, 4, 5], [0, 1, 4, 5])])
    assert [bank.tolist() for bank in pool.banks(rest.seed)] == [[0, 1], [2, 3]]
