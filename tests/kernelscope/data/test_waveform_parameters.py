"""Parameters from random numbers: literal values, and the check that waveforms fit."""

import copy

import numpy as np
import pytest

from kernelscope.data import waveform_parameters
from kernelscope.data.waveform_parameters import REACH

NAMES = ("amplitude", "width", "position", "offset", "line_width", "noise", "clipping")

SETTINGS = {
    "classes": ["square", "triangle", "gaussian", "sinusoid", "sawtooth"],
    "image_size": [50, 80],
    "amplitude": [0.2, 0.6],
    "width": [0.1, 0.2],
    "position": [0.25, 0.75],
    "offset": [0.1, 0.3],
    "line_width": [2.0, 4.0],
    "noise": [0.0, 0.1],
    "clipping": [0.5, 1.0],
    "inside_frame": False,
}
ROOMY = {**SETTINGS, "position": [0.0, 1.0], "offset": [0.0, 1.0], "inside_frame": True}


def rolls(value: float) -> dict[str, float]:
    return dict.fromkeys(NAMES, value)


def test_rolls_of_zero_give_the_lower_ends_in_pixels():
    assert waveform_parameters.waveform_parameters(SETTINGS, "square", rolls(0.0)) == pytest.approx(
        {"amplitude": 10, "width": 8, "position": 19.5, "baseline_row": 44.5, "line_width": 2, "noise": 0}
        | {"clipping": 0.5}
    )


