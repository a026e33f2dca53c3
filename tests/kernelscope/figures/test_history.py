import math

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope.figures import history, saving

NAN = math.nan
COLUMNS = [f"{split}_{measure}" for measure in ("loss", "accuracy", "within") for split in ("train", "test")]


def columns(epochs, **given):
    by_name = {"epoch": [float(epoch) for epoch in epochs]}
    for name in COLUMNS:
        by_name[name] = given.get(name, [NAN if "within" in name else 1 / (2 + epoch) for epoch in epochs])
    return by_name


def drawn(page):
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def axes_of(table, constant=1.1):
    loss, accuracy = Figure().subplots(1, 2)
    history.curves(table, constant, loss, accuracy)
    return loss, accuracy


def named(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def test_cells_become_numbers_and_an_empty_cell_is_not_a_number():
    rows = [{"epoch": "0", "train_loss": "1.25"}, {"epoch": "1", "train_loss": ""}, {"epoch": "2", "train_loss": "inf"}]
    numbers = history.numbers(rows)
    assert numbers["epoch"] == [0.0, 1.0, 2.0]
    assert numbers["train_loss"][0] == 1.25
    assert math.isnan(numbers["train_loss"][1])
    assert numbers["train_loss"][2] == math.inf


def test_the_curves_are_the_columns_of_the_history():
    table = columns([0, 1, 2], train_loss=[1.0, 0.5, 0.25], test_accuracy=[0.3, 0.6, 0.9])
    loss, accuracy = axes_of(table)
    np.testing.assert_array_equal(named(loss)["train"].get_xydata(), [[0, 1.0], [1, 0.5], [2, 0.25]])
    np.testing.assert_array_equal(named(loss)["test"].get_ydata(), table["test_loss"])
    np.testing.assert_array_equal(named(accuracy)["test"].get_ydata(), [0.3, 0.6, 0.9])
    np.testing.assert_array_equal(named(accuracy)["train"].get_ydata(), table["train_accuracy"])
    assert named(loss)["train"].get_color() != named(loss)["test"].get_color()


def test_the_constant_predictor_has_a_level_with_its_number():
    level = named(axes_of(columns([0, 1]), 1.0986)[0])["constant predictor 1.1"]
    np.testing.assert_array_equal(level.get_ydata(), [1.0986, 1.0986])


def test_all_within_is_drawn_only_where_there_is_such_a_number():
    assert set(named(axes_of(columns([0, 1]))[1])) == {"train", "test"}
    _, accuracy = axes_of(columns([0, 1], test_within=[0.0, 0.5]))
    assert set(named(accuracy)) == {"train", "test", "test, all within 0.1"}


def test_accuracy_goes_from_0_to_1_and_loss_from_0_up():
    loss, accuracy = axes_of(columns([0, 1, 5], train_loss=[3.0, 2.0, 1.0]), 1.0)
    assert accuracy.get_ylim() == (0, 1)
    assert loss.get_ylim()[0] == 0
    assert loss.get_ylim()[1] >= 3
    assert loss.get_xlim() == accuracy.get_xlim() == (0, 5)


@pytest.mark.parametrize(
    "table",
    [
        columns([0]),
        columns([0, 1], train_loss=[1.0, NAN], test_loss=[1.0, NAN]),
        columns([0, 1], train_loss=[NAN, NAN], test_loss=[NAN, NAN]),
        columns([0, 1, 2], train_loss=[1.0, math.inf, NAN]),
        columns([0, 1], **{name: [0.0, 0.0] for name in COLUMNS}),
        columns([0, 1], train_within=[NAN, 0.1], test_within=[0.5, 0.6]),
    ],
    ids=["one row", "ends not finite", "never finite", "infinite", "zeros", "within"],
)
def test_every_history_is_drawn_without_a_warning(table):
    picture = drawn(history.figure(table, 1.1, "title", "note"))
    assert picture.shape == (480, 1000, 3)
    assert (picture < 255).any(-1).mean() > 0.01
    assert (picture[:30, :300] < 100).any()  # the title


def test_the_title_and_the_note_stand_in_the_figure():
    page = history.figure(columns([0, 1]), 1.1, "waveforms · templates", "test accuracy 99 %")
    assert page.get_suptitle() == "waveforms · templates"
    assert page.get_supxlabel() == "test accuracy 99 %"
    assert [axes.get_ylabel() for axes in page.axes] == ["loss", "accuracy"]


def test_two_files_of_one_history_are_equal(tmp_path):
    for name in ("a.png", "b.png"):
        saving.write(tmp_path / name, history.figure(columns([0, 1, 2]), 1.1, "title", "note"), "screen")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_scores_that_nobody_knows_are_named_and_not_drawn():
    empty = [float("nan")] * 3
    table = {"epoch": [0, 1, 2], "train_loss": [3, 2, 1]} | dict.fromkeys(
        ("test_loss", "train_accuracy", "test_accuracy", "train_within", "test_within"), empty
    )
    loss, accuracy = history.figure(table, None, "title", "note").axes
    assert [line.get_label() for line in loss.get_lines()] == ["train"]
    assert len(accuracy.get_lines()) == 0
    assert [words.get_text() for words in accuracy.texts] == ["no numbers"]


def test_train_is_not_hidden_under_test_and_guessing_has_a_line():
    page = history.figure(columns([0, 1, 2]), 1.1, "title", "note", chance=1 / 3)
    _, accuracy = page.axes
    lines = named(accuracy)
    assert lines["train"].get_linewidth() > 2 * lines["test"].get_linewidth()
    np.testing.assert_allclose(lines["guessing 33\u00a0%"].get_ydata(), 1 / 3)


def test_a_panel_says_where_its_curve_ends():
    loss, accuracy = history.figure(columns([0, 1], test_accuracy=[0.3, 0.875], test_loss=[1.0, NAN]), 1.1, "", "").axes
    assert accuracy.get_title("left") == "accuracy: 87.5\u00a0% on test images at the end"
    assert loss.get_title("left") == "loss: 1.000 on test images at the end"  # the last number that is known
