"""Labels of failed trainings, from one history per way to fail."""

import math

import pytest

from kernelscope.training import failures

CONSTANT = 1.0


def history(losses: list[float], accuracies: list[float] | None = None) -> list[dict]:
    accuracies = accuracies or [0.5] * len(losses)
    return [{"train_loss": loss, "test_accuracy": a} for loss, a in zip(losses, accuracies, strict=True)]


GOOD = history([1.1, 0.4, 0.1], [0.33, 0.8, 0.99])


def test_a_run_that_learns_has_no_label():
    assert failures.failure(GOOD, CONSTANT, [], []) == ""


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_loss_that_is_not_finite_is_named_wherever_it_is(value, place):
    losses = [1.1, 0.4, 0.1]
    losses[place] = value
    assert failures.failure(history(losses), CONSTANT, [], []) == "non-finite loss"


def test_a_layer_without_any_response_is_a_dead_network():
    assert failures.failure(GOOD, CONSTANT, ["conv2"], []) == "dead network"


def test_a_last_loss_near_that_of_a_constant_answer_is_a_plateau():
    assert failures.failure(history([1.1, 1.0, 0.99]), CONSTANT, [], []) == "constant-predictor plateau"


@pytest.mark.parametrize(("share", "label"), [(0.91, "constant-predictor plateau"), (0.89, "")])
@pytest.mark.parametrize("constant", [0.2, 1.0, 7.0])
def test_the_plateau_ends_at_nine_tenths_of_the_constant_loss(share, label, constant):
    assert failures.failure(history([2 * constant, share * constant]), constant, [], []) == label


@pytest.mark.parametrize(
    ("share", "label"), [(1.9, "constant-predictor plateau"), (2.1, "diverged"), (1e12, "diverged")]
)
def test_a_last_loss_far_above_that_of_a_constant_answer_has_diverged(share, label):
    assert failures.failure(history([1.1, share]), CONSTANT, [], []) == label


def test_an_early_plateau_that_ends_is_no_failure():
    assert failures.failure(history([1.0] * 50 + [0.2]), CONSTANT, [], []) == ""


def test_a_success_that_is_lost_is_a_collapse():
    assert failures.failure(history([1.1, 0.1, 0.5], [0.33, 0.95, 0.6]), CONSTANT, [], []) == "collapse after success"


def test_a_collapse_to_the_constant_answer_is_named_a_collapse():
    assert failures.failure(history([1.1, 0.1, 1.0], [0.33, 0.95, 0.33]), CONSTANT, [], []) == "collapse after success"


@pytest.mark.parametrize("accuracies", [[0.3, 0.89, 0.3], [0.3, 0.95, 0.8], [0.3, 0.3, 0.95], [0.3, 0.5, 0.99]])
def test_without_a_success_or_without_a_drop_there_is_no_collapse(accuracies):
    assert failures.failure(history([1.1, 0.4, 0.4], accuracies), CONSTANT, [], []) == ""


def test_a_collapse_that_recovers_is_no_failure():
    assert failures.failure(history([1.1, 0.1, 0.9, 0.1], [0.3, 0.95, 0.3, 0.95]), CONSTANT, [], []) == ""


def test_of_several_failures_the_first_cause_is_named():
    everything = history([1.1, 0.1, math.nan], [0.3, 0.95, 0.3])
    finite = history([1.1, 0.1, 1.0], [0.3, 0.95, 0.3])
    assert failures.failure(everything, CONSTANT, ["conv1"], []) == "non-finite loss"
    assert failures.failure(finite, CONSTANT, ["conv1"], []) == "dead network"
    assert failures.failure(finite, CONSTANT, [], []) == "collapse after success"


def test_a_class_that_is_never_predicted_is_named_where_nothing_worse_is():
    assert failures.failure(GOOD, CONSTANT, [], [2]) == "class never predicted"
    assert failures.failure(GOOD, CONSTANT, ["conv1"], [1, 2]) == "dead network"
    assert failures.failure(history([1.1, 1.0, 0.99]), CONSTANT, [], [0]) == "constant-predictor plateau"
