"""Images in NPY and NPZ files of their own."""

import io

import numpy as np
import pytest

from kernelscope.data.decoding import decoded
from kernelscope.data.planes import Choice, NotAnImageError, Planes

RNG = np.random.default_rng(0)


def saved(array, packed=False, **others) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, image=array, **others) if packed else np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dtype", ["u1", "u2", ">u2", "f4", "f8"])
@pytest.mark.parametrize("channels", [0, 1, 2, 3, 4, 9])
def test_an_array_is_the_image_that_is_in_it(packed, dtype, channels):
    whole = RNG.integers(0, 256, (12, 10, channels) if channels else (12, 10)).astype(dtype)
    whole[0, 0] = 255
    image, size, *_ = decoded(saved(whole, packed))
    assert size == (12, 10)
    white = 65535 if dtype[-2:] == "u2" else 255
    if isinstance(image, Planes):
        np.testing.assert_allclose(image.levels.transpose(1, 2, 0) * white, whole, atol=1e-2)
        assert image.names == tuple(range(channels))
    else:
        found = np.asarray(image) * (white if image.mode == "F" else 1)
        np.testing.assert_allclose(found, whole.reshape(found.shape), atol=1e-2)
        assert channels < 2 or (channels, dtype) == (3, "u1")


def test_channels_of_an_array_can_be_chosen():
    whole = RNG.integers(0, 256, (12, 10, 4), np.uint8)
    found = decoded(saved(whole), 0, Choice(None, (3, 0)))
    np.testing.assert_array_equal(np.rint(found.image.levels * 255), whole[..., [3, 0]].transpose(2, 0, 1))
    assert found.left_out == 2


BAD = {
    "flat": (saved(np.zeros(12)), "an array of float64 of shape (12,) instead of numbers (h, w) or (h, w, channels)"),
    "channels first": (saved(np.zeros((3, 12, 10))), "channels have to come last, as in np.moveaxis(array, 0, -1)"),
    "complex": (saved(np.zeros((12, 10), complex)), "an array of complex128"),
    "words": (saved(np.full((12, 10), "a")), "an array of <U1"),
    "nothing": (saved(np.zeros((0, 10))), "of shape (0, 10)"),
    "two arrays": (saved(np.zeros((12, 10)), True, mask=np.zeros(3)), "an archive of 2 files instead of a single"),
    "objects": (b"", "an empty file"),
    "cut": (
        saved(np.zeros((12, 10)))[:-8],
        "a file that cannot be read (its size differs from the size in its header)",
    ),
    "not finite": (saved(np.full((12, 10), np.nan)), "pixels that are not finite numbers"),
}


@pytest.mark.parametrize("case", BAD)
def test_an_array_that_is_no_image_is_refused_in_a_line(case):
    data, words = BAD[case]
    with pytest.raises(NotAnImageError) as error:
        decoded(data)
    assert words in str(error.value)


def test_pickled_objects_are_never_loaded():
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}] * 3, object), allow_pickle=True)
    with pytest.raises(NotAnImageError, match="cannot be read"):
        decoded(file.getvalue())
