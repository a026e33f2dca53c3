"""The figure of a sweep: a panel for each outcome and factor, and the kernels above."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from study_rows import cell, effect, level

from kernelscope.figures import factors, styling
from kernelscope.stats import factor_rows


@pytest.fixture(scope="module")
def drawn():
    effects = [
        effect("kernels", 0.5, 0.001),
        effect("training.loss", 0.01, 0.7),
    ]  # corrected over both: 0.002 and 0.7
    levels = [
        level("kernels", "kernels3", 0.9, low=0.8, high=1.0),
        level("kernels", "kernels12", 0.4, low=0.3, high=0.5),
    ]
    levels += [level("training.loss", name, 0.5) for name in ("ce", "mse")]
    rng = np.random.default_rng(0)
    conditions = [(cell(name), *rng.normal(size=(3, 8, 1, 9, 9))) for name in ("a", "b")]
    return factors.figure("small", effects, levels, conditions, "screen")


def panels(drawn):
    above, below = drawn.subfigs
    return above.axes, below.axes


def test_there_is_a_row_of_kernels_for_each_and_a_panel_for_each_factor(drawn):
    kernels, effects = panels(drawn)
    for axes in kernels:
        assert [label.get_text() for label in axes.get_xticklabels()] == ["untrained", "trained", "change"]
    assert [axes.get_title() for axes in effects] == ["kernels", "loss", "explains of the variance"]
    words = "b: test accuracy 99.5\u00a0%, left of the start 0.02 (decay factor 0.47); 0 of 10 failed"
    assert kernels[1].get_title(loc="left") == f"{words}; the first 6 of 8 kernels"


def test_dots_stand_at_the_means_and_bars_are_the_intervals(drawn):
    axes = panels(drawn)[1][0]
    assert axes.lines[0].get_ydata().tolist() == [0.9, 0.4]
    bars = axes.collections[0].get_segments()
    assert np.allclose([bar[:, 1] for bar in bars], [[0.8, 1.0], [0.3, 0.5]])
    assert [label.get_text() for label in axes.get_xticklabels()] == ["kernels3", "kernels12"]


def test_the_last_panel_has_a_bar_for_what_each_factor_explains_gray_without_evidence(drawn):
    *_, shares = panels(drawn)[1]
    assert [bar.get_width() for bar in shares.patches] == [0.5, 0.01]
    assert [same_color(bar.get_facecolor(), styling.FAINT) for bar in shares.patches] == [False, True]
    assert [text.get_text().strip() for text in shares.texts] == ["50\u00a0% (p ≤ 0.002)", "1\u00a0% (p = 0.7)"]


def test_the_note_says_of_how_many_runs_the_kernels_are():
    effects = [{"outcome": "initial_ratio", "runs": 107}, {"outcome": "accuracy", "runs": 160}]
    assert factors.counted(effects) == "the 107 of 160 "
    assert factors.counted(effects[1:]) == ""


def test_extremes_are_the_noisiest_and_the_clearest():
    rows = [cell("middle", share=0.3), cell("clear", share=0.01), cell("noisy", share=0.9)]
    assert [row["arch"] for row in factors.extremes(rows)] == ["noisy", "clear"]
    assert [row["arch"] for row in factors.extremes(rows[:1])] == ["middle"]


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        ("training.weight_decay.conv", "weight decay (conv)"),
        ("kernel_size", "kernel size"),
        ("base", "network or optimizer"),
    ],
)
def test_a_factor_in_words(factor, words):
    assert factor_rows.words(factor) == words
