import csv
import io
import json
import math
import zipfile

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from kernelscope.figures import saving
from kernelscope.io import array_files, csv_files, records, run_info


def test_a_write_that_fails_half_way_keeps_the_old_csv(tmp_path):
    path = tmp_path / "a.csv"
    csv_files.write_csv(path, ["a"], [{"a": 1}])

    def rows():
        yield {"a": 2}
        raise RuntimeError("no more rows")

    with pytest.raises(RuntimeError, match="no more rows"):
        csv_files.write_csv(path, ["a"], rows())
    assert path.read_bytes() == b"a\n1\n"
    assert list(tmp_path.iterdir()) == [path]


ARRAYS = {
    "steps": np.array([0, 3, 9], np.int64),
    "epochs": np.array([0, 1, 3], np.float32),
    "conv1": np.arange(24, dtype=np.float32).reshape(3, 2, 1, 2, 2) / 7,
    "names": np.array(["square", "triangle"]),
    "empty": np.zeros((0, 4)),
}


def test_arrays_come_back_with_their_names_order_types_and_values(tmp_path):
    array_files.write_npz(tmp_path / "a.npz", ARRAYS)
    back = array_files.read_npz(tmp_path / "a.npz")
    assert list(back) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


def test_two_writes_of_the_same_arrays_are_equal_byte_for_byte_and_hold_no_clock(tmp_path):
    array_files.write_npz(tmp_path / "a.npz", ARRAYS)
    array_files.write_npz(tmp_path / "other" / "b.npz", ARRAYS)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "other" / "b.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.npz") as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pickled_arrays_are_neither_written_nor_read(tmp_path):
    objects = {"a": np.array([{"evil": 1}], object)}
    with pytest.raises(ValueError, match="allow_pickle"):
        array_files.write_npz(tmp_path / "a.npz", objects)
    assert list(tmp_path.iterdir()) == []
    np.savez(tmp_path / "b.npz", **objects)
    with pytest.raises(ValueError, match="allow_pickle"):
        array_files.read_npz(tmp_path / "b.npz")


def test_read_kernels_leaves_out_steps_and_epochs(tmp_path):
    array_files.write_npz(tmp_path / "a.npz", {name: ARRAYS[name] for name in ("steps", "epochs", "conv1")})
    back = run_info.read_kernels(tmp_path / "a.npz")
    assert list(back) == ["conv1"]
    np.testing.assert_array_equal(back["conv1"], ARRAYS["conv1"])


def test_json_is_sorted_and_what_is_not_finite_becomes_null(tmp_path):
    content = {"b": [1.5, math.nan, (math.inf, -math.inf)], "a": {"y": None, "x": True}, "c": np.float64("nan")}
    records.write_json(tmp_path / "a.json", content)
    text = (tmp_path / "a.json").read_text()
    expected = {"a": {"x": True, "y": None}, "b": [1.5, None, [None, None]], "c": None}
    assert text == json.dumps(expected, indent=2) + "\n"
    assert records.read_json(tmp_path / "a.json") == expected


def test_the_order_of_keys_does_not_change_the_bytes_of_json(tmp_path):
    records.write_json(tmp_path / "a.json", {"x": {"b": 1, "a": 2}, "y": 0.1})
    records.write_json(tmp_path / "b.json", {"y": 0.1, "x": {"a": 2, "b": 1}})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_csv_is_this_text(tmp_path):
    rows = [
        {"n": np.int64(3), "x": np.float32(0.1), "y": np.float64(0.1), "name": "a,b", "flag": True},
        {"n": 0, "x": np.float32("nan"), "y": math.nan, "name": None, "flag": np.float64("nan")},
        {"n": -1, "x": 1e-300, "y": np.float32(0), "name": "", "flag": np.False_},
    ]
    csv_files.write_csv(tmp_path / "a.csv", ["n", "x", "y", "name", "flag"], rows)
    assert (tmp_path / "a.csv").read_bytes() == (
        b'n,x,y,name,flag\n3,0.1,0.1,"a,b",True\n0,,,,\n-1,1e-300,0.0,,False\n'
    )


def test_float32_and_float64_come_back_through_csv_bit_for_bit(tmp_path):
    rng = np.random.default_rng(0)
    single = rng.integers(0, 2**32, 2000, np.uint32).view(np.float32)
    single = single[np.isfinite(single)]
    double = rng.integers(0, 2**64, len(single), np.uint64).view(np.float64)
    double[~np.isfinite(double)] = 1 / 3
    rows = [{"single": a, "double": b} for a, b in zip(single, double, strict=True)]
    csv_files.write_csv(tmp_path / "a.csv", ["single", "double"], rows)
    back = csv_files.read_csv(tmp_path / "a.csv")
    assert len(single) > 1900
    np.testing.assert_array_equal(np.array([row["single"] for row in back], np.float32), single)
    np.testing.assert_array_equal(np.array([row["double"] for row in back], np.float64), double)


