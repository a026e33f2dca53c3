import numpy as np

from kernelscope.io import run_info

BANK = np.arange(8.0).reshape(2, 1, 1, 2, 2)
OURS = {"largest_responses": {"c": [1, None]}, "spec": {"training": {"init_std": {"conv": None, "c": 0.1}}}}
THEIRS = {
    "largest_responses": {},
    "pretrained": {"run": "a", "min_max_normalized": True, "untrained": False, "time": "epoch"},
}


def test_of_a_training_of_ours_all_is_known():
    np.testing.assert_array_equal(run_info.responses(OURS, "c"), [1, np.nan])
    assert (run_info.initial(OURS, "c", BANK[0]), run_info.initial(OURS, "d", BANK[0])) == (0.1, None)
    np.testing.assert_array_equal(run_info.untrained(OURS, BANK), BANK[0])
    assert (run_info.name(OURS), run_info.is_min_max_normalized(OURS), run_info.time(OURS)) == ("", False, "step")
    assert run_info.epoch(OURS, np.array([0, 2.5])) == 2.5


def test_decay_factors_are_read_by_layer_and_an_empty_cell_is_unknown(tmp_path):
    (tmp_path / "decay.csv").write_text("step,layer,factor,reason\n0,a,1.0,\n0,0,1.0,\n5,a,0.25,\n5,0,,because\n")
    factors = run_info.read_factors(tmp_path / "decay.csv")
    np.testing.assert_array_equal(factors["a"], [1, 0.25])
    np.testing.assert_array_equal(factors["0"], [1, np.nan])
    assert list(factors) == ["a", "0"]


def test_of_a_published_run_less_is_known():
    assert run_info.responses(THEIRS, "c") is None
    assert run_info.untrained(THEIRS, BANK) is None
    assert run_info.initial(THEIRS, "c", None) == run_info.UNKNOWN
    assert (run_info.name(THEIRS), run_info.is_min_max_normalized(THEIRS), run_info.time(THEIRS)) == (
        "a",
        True,
        "epoch",
    )
    assert run_info.epoch(THEIRS, np.array([7.0])) == 7


def test_its_untrained_kernels_are_what_it_was_drawn_from_and_steps_are_no_epochs():
    run = {"largest_responses": {}, "pretrained": THEIRS["pretrained"] | {"untrained": True, "time": "step"}}
    np.testing.assert_array_equal(run_info.initial(run, "c", run_info.untrained(run, BANK)), BANK[0])
    assert run_info.epoch(run, np.array([700.0])) is None


def test_chance_is_the_share_of_the_largest_class_where_a_run_says_it():
    assert run_info.chance({"largest_class_share": 0.9}, 2) == 0.9
    assert run_info.chance({}, 4) == 0.25
    assert run_info.chance({"largest_class_share": 0.9}, 0) is None
