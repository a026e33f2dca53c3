"""Read the statements of an experiment."""

import pytest

import kernelscope as ks


def test_statements_are_rows_with_numbers(tmp_path):
    (tmp_path / "statements.csv").write_text("claim,value,reason\nsmooth,0.5,\nwide,,no power\n")
    assert ks.statements(tmp_path) == [
        {"claim": "smooth", "value": 0.5, "reason": None},
        {"claim": "wide", "value": None, "reason": "no power"},
    ]
    with pytest.raises(ValueError, match=r"got no statements\.csv, expected the results of an experiment"):
        ks.statements(tmp_path / "nothing")