def test_rolls_of_one_give_the_upper_ends_in_pixels():
    assert waveform_parameters.waveform_parameters(SETTINGS, "square", rolls(1.0)) == pytest.approx(
        {"amplitude": 30, "width": 16, "position": 59.5, "baseline_row": 34.5, "line_width": 4, "noise": 0.1}
        | {"clipping": 1.0}
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_roll_moves_its_own_parameter_and_no_other(name):
    parameter = "baseline_row" if name == "offset" else name
    middle = waveform_parameters.waveform_parameters(SETTINGS, "square", rolls(0.5))
    moved = waveform_parameters.waveform_parameters(SETTINGS, "square", rolls(0.5) | {name: 0.75})
    ends = [waveform_parameters.waveform_parameters(SETTINGS, "square", rolls(0.5) | {name: end}) for end in (0.0, 1.0)]
    assert {key for key in middle if middle[key] != moved[key]} == {parameter}
    assert moved[parameter] == pytest.approx(0.25 * ends[0][parameter] + 0.75 * ends[1][parameter])


@pytest.mark.parametrize("shape", ["square", "triangle", "gaussian"])
def test_the_outermost_positions_inside_the_frame_touch_its_edges(shape):
    for roll in ({"position": 0.0}, {"position": 1.0}):
        parameters = waveform_parameters.waveform_parameters(ROOMY, shape, rolls(0.5) | roll)
        reach = REACH[shape] * parameters["width"] + parameters["line_width"] / 2
        if roll["position"] == 0:
            assert parameters["position"] - reach == pytest.approx(-0.5)
        else:
            assert parameters["position"] + reach == pytest.approx(79.5)


@pytest.mark.parametrize("clipping", [0.0, 1.0])
def test_the_outermost_offsets_inside_the_frame_touch_its_edges(clipping):
    lowest, highest = (
        waveform_parameters.waveform_parameters(ROOMY, "square", rolls(0.5) | {"clipping": clipping, "offset": offset})
        for offset in (0.0, 1.0)
    )
    assert lowest["baseline_row"] + lowest["line_width"] / 2 == pytest.approx(49.5)
    top = highest["baseline_row"] - highest["amplitude"] * highest["clipping"]
    assert top - highest["line_width"] / 2 == pytest.approx(-0.5)


@pytest.mark.parametrize("shape", ["sinusoid", "sawtooth"])
def test_a_waveform_that_fills_the_image_may_have_its_middle_anywhere(shape):
    ends = [
        waveform_parameters.waveform_parameters(ROOMY, shape, rolls(0.5) | {"position": end})["position"]
        for end in (0.0, 1.0)
    ]
    assert ends == pytest.approx([-0.5, 79.5])


def test_a_range_that_fits_anyway_is_not_narrowed():
    fitting = {**SETTINGS, "inside_frame": True}
    for roll in (0.0, 0.3, 1.0):
        assert waveform_parameters.waveform_parameters(fitting, "square", rolls(roll)) == pytest.approx(
            waveform_parameters.waveform_parameters(SETTINGS, "square", rolls(roll))
        )


def test_settings_that_pass_the_check_never_fail_to_fit():
    waveform_parameters.check_fits(ROOMY)
    rng = np.random.default_rng(0)
    for i in range(500):
        shape = ROOMY["classes"][i % 5]
        p = waveform_parameters.waveform_parameters(ROOMY, shape, dict(zip(NAMES, rng.random(len(NAMES)), strict=True)))
        edge = p["line_width"] / 2
        assert p["baseline_row"] + edge <= 49.5 + 1e-9
        assert p["baseline_row"] - p["amplitude"] * p["clipping"] - edge >= -0.5 - 1e-9
        assert abs(p["position"] - 39.5) <= 40 - (REACH[shape] and REACH[shape] * p["width"] + edge) + 1e-9


@pytest.mark.parametrize(("shape", "fits", "too_wide"), [("square", 0.949, 0.951), ("triangle", 0.474, 0.476)])
def test_the_check_stops_at_the_width_that_just_fits(shape, fits, too_wide):
    settings = {**ROOMY, "classes": [shape]}  # 80 cols minus a line of 4 leave 76: 0.95 of the cols
    waveform_parameters.check_fits({**settings, "width": [0.1, fits]})
    with pytest.raises(ValueError, match="width"):
        waveform_parameters.check_fits({**settings, "width": [0.1, too_wide]})


def test_the_check_stops_at_the_amplitude_that_just_fits():
    waveform_parameters.check_fits(
        {**ROOMY, "amplitude": [0.2, 0.919]}
    )  # 50 rows minus a line of 4 leave 46: 0.92 of the rows
    with pytest.raises(ValueError, match="amplitude"):
        waveform_parameters.check_fits({**ROOMY, "amplitude": [0.2, 0.921]})


def test_a_clipped_waveform_may_be_taller():
    waveform_parameters.check_fits({**ROOMY, "amplitude": [0.2, 1.0], "clipping": [0.5, 0.9]})
    with pytest.raises(ValueError, match="amplitude"):
        waveform_parameters.check_fits({**ROOMY, "amplitude": [0.2, 1.0], "clipping": [0.5, 1.0]})


def test_a_position_at_the_edge_alone_leaves_no_place():
    with pytest.raises(ValueError, match="width"):
        waveform_parameters.check_fits({**ROOMY, "position": [0.0, 0.05]})


def test_what_does_not_fit_is_said_in_one_line_with_the_number_and_the_shape():
    with pytest.raises(ValueError) as wide:
        waveform_parameters.check_fits({**ROOMY, "classes": ["gaussian"], "width": [0.1, 0.5]})
    with pytest.raises(ValueError) as tall:
        waveform_parameters.check_fits({**ROOMY, "classes": ["sawtooth"], "amplitude": [0.5, 1.0]})
    for error, number, shape in ((wide, ".width: got 40.0", "gaussian"), (tall, ".amplitude: got 50.0", "sawtooth")):
        message = str(error.value)
        assert "\n" not in message
        assert number in message
        assert shape in message
        assert "inside_frame" in message


def test_nothing_has_to_fit_where_the_frame_does_not_matter():
    large = {**ROOMY, "width": [0.9, 1.0], "amplitude": [1.0, 1.0], "inside_frame": False}
    waveform_parameters.check_fits(large)
    assert waveform_parameters.waveform_parameters(large, "triangle", rolls(1.0))["width"] == 80
    with pytest.raises(ValueError, match="width"):
        waveform_parameters.check_fits({**large, "inside_frame": True})


def test_settings_and_rolls_are_left_as_they_were():
    settings, roll = copy.deepcopy(ROOMY), rolls(0.3)
    assert waveform_parameters.waveform_parameters(settings, "gaussian", roll)["width"] > 0
    assert settings == ROOMY
    assert roll == rolls(0.3)
