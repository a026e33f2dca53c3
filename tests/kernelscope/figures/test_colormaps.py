"""Color maps are those of matplotlib, and one limit holds for a whole run."""

import matplotlib
import numpy as np
import pytest

from kernelscope.figures import colormaps


@pytest.mark.parametrize(("colormap", "step"), [("RdBu_r", 1), ("gray", 1), ("magma", 0)])
def test_colors_are_those_of_matplotlib(colormap, step):
    expected = matplotlib.colormaps[colormap](np.arange(256), bytes=True)[:, :3]
    table = colormaps.table(colormap)
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    assert np.abs(table.astype(int) - expected).max() <= step


@pytest.mark.parametrize("colormap", colormaps.ANCHORS)
def test_ends_are_the_first_and_the_last_anchor_and_all_between_is_monotone(colormap):
    table, anchors = colormaps.table(colormap), colormaps.ANCHORS[colormap]
    assert tuple(table[0]) == anchors[0]
    assert tuple(table[-1]) == anchors[-1]
    steps = np.diff(table.astype(int), axis=0)
    turns = np.sign(np.diff(np.array(anchors), axis=0)).T
    for channel, rising in zip(steps.T, turns, strict=True):
        assert set(np.sign(channel)) - {0} == set(rising) - {0}


def test_a_table_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        colormaps.table("gray")[0] = 1


def test_the_limit_is_the_point_that_995_of_1000_weights_stay_below():
    values = np.random.default_rng(0).permutation(np.arange(1001.0)) * np.random.default_rng(1).choice([-1, 1], 1001)
    assert colormaps.limit(values) == 995
    assert colormaps.limit(np.append(values, [np.nan, np.inf, -np.inf])) == 995
    assert colormaps.limit(values.reshape(7, 11, 13)) == 995


def test_a_bank_of_zeros_has_the_limit_1():
    assert colormaps.limit(np.zeros((2, 3, 1, 5, 5))) == 1
