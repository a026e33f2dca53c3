"""Fixed sentences about a sweep, from made-up tables."""

import pytest
from factor_table_rows import cell, effect, level

from kernelscope.findings import document, factors


def test_the_factor_that_matters_most_comes_first_and_others_not_at_all():
    rows = [
        effect("kernels", 0.1, 0.01),
        effect("training.loss", 0.6, 0.001, low=0.5, high=0.7),
        effect("stride", 0.01, 0.5),
    ]
    rows += [effect("kernels x stride", 0.02), effect("seeds", 0.25), effect("higher interactions", 0.02)]
    means = [level("training.loss", "mse", 0.2, low=0.1, high=0.3), level("training.loss", "ce", 0.8)]
    assert factors.explained("structured", rows, means) == (
        "Share of kernels beyond white noise: of its variance over 40 runs, loss 60.0 % (95 % interval 50.0 % to "
        "70.0 %), kernels 10.0 % (each p ≤ 0.05); pairs of factors 2.0 %, seeds 25.0 %, the rest of the "
        "conditions 2.0 %. Means: mse 0.20 (0.10 to 0.30), ce 0.80. [effects.csv, levels.csv]"
    )


def test_p_is_corrected_over_the_factors_of_an_outcome():
    rows = [effect(name, 0.1, p) for name, p in (("kernels", 0.04), ("stride", 0.5), ("training.loss", 0.6))]
    assert factors.explained("structured", rows, []) == (
        "Share of kernels beyond white noise: no factor is shown to matter (p ≤ 0.05 after correction). [effects.csv]"
    )


@pytest.mark.parametrize(("p", "verdict"), [(0.001, "Yes (p ≤ 0.05) in 1 of 1 outcomes"), (0.3, "Nothing is shown")])
def test_a_claim_is_answered_by_its_p(p, verdict):
    rows, means = [effect("kernels", 0.1, p)], [level("kernels", "kernels3", 0.9), level("kernels", "kernels12", 0.7)]
    sentence = factors.asked("few and many kernels differ", "kernels", ("structured",), rows, means)
    assert sentence.startswith(
        f"Do few and many kernels differ? {verdict}: share of kernels beyond white noise kernels3 0.90,"
    )


def test_a_claim_about_a_factor_that_was_not_varied_is_not_there():
    assert factors.asked("losses differ", "training.loss", ("bars",), [effect("kernels", 0.1, 0.1)], []) == ""


@pytest.mark.parametrize(
    ("other", "is_clear"),
    [
        ({}, True),
        ({"accuracy": 0.98}, False),
        ({"share": 0.05}, False),
        ({"structured": 0.89}, False),
        ({"failures": 1}, False),
    ],
)
def test_a_cell_is_clear_if_all_is_reached(other, is_clear):
    sentence = factors.reached([cell(**other), cell("noisy", share=0.8)])
    assert ("1 of 2: x." in sentence) == is_clear
    assert ("none of 2. The nearest: x:" in sentence) == (not is_clear)


def test_failures_have_an_interval():
    assert factors.failed_of(0, 60) == "0 of 60 failed (95 % interval 0.0 % to 6.0 %)"


def test_one_architecture_in_words():
    assert factors.alone(cell() | {"initial_ratio_low": 0.01, "initial_ratio_high": 0.03}) == (
        "x: what is left of the start, relative to the kernel 0.02 (0.01 to 0.03), "
        "share of kernels beyond white noise 0.95, "
        "test accuracy 0.99; 0 of 10 failed (95 % interval 0.0 % to 30.8 %). [conditions.csv]"
    )


def test_a_sweep_and_what_stands_beside_it_are_two_parts():
    effects = [effect("kernels", 0.5, 0.001) | {"design": "x"}]
    parts = document.of_sweeps([cell("x"), cell("alone")], effects, [])
    assert [part.splitlines()[0] for part in parts] == ["### Sweep of x", "### Beside the sweeps"]
    assert "* alone: " in parts[1] and "alone" not in parts[0]
