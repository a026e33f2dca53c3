import numpy as np
import pytest

from kernelscope.probes import feature_names

KINDS = [("square", "corner"), ("square", "flank"), ("gaussian", "peak")]
CLASSES = ["square", "gaussian", "triangle"]
LABELS = np.array([0, 0, 1, 1, 2, 2])


def maps(*responses):
    """Return feature maps (6, out, 2, 2) of kernels with these largest responses to the six images."""
    maps = np.zeros((6, len(responses), 2, 2), np.float32)
    maps[:, :, 1, 0] = np.transpose(responses)
    return maps


def test_the_name_is_the_best_feature_of_the_class_of_most_top_images_and_the_rank_says_where_others_are_better():
    z = np.array([[1.0, 5.0, 5.0], [2.0, 1.0, 1.0], [3.0, 2.0, 2.0]])
    responses = maps([9, 8, 0, 7, 0, 0], [9, 8, 0, 7, 0, 0], [0, 0, 5, 6, 7, 0])
    label, rank = feature_names.names(z, KINDS, responses, LABELS, CLASSES)
    assert label.tolist() == ["flank, square", "corner, square", "peak, gaussian"]
    assert rank.tolist() == [2, 1, 2]


def test_a_class_without_a_tested_feature_leaves_the_best_of_all_and_a_silent_kernel_has_no_name():
    z = np.array([[1.0, 1, np.nan], [4.0, 4, np.nan], [np.nan, 2, np.nan]])
    responses = maps([0, 0, 5, 5, 1, 0], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0])
    label, rank = feature_names.names(z, KINDS, responses, LABELS, CLASSES)
    assert (label.tolist(), rank.tolist()) == (["flank, square", "", ""], [1, 0, 0])


def test_of_three_classes_that_of_the_best_image_counts_and_images_without_response_do_not():
    assert feature_names.top_classes(maps([1, 0, 3, 0, 2, 0], [0, 0, 0, 0, 0, 0.1]), LABELS) == [1, 2]
    assert feature_names.top_classes(maps([0, 0, 0, 0, 0, 0], [np.nan] * 6), LABELS) == [-1, -1]


@pytest.mark.parametrize(
    ("rank", "words"),
    [
        (1, ""),
        (2, "; only its 2nd best"),
        (3, "; only its 3rd best"),
        (11, "; only its 11th best"),
        (22, "; only its 22nd best"),
    ],
)
def test_the_words_say_where_the_name_is_not_the_best(rank, words):
    assert feature_names.in_words("peak, gaussian", rank) == f"peak, gaussian{words}"
