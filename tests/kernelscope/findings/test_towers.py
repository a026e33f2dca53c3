"""Fixed sentences about two towers, from made-up tables."""

import numpy as np
import pytest
from tower_rows import row

from kernelscope.comparison import towers as comparison_towers
from kernelscope.findings import document
from kernelscope.findings import towers as findings_towers
from kernelscope.probes import atlas_table


def test_in_every_run_or_not():
    sentence = findings_towers.specialized([row(seed, size=0.3 + seed / 1e6) for seed in range(20)])
    assert "in 20 of 20 seeds (100.0 %, 95 % interval 83.2 % to 100.0 %; 20 after Holm), so in every run" in sentence
    assert "specialization 0.30 (95 % interval 0.30 to 0.30, n = 20), dealt at random 0.05" in sentence
    sentence = findings_towers.specialized([row(0), row(1, p=0.4), row(2, p=0.01)])
    assert "in 2 of 3 seeds" in sentence and "so not in every run" in sentence and "1 after Holm" in sentence


def test_which_tower_has_the_color_is_held_against_chance():
    sentence = findings_towers.chosen([row(seed, tower=1 if seed < 3 else 2) for seed in range(6)])
    assert sentence == (
        "Where one tower has the color, it is tower 1 in 3 of 6 seeds and tower 2 in 3 (against chance p = 1). "
        "[towers.csv]"
    )
    assert "(against chance p = 0.031)" in findings_towers.chosen([row(seed) for seed in range(6)])
    assert findings_towers.chosen([]) == ""


def test_whether_the_start_decides():
    rows = [row(seed, tower=2, before=1 + seed % 2, untrained_specialization=0.01 + 0.001 * seed) for seed in range(10)]
    sentence = findings_towers.same_start(rows)
    assert "is the one that had more untrained in 5 of 10 seeds (against chance p = 1)" in sentence
    assert findings_towers.same_start([row | {"untrained_specialization": 0.01} for row in rows]) == ""


def test_the_joined_network_stands_beside_it():
    towers, joined = [row(seed) for seed in range(10)], [row(seed, p=0.5, size=0.02) for seed in range(10)]
    sentence = findings_towers.beside(towers, joined)
    assert "differ in 0 of 10 seeds (Fisher p < 0.001), by 0.02" in sentence
    assert findings_towers.beside(towers, []) == ""


def test_without_kernels_alive_there_is_one_sentence():
    sentences = findings_towers.towers([row(0, p=None)])
    assert sentences == ["No kernel of a tower is alive in any seed: nothing to compare. [towers.csv]"]


def test_a_network_without_towers_has_halves():
    text = " ".join(findings_towers.towers([row(0), row(1)], part=comparison_towers.HALF))
    assert "tower" not in text.replace("[towers.csv]", "")
    assert "The halves' mean color index" in text and "Where one half has the color, it is half 1 in 2 of 2" in text
    assert findings_towers.towers([row(0, p=None)], part=comparison_towers.HALF)[0].startswith(
        "No kernel of a half is alive"
    )
    assert [comparison_towers.part(count) for count in (1, 2)] == ["half", "tower"]


def test_they_follow_the_other_sentences_of_the_architecture():
    summary = [{"test_accuracy": 0.9, "failure": ""}]
    names = ("atlas", "subspace_fit", "pairs", "universal", "energy_agreement", "cka")
    tables = {name: [] for name in names} | {"summary": summary, "controls": {}}
    text = document.of_architecture(
        "two", tables | {"atlas": [blank_atlas()]}, findings_towers.towers([row(0), row(1)], [row(0, p=0.9)])
    )
    lines = text.splitlines()
    assert lines[0] == "### two"
    assert next(line for line in lines if "[towers.csv]" in line).startswith("* The towers' mean color index")
    assert "[towers.csv]" not in document.of_architecture("one", tables | {"atlas": [blank_atlas()]})


def blank_atlas():
    return dict.fromkeys(atlas_table.COLUMNS) | {"layer": "conv1", "seed": 0}


@pytest.mark.parametrize(
    ("numbers", "text"), [([0.5], "0.50"), ([0.4, 0.6], "0.50 (95 % interval 0.00 to 1.00, n = 2)")]
)
def test_a_mean_has_its_interval(numbers, text):
    assert findings_towers.with_interval(np.array(numbers)) == text
