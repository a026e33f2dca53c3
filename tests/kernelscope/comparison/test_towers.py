"""The color of kernels, and whether two towers differ in it more than under permuted kernels."""

import numpy as np
import pytest

from kernelscope.comparison import towers

RNG = np.random.default_rng(0)
PLANE = RNG.normal(size=(5, 5))


def kernel(*channels):
    return np.stack([weight * PLANE for weight in channels])[None]


@pytest.mark.parametrize(
    ("channels", "index"),
    [((1, 1, 1), 0), ((1, -1, 0), 1), ((1, 0, 0), 2 / 3), ((2, 1, 0), 1 - 1 / (5 / 3)), ((1, 1, -2), 1)],
)
def test_the_color_index_of_a_plane_in_some_channels(channels, index):
    assert towers.color_index(kernel(*channels))[0] == pytest.approx(index)
    assert towers.color_index(100 * kernel(*channels))[0] == pytest.approx(index)


def test_a_kernel_of_zeros_has_no_color():
    assert np.isnan(towers.color_index(np.zeros((1, 3, 5, 5)))[0])


def test_specialization_is_the_difference_of_the_means():
    index = np.array([0.1, 0.3, 0.8, 0.6])
    assert towers.specialization(index, towers.halves(4)) == pytest.approx(0.5)
    assert np.isnan(towers.specialization(index, np.zeros(4, bool)))


def test_two_towers_that_differ_in_all_kernels_have_the_smallest_p_that_there_is():
    index = np.r_[np.linspace(0, 0.2, 12), np.linspace(0.8, 1, 12)]
    difference, mean, top, p = towers.tested(index, towers.halves(24), 0)
    assert difference == pytest.approx(0.8)
    assert 0 < mean < top < difference
    assert p == 1 / (1 + towers.N_RESAMPLES)


def test_p_of_four_kernels_is_that_of_all_ways_to_deal_them():
    """Two of the six permutations of 0, 0, 1, 1 over two towers separate the values."""
    p = towers.tested(np.array([0.0, 0.0, 1.0, 1.0]), towers.halves(4), 0)[3]
    assert p == pytest.approx(1 / 3, abs=0.02)


def test_p_is_uniform_for_towers_that_do_not_differ(monkeypatch):
    monkeypatch.setattr(towers, "N_RESAMPLES", 199)
    p = np.array([towers.tested(RNG.random(20), towers.halves(20), seed)[3] for seed in range(200)])
    for level in (0.1, 0.5, 0.9):
        assert (p <= level).mean() == pytest.approx(level, abs=0.11)


def trained(color_1, color_2, count=12):
    """Return kernels (2 count, 3, 5, 5): smooth bars, with these weights on red, green and blue in towers 1 and 2."""
    bars = np.stack([np.sin(np.arange(5) + phase)[:, None] * np.ones(5) for phase in np.linspace(0, 3, count)])
    return np.concatenate([np.stack([weight * bars for weight in color], 1) for color in (color_1, color_2)])


def test_a_row_names_the_colored_tower_and_leaves_dead_kernels_out():
    last = trained((1, 1, 1), (1, -1, 0.2))
    first = RNG.uniform(-0.1, 0.1, last.shape)
    responses = np.ones(24)
    responses[:3] = 0
    row = towers.row(7, "", 0.9, first, last, responses)
    assert set(row) == set(towers.COLUMNS) - {"p_holm"}
    assert (row["kernels"], row["alive"], row["colored_tower"]) == (24, 21, 2)
    assert row["color_1"] == pytest.approx(0, abs=1e-12) and row["color_2"] > 0.9
    assert row["p"] < 0.001 < 0.05 < row["untrained_p"]
    assert row["oriented"] == 1 > row["oriented_null"]


@pytest.mark.parametrize(
    ("sizes", "smallest"), [((2, 2), 2 / 6), ((1, 2), 1 / 3), ((1, 1), 1), ((48, 48), 1e-4), ((0, 3), None)]
)
def test_the_smallest_p_of_two_towers(sizes, smallest):
    p = towers.smallest_p(np.repeat([False, True], sizes))
    assert np.isnan(p) if smallest is None else p == pytest.approx(smallest)


def test_a_row_without_kernels_alive_is_empty_and_no_error():
    last = trained((1, 1, 1), (1, -1, 0))
    row = towers.row(0, "dead network", 0.1, last, last, np.zeros(24))
    assert row["reason"] == "a part has no living kernel"
    assert row["colored_tower"] is None and np.isnan(row["p"]) and np.isnan(row["color_1"])


def test_of_gray_images_the_color_is_unknown():
    last = trained((1,), (1,))
    row = towers.row(0, "", 0.9, last, last, np.ones(24))
    assert row["reason"] == "the kernels have one channel, and so no color"
    assert row["colored_tower"] is None and np.isnan(row["p"]) and np.isnan(row["untrained_p"])
    assert row["oriented"] == 1