def test_two_writes_of_the_same_rows_are_equal_and_any_csv_reader_reads_them(tmp_path):
    rows = [{"b": 'say "é"', "a": 1.5}, {"a": 2, "b": "line\nbreak"}]
    csv_files.write_csv(tmp_path / "a.csv", ("a", "b"), iter(rows))
    csv_files.write_csv(tmp_path / "b.csv", ("a", "b"), rows)
    text = (tmp_path / "a.csv").read_bytes()
    assert text == (tmp_path / "b.csv").read_bytes()
    read = list(csv.reader(io.StringIO(text.decode("utf-8"), newline="")))
    assert read == [["a", "b"], ["1.5", 'say "é"'], ["2", "line\nbreak"]]
    assert csv_files.read_csv(tmp_path / "a.csv")[1] == {"a": "2", "b": "line\nbreak"}


def test_rows_of_texts_give_the_bytes_of_the_same_rows_as_dicts(tmp_path):
    rows = [("0", "", 'say "é"'), ("1.5", "a,b", "line\nbreak")]
    csv_files.write_rows(tmp_path / "a.csv", ("x", "y", "z"), iter(rows))
    csv_files.write_csv(tmp_path / "b.csv", ("x", "y", "z"), [dict(zip("xyz", row, strict=True)) for row in rows])
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert [tuple(row.values()) for row in csv_files.read_csv(tmp_path / "a.csv")] == rows


def test_a_text_is_written_as_it_is(tmp_path):
    records.write_text(tmp_path / "new" / "a.md", "p ≤ 0.05\n· line\n")
    assert (tmp_path / "new" / "a.md").read_bytes() == "p ≤ 0.05\n· line\n".encode()


def test_a_row_with_a_column_that_is_not_in_the_header_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'typo'"):
        csv_files.write_csv(tmp_path / "a.csv", ["a"], [{"a": 1, "typo": 2}])
    assert list(tmp_path.iterdir()) == []


def test_a_figure_gives_the_same_png_twice_and_names_no_software(tmp_path):
    def figure():
        page = Figure(figsize=(1, 1))
        page.subplots().plot([0, 1], [1, 0])
        return page

    saving.write(tmp_path / "a.png", figure(), "screen")
    saving.write(tmp_path / "b.png", figure(), "screen")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (150, 150)
        assert "Software" not in image.info


@pytest.mark.parametrize("damage", ["truncated", "flipped", "no archive", "empty"])
def test_a_damaged_archive_is_an_error_of_one_line_that_names_the_file(tmp_path, damage):
    path = tmp_path / "a.npz"
    array_files.write_npz(path, {"a": np.arange(1000.0), "b": np.random.default_rng(0).normal(size=3000)})
    whole = bytearray(path.read_bytes())
    if damage == "flipped":
        whole[len(whole) // 2] ^= 0xFF
    path.write_bytes({"truncated": whole[: len(whole) // 2], "no archive": b"text", "empty": b""}.get(damage, whole))
    with pytest.raises(ValueError, match="is damaged") as caught:
        array_files.read_npz(path)
    assert str(path) in str(caught.value)


def test_a_flipped_bit_in_an_archive_is_an_error_or_does_no_harm_wherever_it_is(tmp_path):
    """Flip bits mainly at the start and end, where an archive describes its arrays."""
    path, rng = tmp_path / "a.npz", np.random.default_rng(0)
    arrays = {"first": rng.normal(size=(5, 1, 15, 15)), "second": np.zeros((40, 40, 40), np.uint8)}
    array_files.write_npz(path, arrays)
    whole = path.read_bytes()
    places = {*range(150), *range(len(whole) - 200, len(whole)), *rng.integers(0, len(whole), 50).tolist()}
    for place, bit in ((place, bit) for place in sorted(places) for bit in (0, 1, 2, 5)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        path.write_bytes(damaged)
        try:
            back = array_files.read_npz(path)
        except ValueError as error:
            assert "is damaged" in str(error)
            continue
        assert list(back) == list(arrays), (place, bit)
        for name, array in arrays.items():
            assert (back[name].shape, back[name].tobytes()) == (array.shape, array.tobytes()), (place, bit)
