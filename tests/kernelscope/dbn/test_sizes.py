import pytest
from small_dbn import SETTINGS

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


@pytest.mark.parametrize(("whiten", "side"), [(False, 19), (True, 39)])
def test_crops_larger_than_the_images_are_refused(whiten, side):
    settings = SETTINGS | {"whiten": whiten}  # the larger crop has 20 pixels, and whitening removes 20
    with pytest.raises(ValueError, match=r"^cdbn\.crops: got 20 pixels, expected at most 19"):
        sizes.check(settings, (side, 99))
    sizes.check(settings, (99, side + 1))
    sizes.check(settings, None)


def test_crops_that_are_too_small_are_refused_for_images_of_any_size():
    with pytest.raises(ValueError, match=r"^cdbn\.kernel_sizes: got 5 for 5 pixels"):
        sizes.check(SETTINGS | {"crops": [5, 20]}, None)
