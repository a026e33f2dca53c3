import numpy as np
import pytest

from kernelscope.page import dataset_payload

LABELS = np.array([1, 0, 1, 1, 0, 1, 1, 2, 1])


def test_the_first_images_of_each_class_come_first_then_the_best_of_all_kernels():
    """Choose classes 0, 1 and 2 at 1 4, 0 2 3 5 and 7, then rank by rank over the kernels of all layers and runs."""
    tops = [np.array([[8, 6, 2]]), np.array([[6, 3, 9], [10, 8, 11]])]
    chosen = dataset_payload.chosen(LABELS, tops, pixels=1)
    assert chosen.tolist() == [1, 4, 0, 2, 3, 5, 7, 8, 6, 10, 9, 11]


@pytest.mark.parametrize(("pixels", "number"), [(4_000_000 // 3, 3), (4_000_001, 0), (1, 7)])
def test_the_number_of_images_is_limited_by_their_pixels(pixels, number):
    chosen = dataset_payload.chosen(LABELS, [], pixels)
    assert chosen.tolist() == [1, 4, 0, 2, 3, 5, 7][:number]


def test_every_image_has_its_class_and_truth():
    numbers, names, truths = np.array([7, 1]), ["a", "b", "<c>"], {7: {"index": 7, "width": 0.5, "noise": None}}
    assert dataset_payload.content(numbers, LABELS, names, truths, ["width", "noise"]) == {
        "images": [
            {"split": "test", "index": 7, "class": "<c>", "label": 2, "truth": {"width": 0.5, "noise": None}},
            {"split": "test", "index": 1, "class": "a", "label": 0, "truth": {}},
        ],
        "columns": ["width", "noise"],
    }


def test_only_channels_that_are_not_red_green_and_blue_have_a_palette():
    assert dataset_payload.palette((), None) == dataset_payload.palette((3,), None) == {}
    assert dataset_payload.palette((2,), None) == {"palette": [[1, 0, 0], [0, 1, 0]]}
    assert dataset_payload.palette((3,), ["cyan", "gray", "black"]) == {"palette": [[0, 1, 1], [1, 1, 1], [0, 0, 0]]}
