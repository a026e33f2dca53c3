import numpy as np
import pytest

from kernelscope.io import csv_files
from kernelscope.measures import curves, measured_rows, measurement, nulls

HEAD = ",".join(curves.COLUMNS)


def table(*rows):
    return "\n".join([HEAD, *rows]) + "\n"


LITERAL = table(
    "0,conv1,0,,lag1,0.1,re-initialized,0,0.3,0.5,0.6",
    "0,conv1,1,,lag1,,re-initialized,0,0.3,,",
    "5,conv1,0,,lag1,0.7,re-initialized,0,0.3,0.01,0.02",
    "5,conv1,1,,lag1,0.8,re-initialized,0,0.3,0.01,0.03",
    "5,conv1,0,,lag1,0.7,random labels,0.2,0.4,0.9,0.9",
    "5,conv1,0,2,lag1,0.9,re-initialized,0,0.3,0.01,0.02",
    "5,conv1,,,sparsity,0.25,,,,,",
    "0,conv2,0,,lag1,0.2,re-initialized,0,0.4,no power,no power",
    "5,conv2,0,,lag1,0.3,re-initialized,0,0.4,no power,no power",
    "5,conv2,0,,dead,0,,,,,",
)


def test_whole_kernels_come_back_with_their_null_and_without_planes_layers_and_controls(tmp_path):
    (tmp_path / "a.csv").write_text(LITERAL)
    layers = curves.read(tmp_path / "a.csv")
    assert {layer: list(measures) for layer, measures in layers.items()} == {
        "conv1": ["lag1"],
        "conv2": ["lag1", "dead"],
    }
    one, two, dead = layers["conv1"]["lag1"], layers["conv2"]["lag1"], layers["conv2"]["dead"]
    assert one.steps.tolist() == [0, 5]
    np.testing.assert_array_equal(one.values, [[0.1, np.nan], [0.7, 0.8]])
    assert (one.band, one.power) == ((0, 0.3), True)
    assert one.p_corrected.tolist() == [0.02, 0.03]
    assert (two.band, two.power) == ((0, 0.4), False)
    assert np.isnan(two.p_corrected).all()
    assert (dead.steps.tolist(), dead.values.tolist(), dead.band, dead.power) == ([5], [[0]], None, True)


def test_what_measurement_writes_is_read(tmp_path):
    rng = np.random.default_rng(0)
    banks = {"conv1": rng.normal(size=(3, 2, 1, 7, 7)), "conv2": rng.normal(size=(3, 4, 2, 3, 3))}
    factors = dict.fromkeys(banks, np.ones(3))
    rows = list(measurement.rows(np.array([0, 1, 9]), banks, factors, dict.fromkeys(banks), {}, {}, n_resamples=20))
    csv_files.write_rows(tmp_path / "a.csv", measured_rows.COLUMNS, rows)
    layers = curves.read(tmp_path / "a.csv")
    assert curves.COLUMNS == measured_rows.COLUMNS
    assert (curves.NO_POWER, curves.CONTROL) == (nulls.NO_POWER, nulls.RANDOM_LABELS)
    expected = [row for row in rows if row[2] and not row[3]]
    assert sum(curve.values.size for measures in layers.values() for curve in measures.values()) == len(expected)
    for step, layer, kernel, _, measure, value, *_ in expected:
        curve = layers[layer][measure]
        cell = curve.values[curve.steps.tolist().index(int(step)), int(kernel)]
        np.testing.assert_equal(cell, float(value) if value else np.nan)
    assert layers["conv1"]["lag1"].power
    assert not layers["conv2"]["lag1"].power


@pytest.mark.parametrize("content", ["", "step,layer\n1,a\n", table("0,c,0,,lag1,word,,,,,"), table("0,c,0,,lag1")])
def test_a_damaged_table_is_an_error_that_names_it(tmp_path, content):
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(ValueError, match=r"a\.csv is damaged"):
        curves.read(tmp_path / "a.csv")


def test_bytes_that_are_no_text_and_a_missing_file_are_errors(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\n")
    with pytest.raises(ValueError, match=r"a\.csv is damaged"):
        curves.read(tmp_path / "a.csv")
    with pytest.raises(FileNotFoundError):
        curves.read(tmp_path / "none.csv")
