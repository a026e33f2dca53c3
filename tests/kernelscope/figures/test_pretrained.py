import numpy as np

from kernelscope.figures import pretrained, raster
from kernelscope.figures.pretrained import Run, sheet
from kernelscope.measures import kernels

RNG = np.random.default_rng(0)


def bank(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def drawn(*runs):
    return sheet(list(runs), "title", "zero", ["note"], "RdBu_r")


def test_a_line_shows_every_kernel_on_its_own_scale():
    two = bank(2, 1, 5, 5)
    two[1] /= 1000
    line = pretrained.line(two, 4, "RdBu_r")
    assert line.shape == (22, 22 + 5 + 22, 3)
    for i, left in enumerate((1, 28)):
        tile = raster.signed(two[i, 0], raster.largest(two[i]), "RdBu_r")
        np.testing.assert_array_equal(line[1:21:4, left : left + 20 : 4], tile)


def test_a_run_is_three_lines_and_the_last_is_the_estimated_change():
    before, after = bank(2, 1, 5, 5), bank(2, 1, 5, 5)
    block = pretrained.block(Run("a", "epoch 1", before, after), 4, "RdBu_r")
    change = pretrained.line(kernels.change(after, before, np.nan), 4, "RdBu_r")
    np.testing.assert_array_equal(block[-22:, : change.shape[1]], change)


def test_a_state_that_was_not_published_leaves_words():
    after = bank(4, 1, 9, 9)
    whole = pretrained.block(Run("a", "epoch 1", after, after), 6, "RdBu_r")
    half = pretrained.block(Run("a", "epoch 1", None, after), 6, "RdBu_r")
    assert half.shape == whole.shape
    line = 9 * 6 + 2
    assert (half[-line:] != 255).any()
    assert (np.ptp(half[-line:].astype(int), axis=-1) == 0).all()  # black and gray on white, no kernel


def test_runs_of_other_numbers_sizes_and_channels_fit_on_a_sheet():
    first = Run("a", "epoch 1", bank(5, 1, 20, 20), bank(5, 1, 20, 20))
    other = Run("b", "trained", None, bank(40, 3, 7, 7))
    assert drawn(first, first).shape[1] <= pretrained.WIDEST + 200
    assert drawn(first, other).shape[2] == 3
