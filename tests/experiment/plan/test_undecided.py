"""The line about what so many seeds cannot decide: known floors, and no line where all can be decided."""

from math import comb

import pytest
from default_config import changed

from experiment.plan import loading, undecided
from experiment.plan.experiment import Experiment


def line(seeds, kernels=12, **definitions):
    config = changed("experiment", "architectures", to=["templates", *definitions])
    config["experiment"]["seeds"] = list(range(seeds))
    config["architectures"]["templates"]["kernels"] = kernels
    config["architectures"] |= definitions
    return undecided.line(Experiment(config))


@pytest.mark.parametrize(
    ("seeds", "kernels", "p"), [(2, 5, 1 / 7.875), (2, 7, 0.0373), (3, 5, 0.01028), (2, 12, 0.0015)]
)
def test_the_smallest_p_of_permuted_kernels(seeds, kernels, p):
    assert undecided.permuted(seeds, kernels) == pytest.approx(p, rel=0.02)


def test_the_smallest_p_of_two_kernels_of_two_seeds_is_that_of_all_deals():
    """Two banks of two kernels, two of each of two kinds: 4 of 6 permutations give each bank one of each kind."""
    assert undecided.permuted(2, 2) == pytest.approx(4 / comb(4, 2))


def test_floors_of_exchanges():
    assert [undecided.paired(seeds) for seeds in (1, 5, 6)] == [1, 0.0625, 0.03125]
    assert undecided.unpaired(6, 4) == pytest.approx(0.0095, abs=0.0001)


def test_enough_seeds_need_no_line_and_the_default_has_enough():
    assert line(6) == ""
    assert undecided.line(loading.load([])) == ""
    assert undecided.line(loading.load(["config/controls.yaml"])) == ""


def test_too_few_seeds_are_told_in_one_line_with_how_many_could():
    assert line(3) == "3 seeds of templates: differences over seeds cannot be decided (smallest p 0.25), 6 seeds could"
    assert "\n" not in line(1)
    single = "2 seeds of templates: whether single kernels recur cannot be decided (smallest p 0.13), 3 seeds could"
    assert line(2, kernels=5).split("; ")[1] == single


def test_one_kernel_recurs_or_not_with_any_number_of_seeds():
    text = "6 seeds of templates: whether single kernels recur cannot be decided (smallest p 1), several kernels could"
    assert line(6, kernels=1) == text


def test_a_control_with_too_few_seeds_is_told_of():
    control = {"of": "templates", "control": "random_labels", "seeds": [0]}
    text = "6 seeds of templates: differences from the control cannot be decided (smallest p 0.29), 4 seeds could"
    assert text in line(6, labels=control)


def test_many_architectures_and_many_kernels_make_one_short_line():
    twins = {f"t{number}": {"network": "templates", "kernels": 4096} for number in range(40)}
    text = line(2, **twins)
    assert len(text) < 300
    assert "and 38 more" in text
