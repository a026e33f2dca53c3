from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from tiers import rows

from kernelscope.comparison import cka_matrix, cka_table
from kernelscope.figures import similarity, styling


def similarity_of(values, entries):
    pairs = combinations(range(len(entries)), 2)
    keys = cka_table.COLUMNS[1:7]
    return [
        {"state": "trained"} | dict(zip(keys, (*entries[i], *entries[j]), strict=True)) | {"cka": values[i, j]}
        for i, j in pairs
    ]


def drawn(page):
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def test_nothing_to_compare_is_said():
    assert drawn(similarity.figure([], set(), "t")).std() > 0


def test_the_matrix_is_symmetric_with_ones_and_what_has_no_value_is_nan():
    values = np.array([[1, 0.2, np.nan], [0.2, 1, np.nan], [np.nan, np.nan, np.nan]])
    entries = [("a", s, "c") for s in range(3)]
    rows = similarity_of(values, entries)
    rows[2]["cka"] = None  # an empty cell
    rows.append(rows[0] | {"state": "untrained", "cka": 0.9})
    drawn_entries, matrix = cka_matrix.matrix(rows)
    assert drawn_entries == entries
    np.testing.assert_array_equal(matrix, values)


def blocks():
    """Return three groups of similar entries, shuffled, and two broken entries in the middle."""
    group = np.array([0, 1, 2, 0, 1, 2, 2, 1, 0, 0])
    values = np.where(group[:, None] == group, 0.9, 0.1)
    np.fill_diagonal(values, 1)
    values[4], values[:, 4] = np.nan, np.nan
    return group, values, [("a", s, "c") for s in range(10)]


def test_alike_entries_stand_side_by_side_and_broken_ones_last():
    group, values, entries = blocks()
    order = cka_matrix.order(entries, values, {("a", 2)})
    assert sorted(order) == list(range(10))
    assert order[-2:].tolist() == [2, 4]
    assert sum(group[i] != group[j] for i, j in pairwise(order[:-2])) == 2


def test_two_entries_and_one_value_missing_are_no_trouble():
    values = np.array([[1, np.nan, 0.5], [np.nan, 1, 0.2], [0.5, 0.2, 1]])
    assert sorted(cka_matrix.order([("a", s, "c") for s in range(3)], values, set())) == [0, 1, 2]
    assert cka_matrix.order([("a", 0, "c"), ("a", 1, "c")], np.ones((2, 2)), set()).tolist() == [0, 1]


def test_the_picture_shows_the_ordered_matrix_with_labels():
    _, values, entries = blocks()
    page = similarity.figure(similarity_of(values, entries), {("a", 2)}, "title")
    axes = page.axes[0]
    order = cka_matrix.order(entries, values, {("a", 2)})
    np.testing.assert_array_equal(axes.images[0].get_array().filled(np.nan), values[np.ix_(order, order)])
    assert axes.images[0].get_clim() == (0, 1)
    labels = axes.get_yticklabels()
    assert [label.get_text() for label in labels] == ["a · c · 8 seeds", "a · c · seed 2 (failed)", "a · c · seed 4"]
    assert axes.get_yticks().tolist() == [3.5, 8, 9]
    assert [label.get_color() == similarity.FAILED for label in labels] == [False, True, False]
    gray = (np.abs(drawn(page).astype(int) - 200).max(-1) < 3).sum()
    assert gray > 10_000


def test_neighbors_of_one_layer_share_a_name():
    entries = [("a", 3, "c"), ("a", 1, "c"), ("a", 1, "d"), ("b", 1, "d"), ("b", 2, "d"), ("a", 0, "c")]
    assert cka_matrix.names(entries, {("b", 2)}) == [
        (0, 1, "a · c · seeds 3, 1"),
        (2, 2, "a · d · seed 1"),
        (3, 3, "b · d · seed 1"),
        (4, 4, "b · d · seed 2 (failed)"),
        (5, 5, "a · c · seed 0"),
    ]


@pytest.mark.parametrize(("n", "labels"), [(2, 2), (24, 24), (130, 22)])
def test_labels_thin_out(n, labels):
    values = np.random.default_rng(0).uniform(size=(n, n))
    page = similarity.figure(similarity_of(values, [(f"a{i}", 0, "c") for i in range(n)]), set(), "t")
    assert len(page.axes[0].get_yticks()) == labels


def test_cells_have_the_mean_of_every_two_groups():
    values = np.array([[1, 0.8, 0.3], [0.8, 1, 0.5], [0.3, 0.5, 1]])
    entries = [("a", 0, "c"), ("a", 1, "c"), ("b", 0, "c")]
    axes = similarity.figure(similarity_of(values, entries), set(), "t").axes[0]
    written = {tuple(text.get_position()): text.get_text() for text in axes.texts}
    first, last = (0.5, 2) if (0.5, 0.5) in written else (1.5, 0)  # either group may come first
    assert written == {
        **{(first, first): "0.80", (last, last): "1.00"},
        **{(first, last): "0.40", (last, first): "0.40"},
    }


@pytest.mark.parametrize("use", rows(styling.USES, "slide"))
def test_no_label_is_cut_off_or_lies_on_another(use):
    entries = [(f"an_architecture_with_a_long_name_{i % 9}", i, "conv1") for i in range(48)]
    page = styling.fitted(
        similarity.figure(similarity_of(np.full((48, 48), 0.5), entries), set(), "title"), styling.USES[use]
    )
    drawn(page)
    boxes = [label.get_window_extent() for label in page.axes[0].get_yticklabels()]
    assert all(box.x0 > 0 for box in boxes)
    heights = sorted((box.y0, box.y1) for box in boxes)
    assert all(upper[0] > lower[1] - 2 for lower, upper in pairwise(heights))
