from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kernelscope import agreement, cka


def gram(seed, shared=None, noise=1.0, images=20):
    own = np.random.default_rng(seed).normal(size=(images, 6))
    return cka.gram(own if shared is None else shared + noise * own)


def grams(seeds=(0, 1, 2), archs=("a", "b"), layers=("conv1", "conv2")):
    return {(arch, s, layer): gram(hash_of(arch, s, layer)) for arch in archs for s in seeds for layer in layers}


def hash_of(arch, seed, layer):
    return [ord(arch), seed, int(layer[-1])]


def similarity_of(values, entries):
    pairs = combinations(range(len(entries)), 2)
    keys = agreement.COLUMNS[1:7]
    return [
        {"state": "trained"} | dict(zip(keys, (*entries[i], *entries[j]), strict=True)) | {"cka": values[i, j]}
        for i, j in pairs
    ]


def drawn(page):
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def test_all_trained_pairs_and_the_untrained_of_one_architecture_and_layer_have_rows():
    rows = agreement.rows(grams(), grams(), 9, 0)
    assert all(tuple(row) == agreement.COLUMNS for row in rows)
    assert sum(row["state"] == "trained" for row in rows) == 12 * 11 / 2
    untrained = [row for row in rows if row["state"] == "untrained"]
    assert len(untrained) == 4 * 3
    assert all((row["arch_a"], row["layer_a"]) == (row["arch_b"], row["layer_b"]) for row in untrained)
    assert agreement.rows(grams(), grams(), 9, 0) == rows


def test_the_numbers_are_those_of_cka_and_its_shuffled_images():
    K, L = gram(0), gram(1)
    (row,) = agreement.rows({("a", 0, "c"): K, ("a", 1, "c"): L}, {}, 19, 5)
    null = cka.shuffled(K, L, 19, [5, 0])
    np.testing.assert_allclose(row["cka"], cka.debiased(K, L), atol=1e-6)  # they are made in single precision
    np.testing.assert_allclose(row["shuffled_mean"], null.mean(), atol=1e-6)
    np.testing.assert_allclose(row["shuffled_99"], np.quantile(null, 0.99), atol=1e-6)
    np.testing.assert_allclose(row["p"], (1 + (null >= row["cka"]).sum()) / 20)


def test_layers_that_share_their_answers_are_found():
    shared = np.random.default_rng(9).normal(size=(20, 6))
    (row,) = agreement.rows({("a", s, "c"): gram(s, shared, 0.3) for s in (0, 1)}, {}, 19, 0)
    assert row["p"] == 1 / 20
    assert row["cka"] > 0.8


@pytest.mark.parametrize("broken", [None, np.full((20, 20), np.nan), np.full((20, 20), np.inf), np.zeros((20, 20))])
def test_what_has_no_meaning_is_nan(broken):
    rows = agreement.rows({("a", 0, "c"): gram(0), ("a", 1, "c"): broken, ("a", 2, "c"): gram(2)}, {}, 9, 0)
    assert [np.isnan(row["cka"]) for row in rows] == [True, False, True]
    assert [np.isnan(row["p"]) for row in rows] == [True, False, True]


def test_one_run_has_nothing_to_compare():
    assert agreement.rows({("a", 0, "c"): gram(0)}, {("a", 0, "c"): gram(1)}, 9, 0) == []
    assert drawn(agreement.figure([], set(), "t")).std() > 0
    assert drawn(agreement.across_seeds({}, [], "a", "t")).std() > 0


def test_the_matrix_is_symmetric_with_ones_and_what_has_no_value_is_nan():
    values = np.array([[1, 0.2, np.nan], [0.2, 1, np.nan], [np.nan, np.nan, np.nan]])
    entries = [("a", s, "c") for s in range(3)]
    rows = similarity_of(values, entries)
    rows[2]["cka"] = None  # an empty cell
    rows.append(rows[0] | {"state": "untrained", "cka": 0.9})
    found_entries, found = agreement.matrix(rows)
    assert found_entries == entries
    np.testing.assert_array_equal(found, values)


def blocks():
    """Three groups of alike entries, shuffled, and two broken ones in the middle."""
    group = np.array([0, 1, 2, 0, 1, 2, 2, 1, 0, 0])
    values = np.where(group[:, None] == group, 0.9, 0.1)
    np.fill_diagonal(values, 1)
    values[4], values[:, 4] = np.nan, np.nan
    return group, values, [("a", s, "c") for s in range(10)]


def test_alike_entries_stand_side_by_side_and_broken_ones_last():
    group, values, entries = blocks()
    found = agreement.order(entries, values, {("a", 2)})
    assert sorted(found) == list(range(10))
    assert found[-2:].tolist() == [2, 4]
    assert sum(group[i] != group[j] for i, j in pairwise(found[:-2])) == 2


def test_two_entries_and_one_value_missing_are_no_trouble():
    values = np.array([[1, np.nan, 0.5], [np.nan, 1, 0.2], [0.5, 0.2, 1]])
    assert sorted(agreement.order([("a", s, "c") for s in range(3)], values, set())) == [0, 1, 2]
    assert agreement.order([("a", 0, "c"), ("a", 1, "c")], np.ones((2, 2)), set()).tolist() == [0, 1]


def test_the_picture_shows_the_ordered_matrix_with_labels():
    _, values, entries = blocks()
    page = agreement.figure(similarity_of(values, entries), {("a", 2)}, "title")
    axes = page.axes[0]
    order = agreement.order(entries, values, {("a", 2)})
    np.testing.assert_array_equal(axes.images[0].get_array().filled(np.nan), values[np.ix_(order, order)])
    assert axes.images[0].get_clim() == (0, 1)
    labels = axes.get_yticklabels()
    assert labels[-2].get_text() == "a · c · seed 2 (failed)"
    assert [label.get_color() == agreement.FAILED for label in labels] == [False] * 8 + [True, False]
    grey = (np.abs(drawn(page).astype(int) - 200).max(-1) < 3).sum()
    assert grey > 10_000


@pytest.mark.parametrize(("n", "labels"), [(2, 2), (60, 60), (130, 44)])
def test_labels_thin_out(n, labels):
    values = np.random.default_rng(0).uniform(size=(n, n))
    page = agreement.figure(similarity_of(values, [("a", s, "c") for s in range(n)]), set(), "t")
    assert len(page.axes[0].get_yticks()) == labels


def test_the_figure_of_one_architecture_has_a_dot_per_pair_and_state():
    rows = agreement.rows(grams(), grams(), 19, 0)
    profiles = {"trained": {s: np.full(9, 1 / 9) for s in range(3)}}
    page = agreement.across_seeds(profiles, rows, "b", "title")
    drawn(page)
    dots = [group.get_offsets() for group in page.axes[1].collections[:2]]
    assert [len(group) for group in dots] == [2 * 3, 2 * 3]
    mine = [row for row in rows if row["arch_a"] == row["arch_b"] == "b" and row["layer_a"] == row["layer_b"]]
    for state, group in zip(("trained", "untrained"), dots, strict=True):
        expected = [row["cka"] for row in mine if row["state"] == state]
        np.testing.assert_allclose(sorted(group[:, 1]), sorted(expected))
    assert [label.get_text() for label in page.axes[1].get_xticklabels()] == ["conv1", "conv2"]
