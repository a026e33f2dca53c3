import numpy as np

from kernelscope.page import predictions_payload

ROWS = [
    {"index": 0, "label": 1, "prediction": 1, "probability": 0.9},
    {"index": 1, "label": 0, "prediction": 1, "probability": 0.6},
    {"index": 2, "label": 0, "prediction": None, "probability": None},
    {"index": 3, "label": 1, "prediction": 0, "probability": 0.8},
    {"index": 4, "label": 1, "prediction": 0, "probability": 0.6},
]


def test_a_row_of_the_file_has_numbers_and_none_where_there_is_no_prediction():
    row = {"index": "3", "label": "1", "prediction": "0", "probability": "0.8"}
    assert predictions_payload.parsed(row) == ROWS[3]
    row = {"index": "2", "label": "0", "prediction": "", "probability": ""}
    assert predictions_payload.parsed(row) == ROWS[2]


def test_the_confusion_counts_true_classes_down_predictions_across_and_none_last():
    assert predictions_payload.confusion(ROWS, 2).tolist() == [[0, 1, 1], [2, 1, 0]]
    arrays = predictions_payload.arrays({5: ROWS, 7: ROWS[:1]}, 2)
    assert arrays["confusion"].tolist() == [[[0, 1, 1], [2, 1, 0]], [[0, 0, 0], [0, 1, 0]]]


def test_the_most_confident_mistakes_come_first_and_no_more_than_are_kept(monkeypatch):
    assert [row["index"] for row in predictions_payload.wrong(ROWS)] == [3, 1, 4, 2]
    monkeypatch.setattr(predictions_payload, "MOST_WRONG", 2)
    np.testing.assert_array_equal(predictions_payload.wrong_images(ROWS), [[3, 1]])
    assert predictions_payload.wrong_images(ROWS[:1]).shape == (1, 0)


def test_the_mistakes_of_every_seed_are_listed():
    content = predictions_payload.content({5: ROWS[:2], 7: ROWS[3:4]})
    assert content == {
        "seeds": [5, 7],
        "wrong": {
            "columns": ["seed", "index", "label", "prediction", "probability"],
            "rows": [[5, 1, 0, 1, 0.6], [7, 3, 1, 0, 0.8]],
        },
    }
