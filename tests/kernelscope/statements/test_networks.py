import numpy as np
import pytest
from numbers_in_text import unexplained

from kernelscope.comparison import seed_tests
from kernelscope.statements import networks, statement, verdicts
from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.statement import SHOWN, UNDECIDED

SEED_TEST = {
    **{"state": "trained", "layer": "conv1", "claim": "same_kernels", "statistic": "matched similarity", "value": 0.52},
    **{"null": "kernels dealt at random", "null_mean": 0.46, "null_sd": 0.01, "excess": 0.06, "low": 0.03},
    **{"high": 0.09, "p": 0.002, "smallest_p": 0.001, "sides": 2, "n": 6, "n_unit": "seeds", "detectable": 0.02},
    **{"reason": None, "would_decide": None, "detectable_shared": 1.0},
}
TYPE = {"layer": "conv1", "type": 0, "kernels": 6, "seeds": 6, "seeds_total": 6, "feature": "corner, square"}
START = {
    **{"layer": "conv1", "span": "all", "kernels": 72, "seeds": 6, "own": 0.14, "others": 0.001, "p": 0.001},
    **{"smallest_p": 0.001, "best": 0.67, "best_chance": 0.083, "low": 0.11, "high": 0.17, "reason": None},
}
SETTLED = {
    **{"layer_a": "conv1", "layer_b": None, "seeds": 6, "failed": 0, "settled_step": 76.0, "settled_after": 70.5},
    **{"unit": "the summed learning rate", "share": 0.21, "low": 0.19, "high": 0.23, "difference": None, "p": None},
    **{"smallest_p": None, "reason": "a layer alone is not tested", "would_decide": None},
}
ORDER = SETTLED | {
    "layer_b": "conv2",
    "difference": -0.02,
    "low": -0.03,
    "high": -0.01,
    "p": 0.031,
    "smallest_p": 0.031,
}
CONTROL = SEED_TEST | {"claim": "same_kinds_control", "value": 0.2, "null_mean": 0.0, "excess": 0.2}


def run(seed, **fields):
    row = {"seed": seed, "test_accuracy": 0.9 + seed / 100, "failure": None, "initial_ratio": 0.03 + seed / 1000}
    return row | {"decay_factor": 0.469} | fields


def kernel(seed, kernel, claim, state):
    trained = state == "trained"
    return {
        **{"state": state, "layer": "conv1", "kernel": kernel, "alive": "True", "claim": claim, "seed": seed},
        **{"value": 0.3 + 0.1 * trained + seed / 100, "null": "noise", "p": 0.0005 if trained else 0.7},
        **{"smallest_p": 0.0005, "label": "corner, square" if trained else None, "reason": None},
    }


def tables(seeds=6, **fields):
    labels = np.repeat([0, 1, 2], 200)
    claims = [name for name, claim in CLAIMS.items() if "{count}" in claim.numbers]
    states = ("trained", "untrained")
    made = {
        "summary": [run(seed) for seed in range(seeds)],
        "kernel_tests": [kernel(s, k, c, t) for c in claims for t in states for s in range(seeds) for k in range(4)],
        "seed_tests": [
            *(SEED_TEST | {"claim": claim} for claim in SEED_CLAIMS),
            *(CONTROL | {"null": kind} for kind in ("random labels", "phase-scrambled images", "frozen layers")),
            SEED_TEST | {"state": "untrained", "value": 0.44},
            SEED_TEST | {"claim": "energy_profile", "null": "re-initialized layers", "null_mean": 0.0},
        ],
        "initial_correlation": [START, START | {"span": "inside"}],
        "vocabulary": [TYPE, TYPE | {"type": 1, "seeds": 2, "kernels": 3, "feature": None}],
        "settling": [SETTLED, SETTLED | {"layer_a": "conv2"}, ORDER],
        "untrained": [0.33] * seeds,
        "labels": labels,
    }
    return made | fields


SEED_CLAIMS = (*seed_tests.CLAIMS, "representation", "energy_profile")


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
    assert energy.test.null == "kernels dealt at random"
    assert [n.null_value for n in energy.numbers if n.statistic == "weaker: re-initialized layers"] == [0.0]


def test_every_row_has_all_columns_and_a_reason_where_something_is_missing():
    for s in judged() + judged(seeds=1) + judged(seeds=2):
        for row in statement.rows(s):
            assert list(row) == list(statement.COLUMNS)
            missing = [name for name in ("value", "p", "low", "verdict") if row[name] in (None, "")]
            assert row["reason"] or not missing, (s.name, row["statistic"], missing)


def test_where_no_kernel_settles_the_sentence_says_why():
    never = SETTLED | dict.fromkeys(("settled_step", "settled_after", "share", "low", "high"))
    never |= {
        "seeds": 0,
        "failed": 2,
        "reason": "no kernel settles in any seed that did not fail and has several snapshots",
    }
    (found,) = [s for s in judged(settling=[never]) if s.question == "when"]
    assert found.text == "No kernel settles in any seed that did not fail and has several snapshots (2 failed)."


def test_a_table_that_was_not_made_leaves_no_statement_about_it():
    empty = judged(
        kernel_tests=[], seed_tests=[], vocabulary=[], settling=[], initial_correlation=[], labels=np.zeros(0, int)
    )
    assert {s.claim for s in empty} == {"initial_ratio"}


@pytest.mark.parametrize(("row", "words"), [({"p": None, "reason": "one seed", "would_decide": "2 seeds"}, "one seed")])
def test_an_undecided_test_says_why_and_what_would_decide_it(row, words):
    (found,) = [s for s in judged(seed_tests=[SEED_TEST | row]) if s.claim == "same_kernels"]
    assert found.verdict == UNDECIDED
    assert found.text.endswith(f"cannot be decided: {words}. It would take 2 seeds.")


def test_networks_no_better_than_chance_are_not_shown_to_classify():
    failed = [run(0, test_accuracy=1.0), run(1, test_accuracy=0.33)]
    (found,) = [s for s in judged(summary=failed) if s.claim == "accuracy"]
    assert found.verdict != SHOWN


def test_one_seed_and_one_type_are_in_the_singular():
    found = [s for s in judged(vocabulary=[TYPE | {"seeds": 1, "seeds_total": 1}]) if s.claim == "vocabulary"]
    assert [s.text.split(",")[0] for s in found] == ["The 6 kernels of 1 seed fall into 1 type"]


def test_controls_are_named_by_what_they_lack():
    assert {"labels", "images", "conv_training"} <= {s.claim for s in judged()}
