import tracemalloc

import numpy as np
import pytest

from kernelscope.measures import layer_quality


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def by_loops(bank):
    out, channels = bank.shape[:2]
    planes = [bank[o, c].ravel() for o in range(out) for c in range(channels)]
    largest = max(abs(w) for plane in planes for w in plane)
    variance = np.linalg.svd(np.array(planes) - np.mean(planes, 0), compute_uv=False) ** 2
    share = [v / variance.sum() for v in variance if v > 1e-15 * variance.sum()]
    pairs = [(a.ravel(), b.ravel()) for i, a in enumerate(bank) for j, b in enumerate(bank) if i != j]
    return {
        "sparsity": sum(max(abs(plane)) < 0.01 * largest for plane in planes) / len(planes),
        "variance_entropy": -sum(p * np.log10(p) for p in share),
        "orthogonality": 1 - np.mean([abs(a @ b) / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairs]),
    }


@pytest.mark.parametrize("shape", [(4, 1, 3, 3), (12, 1, 5, 5), (8, 6, 3, 3), (2, 2, 4, 4), (30, 2, 2, 2)])
def test_the_measures_are_those_of_plain_loops_for_every_bank(shape):
    banks = white(3, *shape) ** 3
    banks[1, 0, 0] *= 1e-5
    measures = layer_quality.measures(banks)
    for i in range(3):
        for name, expected in by_loops(banks[i]).items():
            np.testing.assert_allclose(measures[name][i], expected, rtol=1e-8, atol=1e-12, err_msg=name)
    assert measures["sparsity"][1] > 0


def test_all_planes_of_one_shape_have_entropy_0_and_unrelated_ones_nearly_all_there_is():
    sizes = white(40, 5, 1, 1)
    np.testing.assert_allclose(layer_quality.variance_entropy(sizes * white(1, 1, 3, 3)), 0, atol=1e-9)
    many = layer_quality.variance_entropy(white(100, 100, 3, 3))
    assert np.log10(9) - 0.001 < many < np.log10(9)


def test_the_entropy_does_not_know_scale_and_common_shape():
    bank = white(10, 2, 4, 4)
    value = layer_quality.variance_entropy(bank)
    np.testing.assert_allclose(layer_quality.variance_entropy(-1e3 * bank + white(1, 1, 4, 4, seed=1)), value)


def test_orthogonal_kernels_have_1_and_copies_0():
    np.testing.assert_allclose(layer_quality.orthogonality(np.eye(9)[:5].reshape(5, 1, 3, 3)), 1)
    copies = white(4, 1, 1, 1) * white(1, 2, 3, 3)
    np.testing.assert_allclose(layer_quality.orthogonality(copies), 0, atol=1e-12)


def test_a_layer_of_zeros_is_sparse_and_has_no_entropy():
    measures = layer_quality.measures(np.zeros((3, 2, 4, 4)))
    assert measures["sparsity"] == 1
    assert np.isnan(measures["variance_entropy"])


def test_equal_planes_have_no_entropy_whatever_rounding_leaves():
    assert np.isnan(layer_quality.variance_entropy(np.full((7, 1, 3, 3), 0.1)))
    assert np.isnan(layer_quality.variance_entropy(np.broadcast_to(white(3, 3), (7, 3, 3, 3)).copy()))


def test_one_kernel_has_no_orthogonality_and_a_bank_that_is_not_finite_nothing():
    assert np.isnan(layer_quality.orthogonality(white(1, 3, 3, 3)))
    banks = white(3, 4, 1, 3, 3)
    banks[1, 0, 0, 0, 0], banks[2, 0, 0, 1, 1] = np.nan, np.inf
    for values in layer_quality.measures(banks).values():
        assert np.isnan(values).tolist() == [False, True, True]


@pytest.mark.parametrize("at_once", [1, 7, 12, 60, 10_000])
def test_the_products_of_kernels_in_parts_are_those_of_all_at_once(at_once, monkeypatch):
    banks = white(2, 3, 12, 2, 3, 3)
    vectors = banks.reshape(2, 3, 12, -1)
    vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    expected = 1 - np.abs(vectors @ vectors.swapaxes(-1, -2) - np.eye(12)).sum((-1, -2)) / (12 * 11)
    monkeypatch.setattr(layer_quality, "AT_ONCE", at_once)
    np.testing.assert_allclose(layer_quality.orthogonality(banks), expected, rtol=1e-12)


def test_the_memory_of_a_wide_layer_does_not_grow_with_its_snapshots():
    banks = white(6, 2048, 1, 3, 3)
    tracemalloc.start()
    layer_quality.orthogonality(banks)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * layer_quality.AT_ONCE + 8 * banks.nbytes
