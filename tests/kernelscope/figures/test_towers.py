"""The figure of two towers: kernels sixteen a row, tower 1 above tower 2, and a column for each seed."""

import numpy as np
from study_rows import tower as row

from kernelscope.figures import kernel_tiles, towers

RNG = np.random.default_rng(0)


def test_tower_one_is_above_tower_two_sixteen_a_row():
    bank = RNG.normal(size=(96, 3, 5, 5))
    sheet = towers.sheet(bank, np.ones(96, bool))
    tiles = [kernel_tiles.colored(kernel, 60) for kernel in bank]
    side, gap = tiles[0].shape[0], 4
    for number, tile in enumerate(tiles):
        half, place = divmod(number, 48)
        line, col = divmod(place, 16)
        top = half * (3 * side + 2 * gap + towers.GAP) + line * (side + gap)
        np.testing.assert_array_equal(sheet[top : top + side, col * (side + gap) :][:, :side], tile)


def test_what_is_not_alive_has_black_dashes():
    bank, alive = RNG.normal(size=(8, 3, 5, 5)), np.arange(8) != 5
    assert (towers.sheet(bank, alive) == 0).all(-1).any()
    assert not (towers.sheet(bank, np.ones(8, bool)) == 0).all(-1).any()


def test_every_seed_has_its_null_its_start_and_its_value():
    rows = [row(0, size=0.2, null_95=0.1), row(3, size=0.3, null_95=0.15, tower=2), row(4, p=None)]
    rows[0] |= {"color_1": 0.6, "color_2": 0.4}
    page = towers.figure("title", rows, 0, RNG.normal(size=(8, 3, 5, 5)), np.ones(8, bool), "half")
    kernels, seeds = page.axes
    assert kernels.get_title(loc="left").startswith(
        "seed 0: half 1 above, half 2 below; mean color index 0.60 and 0.40 (p = 0.0010)"
    )
    assert [patch.get_height() for patch in seeds.patches] == [0.1, 0.15]
    points = {line.get_label(): line.get_ydata().tolist() for line in seeds.lines}
    assert points["trained, more color in half 1"] == [0.2]
    assert points["trained, more color in half 2"] == [0.3]
    assert points["untrained"] == [0.01, 0.01]
    assert [label.get_text() for label in seeds.get_xticklabels()] == ["0", "3"]
