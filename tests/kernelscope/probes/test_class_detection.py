import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from kernelscope.probes import class_detection


def test_the_area_under_the_precision_recall_curve_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    scores, positive = rng.normal(size=(40, 3)), rng.random(40) < 0.3
    expected = [average_precision_score(positive, scores[:, unit]) for unit in range(3)]
    np.testing.assert_allclose(class_detection.average_precision(scores, positive), expected)


def test_equal_scores_are_one_threshold_whatever_the_order_of_the_images():
    rng = np.random.default_rng(1)
    scores, positive = np.round(rng.normal(size=(40, 4)) * [1, 1, 2, 0]), np.arange(40) < 12
    expected = [average_precision_score(positive, scores[:, unit]) for unit in range(4)]
    np.testing.assert_allclose(class_detection.average_precision(scores, positive), expected)
    assert expected[3] == positive.mean()


def test_the_class_is_certain_where_a_unit_is_on_for_one_alone():
    labels = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    active = np.array([labels == 2, labels < 2, labels >= 0, labels > 3]).T
    np.testing.assert_allclose(class_detection.conditional_entropy(active, labels, 4), [0, 1, 2, np.nan])


def test_units_that_tell_classes_beat_shuffled_labels_and_noise_does_not():
    rng, labels = np.random.default_rng(0), np.arange(80) % 4
    noise = rng.normal(size=(80, 5))
    for scores, detected in ((noise + 4 * (labels == 1)[:, None], True), (noise, False)):
        result = class_detection.tested(
            lambda shuffled, scores=scores: class_detection.average_precision(scores, shuffled == 1), labels, True, 99
        )
        assert (result["p"] <= 0.05) == detected
        assert result["null_mean"] == pytest.approx(0.28, abs=0.05)
    active = np.stack([labels == 1, labels == 2], 1)
    result = class_detection.tested(
        lambda shuffled: class_detection.conditional_entropy(active, shuffled, 4), labels, False, 99
    )
    assert (result["mean"], result["p"]) == (0, 0.01)


def test_units_that_are_never_on_have_no_value():
    silent = np.zeros((8, 2), bool)
    result = class_detection.tested(
        lambda shuffled: class_detection.conditional_entropy(silent, shuffled, 2), np.arange(8) % 2, False, 20
    )
    assert np.isnan(result["mean"])
    assert np.isnan(result["p"])
    assert (result["reason"], result["smallest_p"]) == ("no unit is ever on", 1 / 21)
