"""Numbers, true, false and null as YAML text."""

import pytest
import yaml

from experiment.config import scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("1e3", 1000), ("1e-3", 0.001), ("0.5", 0.5), ("true", True), ("null", None), ("-1", -1), ("1_0", 10)],
)
def test_a_text_is_read_as_yaml_or_python_reads_it(text, value):
    assert (scalars.read(text), type(scalars.read(text))) == (value, type(value))


@pytest.mark.parametrize("text", ["a", "nan", ".inf", "[1]", "{a: 1}", "[", "2026-01-01", "1" * 5000, "&a [*a]", ""])
def test_a_text_that_is_none_of_them_is_refused(text):
    with pytest.raises(scalars.NoValue):
        scalars.read(text)


@pytest.mark.parametrize(
    "value", [0, -3, 0.001, 1e-7, 1.5e-7, 1e30, True, None, "word", "3", "null", "a: b", "a, b", "", [1, "x", 2.5e-9]]
)
def test_what_is_written_is_read_by_yaml_as_it_was(value):
    assert yaml.safe_load(scalars.written(value)) == value
    assert yaml.safe_load(scalars.written([value])) == [value]
