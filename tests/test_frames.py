import numpy as np
import pandas as pd
import pytest

from kernelscope import artifacts, frames

ROWS = [
    {"step": 0, "layer": "conv1", "value": 0.1, "p": "no power"},
    {"step": 5, "layer": "nan", "value": None, "p": 0.25},
]


def written(tmp_path):
    artifacts.write_csv(tmp_path / "a.csv", ROWS[0], ROWS)
    return tmp_path / "a.csv"


def test_a_table_comes_back_with_numbers_words_and_gaps(tmp_path):
    frame = frames.read_frame(written(tmp_path))
    assert list(frame) == ["step", "layer", "value", "p"]
    assert frame["step"].tolist() == [0, 5]
    assert frame["value"].iloc[0] == 0.1
    assert np.isnan(frame["value"].iloc[1])
    assert frame["p"].tolist() == ["no power", "0.25"]


def test_only_the_columns_that_are_asked_for_are_read(tmp_path):
    assert list(frames.read_frame(written(tmp_path), ["layer", "step"])) == ["step", "layer"]


@pytest.mark.parametrize("content", [b"", b"step,layer\n\xff\xfe,1\n", b"other\n1\n"])
def test_a_damaged_table_is_an_error_that_names_it(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.csv is damaged"):
        frames.read_frame(tmp_path / "a.csv", ["step", "layer"])


def test_a_table_that_is_not_there_is_said_to_be_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        frames.read_frame(tmp_path / "none.csv")


def test_words_among_numbers_are_nan():
    found = frames.numbers(pd.Series(["no power", "0.25", None, 3]))
    np.testing.assert_array_equal(found, [np.nan, 0.25, np.nan, 3])
