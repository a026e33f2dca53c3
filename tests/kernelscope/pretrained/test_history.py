import pytest

from kernelscope.pretrained import history


def rows(*cells, columns=("epoch", "loss", "train_correct")):
    return history.rows([dict(zip(columns, row, strict=True)) for row in cells], "loss.csv")


def test_known_columns_are_kept_under_our_names():
    read = rows(("0", "2.5", "7"), ("1", "2", "9"))
    assert read == [{"epoch": 0, "train_loss": 2.5}, {"epoch": 1, "train_loss": 2}]
    assert set(read[0]) < set(history.COLUMNS)


def test_the_last_scores_are_those_of_the_run_and_the_rest_is_unknown():
    scores = history.scores(rows(("0", "0.5", "0.25"), columns=("epoch", "test_loss", "accuracy")))
    assert scores["test"] == {"loss": 0.5, "accuracy": None, "within": None}
    assert scores["train"] == {"loss": None, "accuracy": 0.25, "within": None}
    assert history.scores([])["train"] == {"loss": None, "accuracy": None, "within": None}


@pytest.mark.parametrize(
    ("cells", "columns", "words"),
    [
        ([], ("epoch",), "got no columns"),
        ([("1",)], ("epoch",), "got the columns epoch"),
        ([("1", "2")], ("step", "loss"), "got the columns step, loss"),
        ([("1", "nan")], ("epoch", "loss"), "got train_loss 'nan'"),
        ([("1", "x")], ("epoch", "loss"), "got train_loss 'x'"),
        ([("1", "-1")], ("epoch", "loss"), "got train_loss '-1'"),
        ([("1", "1.5")], ("epoch", "accuracy"), "got train_accuracy '1.5', expected a number from 0 to 1"),
        ([("1", "1"), ("1", "1")], ("epoch", "loss"), "got epoch 1 after 1"),
    ],
)
def test_what_is_no_history_is_refused_by_name(cells, columns, words):
    with pytest.raises(ValueError, match=r"^loss\.csv: ") as error:
        rows(*cells, columns=columns)
    assert words in str(error.value)


def logged(*cells, columns=("step", "loss", "val_acc", "lr")):
    return history.logged([dict(zip(columns, row, strict=True)) for row in cells])


def test_what_a_loop_logged_is_found_under_many_names_and_rows_of_a_step_are_one():
    found = logged(("1", "2.5", "", "0.1"), ("2", "2", "", "0.1"), ("2", "", "0.5", ""), ("3", "", "", "0.1"))
    assert found.rows == [
        {"step": 1, "epoch": 1, "train_loss": 2.5},
        {"step": 2, "epoch": 2, "train_loss": 2, "test_accuracy": 0.5},
    ]
    assert found.columns == {"train_loss": "loss", "test_accuracy": "val_acc"}


def test_what_is_no_score_is_left_empty():
    found = logged(("1", "nan", "87.5", ""), ("2", "-1", "0.5", ""), ("3", "x", "inf", ""))
    assert found.rows == [{"step": 2, "epoch": 2, "test_accuracy": 0.5}]
    assert logged().rows == []


def test_a_long_history_becomes_means_that_end_at_the_last_step():
    found = logged(*((str(step), str(step % 2), "", "") for step in range(1, 10_001)))
    assert found.count == 10_000 and len(found.rows) <= history.MOST
    assert found.rows[-1]["step"] == 10_000
    assert {row["train_loss"] for row in found.rows} == {0.5}


def test_the_last_known_scores_count_even_if_later_rows_lack_them():
    found = logged(("1", "2", "0.5", ""), ("2", "1", "", ""))
    assert history.scores(found.rows)["test"]["accuracy"] == 0.5
    assert history.scores(found.rows)["train"]["loss"] == 1
