import numpy as np
import pytest
from made_up.network_tables import SEED_TEST, SETTLED, TYPE, run, tables
from numbers_in_text import unexplained

from kernelscope.comparison import settling
from kernelscope.statements import networks, statement, verdicts
from kernelscope.statements.statement import SHOWN, UNDECIDED


def judged(**fields):
    return verdicts.judged(networks.of_architecture("d", "a", tables(**fields)))


def test_every_number_in_a_sentence_is_in_the_rows_and_every_sentence_is_whole():
    statements = judged()
    assert len({s.claim for s in statements}) > 15
    for s in statements:
        assert not unexplained(s), s.text
        assert s.text.endswith(".") and s.text[0].isupper() and "None" not in s.text and "{" not in s.text, s.text


def test_a_sentence_has_its_own_name_and_a_weaker_null_stands_beside_the_stronger_one():
    statements = judged()
    assert len({s.name for s in statements}) == len(statements)
    (energy,) = [s for s in statements if s.claim == "energy_profile"]
    assert energy.test.null == "kernels permuted among the seeds"
    assert [n.null_value for n in energy.numbers if n.statistic == "weaker: re-initialized layers"] == [0.0]


def test_every_row_has_all_columns_and_a_reason_where_something_is_missing():
    for s in judged() + judged(seeds=1) + judged(seeds=2):
        for row in statement.rows(s):
            assert list(row) == list(statement.COLUMNS)
            missing = [name for name in ("value", "p", "low", "verdict") if row[name] in (None, "")]
            assert row["reason"] or not missing, (s.name, row["statistic"], missing)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (settling.NEVER, "No kernel settles (2 runs failed)."),
        (settling.FAILED, "It is unknown when kernels settle, as every training run failed."),
    ],
)
def test_where_no_kernel_settles_the_sentence_says_why(reason, said):
    never = SETTLED | dict.fromkeys(("settled_step", "settled_after", "share", "low", "high"))
    never |= {
        "seeds": 0,
        "failed": 2,
        "reason": reason,
    }
    (found,) = [s for s in judged(settling=[never]) if s.question == "when"]
    assert found.text == said


def test_a_table_that_was_not_made_leaves_no_statement_about_it():
    empty = judged(
        kernel_tests=[], seed_tests=[], vocabulary=[], settling=[], initial_correlation=[], labels=np.zeros(0, int)
    )
    assert {s.claim for s in empty} == {"initial_ratio"}


@pytest.mark.parametrize(("row", "words"), [({"p": None, "reason": "one seed", "would_decide": "2 seeds"}, "one seed")])
def test_an_undecided_test_says_why_and_what_would_decide_it(row, words):
    (found,) = [s for s in judged(seed_tests=[SEED_TEST | row]) if s.claim == "same_kernels"]
    assert found.verdict == UNDECIDED
    assert found.text == (
        "It cannot be decided whether every seed learns the same kernels, or the same mixture of them: "
        f"{words}. It would take 2 seeds."
    )


def test_networks_no_better_than_chance_are_not_shown_to_classify():
    failed = [run(0, test_accuracy=1.0), run(1, test_accuracy=0.33)]
    (found,) = [s for s in judged(summary=failed) if s.claim == "accuracy"]
    assert found.verdict != SHOWN


def test_one_seed_and_one_type_are_in_the_singular():
    found = [s for s in judged(vocabulary=[TYPE | {"seeds": 1, "seeds_total": 1}]) if s.claim == "vocabulary"]
    assert [s.text.split(",")[0] for s in found] == ["The 6 kernels of 1 seed fall into 1 type"]


def test_controls_are_named_by_what_they_lack():
    assert {"labels", "images", "conv_training"} <= {s.claim for s in judged()}


def test_settling_says_of_how_many_steps_and_how_far_apart_snapshots_are():
    (found,) = [s for s in judged(settling=[SETTLED], steps=300) if s.claim == "settled"]
    assert found.text == (
        "The median kernel settles by step 76 of 300 (snapshots 6 steps apart), after 21 % [19, 23] of the summed "
        "learning rate."
    )
    (found,) = [s for s in judged(settling=[SETTLED | {"settled_after": 76.0}]) if s.claim == "settled"]
    assert found.text.startswith("The median kernel settles by step 76, after 21 %")
