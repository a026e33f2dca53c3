import pytest

from kernelscope.io import tables

TEXT = """layer,kernel,value,ok,class,description
conv1,0,0.5,True,True,
0,1,1e-3,False,nan,"a, b"
conv2,,nan,,,True
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "a.csv").write_text(TEXT)
    return tmp_path / "a.csv"


def test_cells_are_numbers_truths_names_and_nothing(path):
    table = tables.read(path)
    assert table["columns"] == ["layer", "kernel", "value", "ok", "class", "description"]
    assert table["rows"][:2] == [["conv1", 0, 0.5, True, "True", None], ["0", 1, 0.001, False, "nan", "a, b"]]
    layer, kernel, value, *rest = table["rows"][2]
    assert (layer, kernel, rest) == ("conv2", None, [None, None, "True"])
    assert value != value


def test_a_table_without_rows_keeps_its_columns(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n")
    assert tables.read(tmp_path / "a.csv") == {"columns": ["a", "b"], "rows": []}


def test_rows_and_columns_are_chosen_and_the_table_stays_as_it_is(path):
    whole = tables.read(path)
    before = [list(row) for row in whole["rows"][:2]]
    assert tables.where(whole, "layer", "0")["rows"] == [["0", 1, 0.001, False, "nan", "a, b"]]
    assert tables.where(whole, "kernel", 7) == {"columns": whole["columns"], "rows": []}
    cut = tables.without(whole, "value", "ok", "description", "missing")
    assert cut == {
        "columns": ["layer", "kernel", "class"],
        "rows": [["conv1", 0, "True"], ["0", 1, "nan"], ["conv2", None, None]],
    }
    assert whole["rows"][:2] == before


@pytest.mark.parametrize("content", [b"", b"a,b\n1\n", b"a,b\n1,2,3\n", b'a,b\n"1,2\n', b"a,b\n\xff,1\n"])
def test_a_damaged_table_is_told_with_its_path(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.csv is damaged"):
        tables.read(tmp_path / "a.csv")
