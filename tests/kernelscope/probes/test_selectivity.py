import numpy as np
import pytest
from scipy.stats import false_discovery_control, kstest

from kernelscope.io.csv_files import write_csv
from kernelscope.models import responses as models_responses
from kernelscope.models.layer_lists import GLOBAL_MAX_POOL, RELU, conv, linear
from kernelscope.probes import selectivity

LABELS = np.arange(60) % 3


def values_of(kernels, seed=0, labels=LABELS):
    return np.random.default_rng(seed).gamma(0.5, size=(len(labels), kernels))


def by_loops(values, labels, classes):
    """Return the class selectivity of Morcos et al. (2018), kernel by kernel."""
    result = []
    for kernel in values.T:
        means = [np.mean(kernel[labels == c]) for c in range(classes) if (labels == c).any()]
        best = max(means)
        others = sorted(means)[:-1]
        rest = sum(others) / len(others)
        result.append((best - rest) / (best + rest))
    return result


@pytest.mark.parametrize("labels", [LABELS, np.repeat([0, 1, 3, 4], (5, 1, 30, 24))])
def test_selectivity_is_that_of_loops(labels):
    values = values_of(9)
    means = selectivity.class_means(values, labels, 5)
    assert means.shape == (5, 9)
    for c in range(5):
        expected = values[labels == c].mean(0) if (labels == c).any() else np.full(9, np.nan)
        np.testing.assert_allclose(means[c], expected)
    np.testing.assert_allclose(selectivity.selectivity(means), by_loops(values, labels, 5), atol=1e-12)


def test_class_means_of_many_orders_at_once_are_those_of_each():
    values, orders = values_of(4), np.random.default_rng(1).permuted(np.tile(LABELS, (6, 1)), axis=1)
    together = selectivity.class_means(values, orders, 3)
    for means, order in zip(together, orders, strict=True):
        np.testing.assert_allclose(means, selectivity.class_means(values, order, 3))


def test_a_kernel_for_one_class_has_1_and_one_for_all_has_0():
    means = np.array([[2.0, 5, 0, 1], [0, 5, 0, 1], [0, 5, 0, 0]])
    np.testing.assert_allclose(selectivity.selectivity(means), [1, 0, np.nan, 1 / 3])


def test_what_has_no_meaning_is_nan():
    means = np.array([[1.0, -1, np.inf], [2, 3, 1]])
    np.testing.assert_array_equal(np.isnan(selectivity.selectivity(means)), [False, True, True])
    assert np.isnan(selectivity.selectivity(np.array([[1.0, 2], [np.nan, np.nan]]))).all()


def test_p_is_uniform_under_the_null():
    p = [selectivity.tested(values_of(50, seed), LABELS, 3, 199, seed)["p"] for seed in range(20)]
    assert np.size(p) == 1000
    # p is a multiple of 1 / 200; spread evenly over its step, it is uniform from 0 to 1
    spread = np.ravel(p) - np.random.default_rng(0).random(1000) / 200
    assert kstest(spread, "uniform").pvalue > 0.01
    assert 0.035 < np.mean(np.ravel(p) <= 0.05) < 0.065


def test_a_planted_class_is_found_and_the_null_is_that_of_permuted_labels():
    values = values_of(6)
    values[LABELS == 2, 4] += 3
    columns = selectivity.tested(values, LABELS, 3, 999, 0)
    assert (columns["class"][4], columns["p"][4]) == (2, 0.001)
    np.testing.assert_allclose(columns["p_corrected"], false_discovery_control(columns["p"]))
    rng = np.random.default_rng(7)
    null = np.array([by_loops(values, rng.permutation(LABELS), 3) for _ in range(400)])
    np.testing.assert_allclose(columns["null_mean"], null.mean(0), rtol=0.1)
    np.testing.assert_allclose(columns["null_99"], np.quantile(null, 0.99, axis=0), rtol=0.2)


