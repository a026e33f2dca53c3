import pytest

from kernelscope.statements import verdicts
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED, Number, Statement
from kernelscope.stats import text
from kernelscope.stats.pvalues import LEVEL


def kernels(p, smallest=0.001, value=0.5, null=0.2, count=5, untrained=0, **fields):
    test = Number("trained", value, n=6, n_unit="seeds", null_value=null, untrained=0.1, p=p, smallest_p=smallest)
    first = Number("count", count, "kernels", n=12, n_unit="kernels", untrained=untrained)
    return Statement("oriented", (first, test._replace(sides=1)), dataset="d", arch="a", layer="conv1", **fields)


def between_seeds(p, difference):
    test = Number("similarity", 0.4 + difference, null_value=0.4, p=p, smallest_p=0.001, sides=2)
    return Statement("same_kernels", (test, Number("excess", difference, low=difference - 0.2, high=difference + 0.2)))


def test_an_opposite_or_weak_difference_is_written_with_its_p():
    (opposite, weak) = verdicts.judged([between_seeds(0.01, -0.1), between_seeds(0.01, 0.1)])
    assert opposite.text.endswith("p = 0.01 (the difference has the opposite sign).")
    assert weak.text.endswith("p = 0.01; weak, as the interval includes zero.")


@pytest.mark.parametrize(
    ("statement", "verdict", "reason"),
    [
        (kernels(0.001), SHOWN, ""),
        (kernels(LEVEL), SHOWN, ""),
        (kernels(LEVEL * 1.01), NO_EVIDENCE, ""),
        (kernels(0.01, count=5, untrained=5), NO_EVIDENCE, "also true of untrained networks"),
        (kernels(0.01, value=0.1), SHOWN, ""),  # a mean over all kernels, of which some pass
        (between_seeds(0.01, -0.1), NO_EVIDENCE, "the difference has the opposite sign"),
        (between_seeds(0.01, 0.1), SHOWN, ""),
        (kernels(0.125, smallest=0.125), UNDECIDED, "the smallest possible p is 0.13"),
        (kernels(None), UNDECIDED, "it could not be tested"),
        (kernels(0.001, reason="all kernels are dead"), UNDECIDED, "all kernels are dead"),
    ],
)
def test_a_verdict_follows_from_p_the_design_and_the_rival(statement, verdict, reason):
    (judged,) = verdicts.judged([statement])
    assert (judged.verdict, judged.reason) == (verdict, reason)


def test_a_description_has_no_verdict():
    (judged,) = verdicts.judged([Statement("failures", (Number("failures", 1, "seeds", n=8),))])
    assert judged.verdict == ""
    assert judged.text == "Failed runs: 1 of 8."


def test_statements_of_one_family_are_corrected_together_and_those_of_another_dataset_are_not():
    of_d = [kernels(p, family="headline") for p in (0.02, 0.03, None)]
    other = kernels(0.03, family="headline")._replace(dataset="e")
    alone = kernels(0.03)
    p = [statement.test.p for statement in verdicts.judged([*of_d, other, alone])]
    assert p == pytest.approx([0.04, 0.04, None, 0.03, 0.03], nan_ok=True)


def test_a_p_at_its_floor_stays_at_the_floor_after_correction():
    (first, _) = verdicts.judged([kernels(0.001, family="headline"), kernels(0.2, family="headline")])
    assert (first.test.p, first.test.smallest_p) == (0.002, 0.002)
    assert text.p_text(first.test.p, first.test.smallest_p) == "p ≤ 0.002"
