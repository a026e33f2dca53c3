import pytest
from numbers_in_text import unexplained

from kernelscope.statements import draws, verdicts
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED

ROW = {
    **{"arch": "a", "state": "trained", "layer": "conv1", "datasets": "d e", "within": 0.5, "between": 0.4, "n": 6},
    **{"difference": -0.1, "low": -0.12, "high": -0.08, "p": 0.03, "smallest_p": 0.03, "reason": "x"},
    **{"would_decide": None},
}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, SHOWN),
        ({"within": 0.4, "between": 0.5, "difference": 0.1}, NO_EVIDENCE),
        ({"p": 0.3}, NO_EVIDENCE),
        ({"p": 0.25, "smallest_p": 0.25, "would_decide": "6 seeds"}, UNDECIDED),
        (dict.fromkeys(["within", "between", "difference", "low", "high", "p", "smallest_p"]), UNDECIDED),
    ],
)
def test_other_images_lead_to_other_kernels_if_kernels_are_less_alike_across_them(changes, verdict):
    (found,) = verdicts.judged(draws.statements([ROW | changes, ROW | {"state": "untrained", "difference": 0.0}]))
    assert found.verdict == verdict
    assert found.dataset == "d, e"
    assert not unexplained(found), found.text
