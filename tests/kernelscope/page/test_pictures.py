import numpy as np
import pytest

from kernelscope.page import pictures
from kernelscope.page.pictures import Pictures

RNG = np.random.default_rng(0)


def decoded(largest, codes):
    steps = np.cumsum(np.cumsum(codes.astype(int), -1), -2) % 256
    signed = np.where(steps > 127, steps - 256, steps)
    return np.where(signed == -128, np.nan, signed / 63 * largest[:, None, None, None])


def test_pictures_are_within_a_126th_of_the_largest_value_of_each():
    images = RNG.standard_normal((20, 3, 9, 9)) * np.logspace(-9, 9, 20)[:, None, None, None]
    off = np.abs(decoded(*pictures.encoded(Pictures(images))) - images).max((1, 2, 3)) / np.abs(images).max((1, 2, 3))
    assert (off <= 1.0001 / 126).all()
    assert (off > 1 / 252).all()  # and no more exact than a byte allows


def test_the_bytes_of_a_small_picture():
    """Check 63, 32, 0, -63 steps: 32 - 63 = -31, 0 - 63 = -63, -63 - (0 + 32 - 63) = -32."""
    largest, codes = pictures.encoded(Pictures(np.array([[[[2.0, 1.0], [0.0, -2.0]]]])))
    assert largest.tolist() == [2]
    assert codes.dtype == np.uint8
    assert codes.ravel().tolist() == [63, 256 - 31, 256 - 63, 256 - 32]


def test_images_of_zeros_are_zeros_and_numbers_that_are_not_finite_are_nan():
    strange = np.array([[0, 0], [np.nan, np.inf], [-np.inf, 1], [np.nan, np.nan]], np.float32)[:, None, None]
    back = decoded(*pictures.encoded(Pictures(strange)))
    np.testing.assert_array_equal(back[[0, 1, 3]], [[[[0, 0]]], [[[np.nan, np.nan]]], [[[np.nan, np.nan]]]])
    np.testing.assert_array_equal(back[2].ravel(), [np.nan, 1])


@pytest.mark.parametrize("shape", [(0, 1, 3, 3), (2, 1, 1, 1), (1, 4, 2, 5)])
def test_pictures_of_any_shape_have_a_byte_for_each_pixel(shape):
    largest, codes = pictures.encoded(Pictures(RNG.standard_normal(shape)))
    assert (largest.shape, codes.shape) == (shape[:1], shape)