def test_a_kernel_that_speaks_once_is_as_selective_under_any_labels():
    values = np.zeros((60, 1))
    values[17] = 0.3
    columns = selectivity.tested(values, LABELS, 3, 99, 0)
    assert (columns["selectivity"][0], columns["null_mean"][0], columns["p"][0], columns["class"][0]) == (
        1,
        1,
        1,
        17 % 3,
    )


def test_a_silent_kernel_has_no_numbers_and_leaves_the_others_theirs():
    values = values_of(5)
    alone = selectivity.tested(values, LABELS, 3, 99, 0)
    worse = np.concatenate([values, np.zeros((60, 1)), np.full((60, 1), np.nan), -values[:, :1]], 1)
    columns = selectivity.tested(worse, LABELS, 3, 99, 0)
    assert columns["class"][5:].tolist() == [-1] * 3
    for column, array in columns.items():
        np.testing.assert_allclose(array[:5], alone[column])
        assert column == "class" or np.isnan(array[5:]).all()


def test_an_absent_class_is_never_the_best_and_one_class_alone_has_none():
    columns = selectivity.tested(values_of(8), np.where(LABELS == 1, 0, LABELS), 4, 99, 0)
    assert set(columns["class"]) <= {0, 2}
    assert np.isfinite(columns["p"]).all()
    columns = selectivity.tested(values_of(8), np.zeros(60, int), 3, 99, 0)
    assert np.isnan(columns["p_corrected"]).all()


def test_portions_change_nothing(monkeypatch):
    whole = selectivity.tested(values_of(4), LABELS, 3, 50, 3)
    monkeypatch.setattr(selectivity, "AT_ONCE", 1000)
    for column, array in selectivity.tested(values_of(4), LABELS, 3, 50, 3).items():
        np.testing.assert_allclose(array, whole[column])


def test_rows_of_a_network(tmp_path):
    layers = [conv("conv1", 4, 1), RELU, GLOBAL_MAX_POOL, linear("output", None)]
    weights = {"conv1.weight": np.eye(4, 3, dtype=np.float32)[:, :, None, None], "conv1.bias": np.zeros(4, np.float32)}
    images = np.zeros((60, 5, 5, 3), np.uint8)
    images[np.arange(60), 2, 3, LABELS] = 255
    responses = models_responses.responses(layers, weights, images)
    rows, again = (selectivity.selectivities(responses, LABELS, ["red", "green", "blue"], 99) for _ in range(2))
    assert str(rows) == str(again)
    assert [(row["kernel"], row["response"]) for row in rows] == [(k, r) for k in range(4) for r in ("mean", "largest")]
    assert [row["class"] for row in rows] == ["red"] * 2 + ["green"] * 2 + ["blue"] * 2 + [None] * 2
    assert [row["selectivity"] for row in rows[:6]] == [1] * 6
    np.testing.assert_allclose([row["p_corrected"] for row in rows[:6]], 0.01)
    assert {row["reason"] for row in rows[:6]} == {""}
    write_csv(tmp_path / "t.csv", selectivity.COLUMNS, rows)
    assert (tmp_path / "t.csv").read_text().splitlines()[-1] == f'conv1,3,largest,,,,,,,"{selectivity.UNDEFINED}"'


def test_responses_are_over_all_positions_of_every_layer():
    rng = np.random.default_rng(0)
    maps = {name: rng.normal(size=(7, out, 4, 5)).astype(np.float32) for name, out in (("conv1", 3), ("conv2", 2))}
    by_kind = selectivity.response_kinds(maps)
    assert list(by_kind) == list(maps)
    for name, kinds in by_kind.items():
        for image, kernel in np.ndindex(kinds["mean"].shape):
            plane = maps[name][image, kernel].astype(float)
            np.testing.assert_allclose(kinds["mean"][image, kernel], sum(plane.flat) / 20)
            assert kinds["largest"][image, kernel] == max(plane.flat)
