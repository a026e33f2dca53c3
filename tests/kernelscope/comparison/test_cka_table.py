import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kernelscope.comparison import cka_table
from kernelscope.figures import seeds
from kernelscope.measures import cka


def gram(seed, shared=None, noise=1.0, images=20):
    features = np.random.default_rng(seed).normal(size=(images, 6))
    return cka.gram(features if shared is None else shared + noise * features)


def grams(seeds=(0, 1, 2), archs=("a", "b"), layers=("conv1", "conv2")):
    return {(arch, s, layer): gram(hash_of(arch, s, layer)) for arch in archs for s in seeds for layer in layers}


def hash_of(arch, seed, layer):
    return [ord(arch), seed, int(layer[-1])]


def drawn(page):
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def test_all_trained_pairs_and_untrained_pairs_of_one_layer_or_two_architectures_have_rows():
    rows = cka_table.rows(grams(), grams(), 9, 0)
    assert all(tuple(row) == cka_table.COLUMNS for row in rows)
    assert sum(row["state"] == "trained" for row in rows) == 12 * 11 / 2
    untrained = [row for row in rows if row["state"] == "untrained"]
    same = [row for row in untrained if row["arch_a"] == row["arch_b"]]
    assert len(same) == 4 * 3
    assert all(row["layer_a"] == row["layer_b"] for row in same)
    assert len(untrained) - len(same) == 6 * 6
    assert cka_table.rows(grams(), grams(), 9, 0) == rows


def test_the_numbers_are_those_of_cka_and_its_shuffled_images():
    K, L = gram(0), gram(1)
    (row,) = cka_table.rows({("a", 0, "c"): K, ("a", 1, "c"): L}, {}, 19, 5)
    null = cka.shuffled(K, L, 19, 5)
    np.testing.assert_allclose(row["cka"], cka.debiased(K, L), atol=1e-6)  # the table is computed in single precision
    np.testing.assert_allclose(row["shuffled_mean"], null.mean(), atol=1e-6)
    np.testing.assert_allclose(row["shuffled_99"], np.quantile(null, 0.99), atol=1e-6)
    np.testing.assert_allclose(row["p"], (1 + (null >= row["cka"]).sum()) / 20)


def test_crossed_rows_have_a_trained_layer_and_the_same_untrained_layer_of_another_seed():
    trained, untrained = grams(), {key: gram([*hash_of(*key), 5]) for key in grams()}
    rows = [row for row in cka_table.rows(trained, untrained, 9, 0, crossed=True) if row["state"] == cka_table.CROSSED]
    assert len(rows) == 4 * 3 * 2
    row = rows[0]
    assert (row["arch_a"], row["layer_a"]) == (row["arch_b"], row["layer_b"])
    expected = cka.debiased(
        *(
            state[tuple(row[f"{name}_{end}"] for name in ("arch", "seed", "layer"))]
            for state, end in ((trained, "a"), (untrained, "b"))
        )
    )
    np.testing.assert_allclose(row["cka"], expected, atol=1e-6)


def test_layers_that_share_their_answers_are_found():
    shared = np.random.default_rng(9).normal(size=(20, 6))
    (row,) = cka_table.rows({("a", s, "c"): gram(s, shared, 0.3) for s in (0, 1)}, {}, 19, 0)
    assert row["p"] == 1 / 20
    assert row["cka"] > 0.8


@pytest.mark.parametrize("broken", [None, np.full((20, 20), np.nan), np.full((20, 20), np.inf), np.zeros((20, 20))])
def test_what_has_no_meaning_is_nan(broken):
    rows = cka_table.rows({("a", 0, "c"): gram(0), ("a", 1, "c"): broken, ("a", 2, "c"): gram(2)}, {}, 9, 0)
    assert [np.isnan(row["cka"]) for row in rows] == [True, False, True]
    assert [np.isnan(row["p"]) for row in rows] == [True, False, True]
    assert [bool(row["reason"]) for row in rows] == [True, False, True]


def test_one_run_has_nothing_to_compare():
    assert cka_table.rows({("a", 0, "c"): gram(0)}, {("a", 0, "c"): gram(1)}, 9, 0) == []
    assert drawn(seeds.across_seeds({}, [], "a", "t")).std() > 0


def test_the_figure_of_one_architecture_has_a_dot_per_pair_and_state():
    rows = cka_table.rows(grams(), grams(), 19, 0, crossed=True)
    profiles = {"trained": {s: np.full(9, 1 / 9) for s in range(3)}}
    page = seeds.across_seeds(profiles, rows, "b", "title")
    drawn(page)
    dots = [group.get_offsets() for group in page.axes[1].collections[:2]]
    assert [len(group) for group in dots] == [2 * 3, 2 * 3]
    same_layer = [row for row in rows if row["arch_a"] == row["arch_b"] == "b" and row["layer_a"] == row["layer_b"]]
    for state, group in zip(("trained", "untrained"), dots, strict=True):
        expected = [row["cka"] for row in same_layer if row["state"] == state]
        np.testing.assert_allclose(sorted(group[:, 1]), sorted(expected))
    assert [label.get_text() for label in page.axes[1].get_xticklabels()] == ["conv1", "conv2"]
