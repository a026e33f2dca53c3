import numpy as np
import pytest
from collections_of_kernels import SEEDS, TYPES, planted, pool_of

from kernelscope.comparison import types as kernel_types


def test_planted_types_are_found_with_their_number():
    found = kernel_types.found(planted(TYPES, SEEDS))
    same = found.of[:, None] == found.of
    np.testing.assert_array_equal(same, np.array(TYPES)[:, None] == np.array(TYPES))
    assert 0.1 < found.cut < 0.8


def test_types_are_numbered_by_seeds_then_kernels_then_place():
    found = kernel_types.found(planted([0, 0, 0, 1, 1, 2], [0, 0, 0, 0, 1, 1]))
    assert found.of.tolist() == [1, 1, 1, 0, 0, 2]


def test_the_types_do_not_depend_on_the_seeds():
    first, second = (kernel_types.found(planted(TYPES, seed)).of for seed in (SEEDS, SEEDS[::-1]))
    np.testing.assert_array_equal(first[:, None] == first, second[:, None] == second)


def test_the_silhouette_is_that_of_plain_loops():
    value = planted(TYPES, SEEDS).value
    distance, labels = 1 - value, np.array([*TYPES[:-1], 9])
    widths = []
    for i in range(len(labels)):
        own = [distance[i, j] for j in range(len(labels)) if labels[j] == labels[i] and j != i]
        if not own:
            widths.append(0)
            continue
        others = [distance[i, labels == label].mean() for label in set(labels) - {labels[i]}]
        widths.append((min(others) - np.mean(own)) / max(min(others), np.mean(own)))
    assert kernel_types.silhouette(distance, labels) == pytest.approx(np.mean(widths))
    assert kernel_types.silhouette(distance, np.zeros(len(labels))) == 0


def test_the_exemplar_is_the_kernel_most_like_the_others():
    value = np.full((4, 4), 0.5)
    value[1, [0, 2, 3]] = value[[0, 2, 3], 1] = 0.9
    np.fill_diagonal(value, 1)
    types = kernel_types.Types(np.zeros(4, int), 0.5)
    assert kernel_types.exemplars(pool_of(value, [0, 0, 1, 1]), types).tolist() == [1]


def test_a_type_that_every_seed_has_is_found_without_any_of_them():
    of = planted(TYPES, SEEDS)
    out = kernel_types.held_out(of, kernel_types.found(of))
    assert out.has.all()
    np.testing.assert_allclose(out.overlap, 1)


def test_a_type_of_one_seed_is_not_found_without_that_seed():
    of = planted([*TYPES, 3, 3], [*SEEDS, 0, 0])
    found = kernel_types.found(of)
    alone = int(found.of[-1])
    out = kernel_types.held_out(of, found)
    assert not out.has[alone].any()
    assert out.has[[t for t in range(found.of.max() + 1) if t != alone]].all()


def test_few_kernels_and_equal_kernels_have_types():
    for value in (np.ones((4, 4)), np.eye(4)):
        found = kernel_types.found(pool_of(value, [0, 0, 1, 1]))
        assert len(found.of) == 4
        assert np.isfinite(found.cut)
