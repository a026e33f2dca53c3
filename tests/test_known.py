import numpy as np

from kernelscope import known

BANK = np.arange(8.0).reshape(2, 1, 1, 2, 2)
OURS = {"largest_responses": {"c": [1, None]}, "spec": {"training": {"initial_sd": {"conv": None, "c": 0.1}}}}
THEIRS = {"largest_responses": {}, "published": {"run": "a", "scaled": True, "untrained": False, "time": "epoch"}}


def test_of_a_training_of_ours_all_is_known():
    np.testing.assert_array_equal(known.responses(OURS, "c"), [1, np.nan])
    assert (known.initial(OURS, "c", BANK[0]), known.initial(OURS, "d", BANK[0])) == (0.1, None)
    np.testing.assert_array_equal(known.untrained(OURS, BANK), BANK[0])
    assert (known.name(OURS), known.is_scaled(OURS), known.time(OURS)) == ("", False, "step")
    assert known.epoch(OURS, np.array([0, 2.5])) == 2.5


def test_of_a_published_run_less_is_known():
    assert known.responses(THEIRS, "c") is None
    assert known.untrained(THEIRS, BANK) is None
    assert known.initial(THEIRS, "c", None) == known.UNKNOWN
    assert (known.name(THEIRS), known.is_scaled(THEIRS), known.time(THEIRS)) == ("a", True, "epoch")
    assert known.epoch(THEIRS, np.array([7.0])) == 7


def test_its_untrained_kernels_are_what_it_was_drawn_from_and_steps_are_no_epochs():
    run = {"largest_responses": {}, "published": THEIRS["published"] | {"untrained": True, "time": "step"}}
    np.testing.assert_array_equal(known.initial(run, "c", known.untrained(run, BANK)), BANK[0])
    assert known.epoch(run, np.array([700.0])) is None
