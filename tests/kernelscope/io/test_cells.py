import pytest

from kernelscope.io import cells, csv_files


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *[("", None), ("3", 3), ("-3", -3), ("3.0", 3.0), ("1e-300", 1e-300), ("-0.5", -0.5), ("inf", float("inf"))],
        *[("no power", "no power"), ("True", "True"), ("bar", "bar"), ("1:2", "1:2"), (" ", " ")],
    ],
)
def test_a_cell_is_a_number_where_it_can_be_one(cell, expected):
    value = cells.parsed({"value": cell})["value"]
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize("column", ["dataset", "arch", "arch_a", "layer", "class", "selective_class", "feature_class"])
@pytest.mark.parametrize("name", ["0", "1e3", "nan", "inf", "true", "seed0"])
def test_a_name_stays_a_name_whatever_it_looks_like(column, name):
    assert cells.parsed({column: name}) == {column: name}


def test_an_empty_name_is_none():
    assert cells.parsed({"class": "", "description": ""}) == {"class": None, "description": None}


def test_a_table_comes_back_as_it_was_written(tmp_path):
    rows = [
        {"layer": "conv1", "seed_a": 0, "p": 1e-9, "reason": None, "class": "7"},
        {"layer": "conv1", "seed_a": 12, "p": None, "reason": "all kernels constant", "class": None},
    ]
    csv_files.write_csv(tmp_path / "a.csv", rows[0], rows)
    back = cells.read(tmp_path / "a.csv")
    assert back == rows
    assert isinstance(back[0]["seed_a"], int)


def test_a_damaged_table_is_an_error_that_names_it(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1\n")
    with pytest.raises(ValueError, match=r"a\.csv is damaged"):
        cells.read(tmp_path / "a.csv")
