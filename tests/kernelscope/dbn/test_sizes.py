import pytest

from kernelscope.dbn import sizes


def test_whole_blocks_are_cut_and_pooled():
    assert sizes.fitted(69, 10, 2) == 69
    assert sizes.fitted(30, 8, 2) == 29
    assert sizes.pooled_sides(69, [10, 8, 6], 2) == [30, 11, 3]


def test_too_little_of_an_image_is_named():
    with pytest.raises(
        ValueError,
        match="got 10 for 10 pixels or units, expected at least 11 pixels or units for kernels of 10 in blocks of 2",
    ):
        sizes.fitted(10, 10, 2)
    with pytest.raises(ValueError, match=r"^cdbn\.crops: got 70 pixels, expected at most 69"):
        sizes.check([10, 70], 69)
