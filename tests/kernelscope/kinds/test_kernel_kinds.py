"""Kernels of known kinds get their kinds, noise gets none, and shares over seeds are those of the table."""

import numpy as np
import pytest
from made_up.planted_kernels import RED_GREEN, YELLOW_BLUE, bank, bell, colored, step, waves
from tiers import rows

from kernelscope.figures import saving
from kernelscope.kinds import kernel_kinds, kinds_figure, kinds_table
from kernelscope.kinds.kinds_table import BOTH, TRAINED, UNTRAINED, Run
from kernelscope.measures import color, spectra
from kernelscope.stats import pvalues


def untrained(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.01, (count, 3, 11, 11))


def kinds_of(kernels: np.ndarray, seed: int = 0) -> list[str]:
    of = kernel_kinds.measured(kernels, 0.01, [seed])
    return kernel_kinds.kinds(of, kernels.shape[-1], pvalues.corrected(of.oriented_p)).tolist()


@pytest.fixture(scope="module")
def table() -> list[dict]:
    planted, _ = bank(0)
    alive = np.arange(len(planted)) > 0  # the first is dead
    runs = [Run(seed, untrained(len(planted), seed), bank(seed)[0], alive) for seed in (0, 1, 2)]
    return kinds_table.rows(runs, 0.01, 2)


@pytest.mark.parametrize("seed", rows([0, 1, 2], 0))
def test_planted_kernels_get_their_kinds(seed):
    planted, kinds = bank(seed)
    assert kinds_of(planted, seed) == kinds


@pytest.mark.parametrize("seed", rows([0, 1, 2, 3, 4], 0))
def test_at_most_two_percent_of_untrained_kernels_are_oriented_or_color_blobs(seed):
    found = kinds_of(untrained(96, 100 + seed), seed)
    assert sum(kind in kernel_kinds.KNOWN for kind in found) <= 2
    assert found.count("noise") >= 90


def test_no_kind_depends_on_size_or_sign():
    planted, kinds = bank(0)
    assert kinds_of(-1e-4 * planted) == kinds


def test_kernels_that_are_constant_or_not_finite_are_noise():
    odd = np.stack([np.zeros((3, 11, 11)), np.full((3, 11, 11), np.nan), np.ones((3, 11, 11))])
    assert kinds_of(np.concatenate([odd, bank(0)[0]]))[:3] == ["noise"] * 3


@pytest.mark.parametrize("degrees", [0, 30, 90, 135])
def test_direction_and_frequency_are_those_of_the_waves(degrees):
    found = spectra.of_kernels(colored(waves(3, degrees), RED_GREEN)[None])
    assert found["orientation"][0] == pytest.approx(degrees, abs=4) or found["orientation"][0] > 176
    assert found["frequency"][0] == pytest.approx(3 / 11, abs=0.03)


def test_the_power_of_one_channel_is_that_of_the_kernel():
    plane = step(30)
    alone, of_channel = spectra.of_kernels(colored(plane, (0, 1, 0))), spectra.measures(plane)
    for name in ("orientation_concentration", "orientation"):
        assert alone[name] == pytest.approx(of_channel[name])


@pytest.mark.parametrize(
    ("channels", "degrees"), [(RED_GREEN, 0), (YELLOW_BLUE, 90), ((1, 0, -1), 60), ((0, 1, -1), 120)]
)
def test_the_opponent_axis_is_that_of_the_channels(channels, degrees):
    assert color.opponent_axis(colored(bell(6), channels)[None])[0] % 180 == pytest.approx(degrees, abs=1e-6)
    assert color.opponent_axis(-colored(bell(6), channels)[None])[0] % 180 == pytest.approx(degrees, abs=1e-6)


def test_gray_kernels_have_no_opponent_axis_and_one_channel_no_color():
    assert np.isnan(color.opponent_axis(np.zeros((1, 3, 5, 5))))
    assert np.isnan(color.opponent_axis(np.ones((1, 1, 5, 5))))
    assert set(kinds_of(bank(0)[0].mean(1, keepdims=True))) <= set(kernel_kinds.KINDS) - {"color blob"}


def test_a_dead_kernel_has_no_kind_and_counts_in_no_share(table):
    dead = [row for row in table if row["state"] == TRAINED and row["kernel"] == 0]
    assert [row["kind"] for row in dead] == ["", "", ""]
    shares = {row["kind"]: row for row in kinds_table.shares(table)}
    assert shares["grating"][TRAINED] == pytest.approx(1 / 6)
    assert shares[BOTH][TRAINED] == pytest.approx(5 / 6)
    assert shares[BOTH][UNTRAINED] == 0
    assert sum(shares[kind][TRAINED] for kind in kernel_kinds.KINDS) == pytest.approx(1)


def test_the_first_half_of_the_kernels_is_part_one(table):
    assert [row["part"] for row in table[:7]] == [1, 1, 1, 1, 2, 2, 2]


def test_the_figure_is_drawn_with_and_without_controls(table, tmp_path):
    shares = kinds_table.shares(table)
    for number, controls in enumerate(({}, {"random": shares, "scrambled": shares})):
        page = kinds_figure.figure("d · a", table, shares, controls, "tower")
        path = tmp_path / f"{number}.png"
        saving.write([str(path)], page, "screen")
        assert path.stat().st_size > 10_000
