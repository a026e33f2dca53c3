import numpy as np
import pytest

from kernelscope.data.builder import Spool
from kernelscope.data.preprocessing import View

RNG = np.random.default_rng(0)


def view(colors="gray", normalize="none", invert=False) -> View:
    return View((5, 4), "stretch", colors, "white", invert, normalize)


@pytest.fixture
def frames(tmp_path):
    """Return a function that keeps images; their files are closed after the test."""
    made = []

    def keep(images, view: View) -> Spool:
        made.append(Spool(tmp_path / "scratch", view))
        for image in images:
            made[-1].add(image)
        return made[-1]

    yield keep
    for kept in made:
        kept.file.close()


def images(count, *shape) -> np.ndarray:
    return RNG.integers(0, 65536, (count, *shape)).astype(np.uint16)


@pytest.mark.parametrize(("colors", "shape"), [("gray", (5, 4)), ("rgb", (5, 4, 3))])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_images_come_back_by_their_numbers_in_blocks(frames, colors, shape, size):
    some = images(11, *shape)
    kept = frames(some, view(colors))
    for numbers in (np.arange(11), np.array([7, 0, 7, 10, 3]), np.array([], int)):
        result = list(kept.chunks(numbers, size))
        assert all(len(block) == size for block in result[:-1])
        expected = np.rint(some[numbers] / 257).astype(np.uint8)
        assert np.array_equal(np.concatenate([np.zeros((0, *shape), np.uint8), *result]), expected)


def test_images_that_lie_in_memory_in_another_order_are_kept_as_they_look(frames):
    some = [images(1, 4, 5)[0].T, images(1, 5, 8)[0][:, ::2], images(1, 5, 4)[0].astype(">u2")]
    (result,) = frames(some, view()).chunks(np.arange(3), 9)
    assert np.array_equal(result, np.rint(np.stack(some) / 257).astype(np.uint8))


def test_levels_are_counted_where_the_dataset_is_normalized(frames):
    some = images(30, 5, 4) // 8 + 20_000
    kept = frames(some, view(normalize="dataset"))
    assert np.array_equal(np.flatnonzero(kept.levels), np.unique(some))
    assert kept.levels.sum() == some.size
    result = np.concatenate(list(kept.chunks(np.arange(30), 7)))
    assert (result.min(), result.max()) == (0, 255)
    inverted = frames(some, view(normalize="dataset", invert=True))
    assert np.array_equal(np.concatenate(list(inverted.chunks(np.arange(30), 30))), 255 - result)
    assert not frames(some, view()).levels.any()


def test_nobody_sees_the_file(frames, tmp_path):
    frames(images(3, 5, 4), view())
    assert list((tmp_path / "scratch").iterdir()) == []
