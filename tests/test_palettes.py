import matplotlib
import numpy as np
import pytest

from kernelscope import palettes


@pytest.mark.parametrize(("colour_map", "step"), [("RdBu_r", 1), ("gray", 1), ("magma", 0)])
def test_colours_are_those_of_matplotlib(colour_map, step):
    theirs = matplotlib.colormaps[colour_map](np.arange(256), bytes=True)[:, :3]
    table = palettes.table(colour_map)
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    assert np.abs(table.astype(int) - theirs).max() <= step


@pytest.mark.parametrize("colour_map", palettes.ANCHORS)
def test_ends_are_the_first_and_the_last_anchor_and_all_between_is_monotone(colour_map):
    table, anchors = palettes.table(colour_map), palettes.ANCHORS[colour_map]
    assert tuple(table[0]) == anchors[0]
    assert tuple(table[-1]) == anchors[-1]
    steps = np.diff(table.astype(int), axis=0)
    turns = np.sign(np.diff(np.array(anchors), axis=0)).T
    for channel, rising in zip(steps.T, turns, strict=True):
        assert set(np.sign(channel)) - {0} == set(rising) - {0}


def test_a_table_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        palettes.table("gray")[0] = 1
