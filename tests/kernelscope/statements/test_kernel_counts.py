import numpy as np

from kernelscope.statements import kernel_counts, verdicts
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED


def row(seed, kernel, state="trained", p=0.5, value=0.1, claim="oriented", **fields):
    row = {"seed": seed, "layer": "conv1", "kernel": kernel, "state": state, "p": p, "value": value, "claim": claim}
    return row | {"alive": "True", "smallest_p": 0.0005, "null": "noise", "label": None, "reason": None} | fields


def bank(rng, state, seeds=4, kernels=6, **fields):
    return [row(s, k, state, p=rng.uniform(0.2, 1), **fields) for s in range(seeds) for k in range(kernels)]


def judged(rows):
    (statement,) = verdicts.judged(kernel_counts.statements(rows, "d", "a"))
    return statement


def test_one_kernel_far_beyond_the_null_is_found_and_counted():
    rng = np.random.default_rng(0)
    rows = bank(rng, "trained", claim="shape") + bank(rng, "untrained", claim="shape")
    rows[3] |= {"p": 0.0005, "label": "corner"}
    statement = judged(rows)
    assert statement.verdict == SHOWN
    assert (statement.numbers[0].value, statement.numbers[0].n, statement.numbers[0].untrained) == (1, 24, 0)
    assert statement.numbers[-1].statistic == "label: corner"


def test_seeds_that_could_not_be_tested_are_named_and_the_null_has_its_mean():
    rows = [row(s, k, null_mean=0.1 * s) for s in range(1, 4) for k in range(2)]
    rows += [row(0, k, p=None, reason="the network is not better than chance") for k in range(3)]
    numbers = {n.statistic: n for n in judged(rows).numbers}
    assert (numbers["seeds_tested"].value, numbers["seeds_tested"].n) == (3, 4)
    assert numbers["left out: 0"].value == 3
    np.testing.assert_allclose(numbers["trained"].null_value, 0.2)
    assert not [n for n in judged(rows[:6]).numbers if n.statistic == "seeds_tested"]


def test_dead_kernels_do_not_count():
    rng = np.random.default_rng(0)
    rows = bank(rng, "trained") + bank(rng, "untrained")
    rows[3] |= {"p": 0.0005, "alive": "False"}
    statement = judged(rows)
    assert statement.verdict == NO_EVIDENCE
    assert statement.numbers[0].n == 23


def test_what_untrained_kernels_do_as_well_is_no_evidence():
    rng = np.random.default_rng(0)
    rows = bank(rng, "trained") + bank(rng, "untrained")
    rows[3] |= {"p": 0.0005}
    rows[-1] |= {"p": 0.0005}
    assert judged(rows).reason == "also true of untrained networks"


def test_untrained_kernels_pass_in_about_the_level_of_all_experiments():
    rng, shown = np.random.default_rng(1), 0
    for _ in range(300):
        rows = [
            row(s, k, state, p=(1 + rng.integers(2000)) / 2000)
            for state in ("trained", "untrained")
            for s in range(3)
            for k in range(8)
        ]
        shown += judged(rows).verdict == SHOWN
    assert shown <= 27  # 5 % of 300 is 15; 99 % point of the binomial is 25


def test_kernels_that_could_not_be_tested_give_their_reason():
    rows = [row(0, k, p=None, reason="no power below 7 x 7") for k in range(3)]
    statement = judged(rows)
    assert (statement.verdict, statement.reason) == (UNDECIDED, "no power below 7 x 7")
    dead = [row(0, k, alive="False") for k in range(3)]
    assert judged(dead).verdict == UNDECIDED


def test_a_shape_that_no_model_stands_out_of_is_counted_too_so_that_the_list_adds_up():
    rows = [row(0, k, p=0.0005, label=["none", "bar"][k], claim="shape") for k in range(2)]
    assert [n.statistic for n in judged(rows).numbers if n.statistic.startswith("label")] == [
        *("label: bar", "label: no single shape"),
    ]
