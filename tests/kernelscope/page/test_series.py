import numpy as np
import pytest

from kernelscope.page import series
from kernelscope.page.series import Series

RNG = np.random.default_rng(0)


def decoded(parts, count):
    """Return the numbers of a series from its parts, one slice at a time."""
    known = {0: parts.ends[0], count - 1: parts.ends[-1]}
    for row, (before, middle, after) in enumerate(series.order(count)):
        a, b = parts.factors[row] / 256
        first, last = (np.where(np.isfinite(known[at]), known[at], 0).astype(float) for at in (before, after))
        steps = np.where(parts.steps[row] == series.MISSING, np.nan, parts.steps[row])
        known[middle] = (a * first + b * last + steps * parts.step).astype(np.float32)
    return np.array([known[at] for at in range(count)])


def walk(count, width, scale=1.0):
    return (scale * np.cumsum(RNG.standard_normal((count, width)), 0)).astype(np.float32)


@pytest.mark.parametrize("count", range(2, 20))
def test_every_slice_comes_once_after_the_two_that_it_is_predicted_from(count):
    known = [0, count - 1]
    for before, middle, after in series.order(count):
        assert before in known
        assert after in known
        assert before < middle < after
        assert middle not in known
        known.append(middle)
    assert sorted(known) == list(range(count))


@pytest.mark.parametrize("tolerance", [1e-9, 1e-3, 0.1, 10])
@pytest.mark.parametrize(("count", "scale"), [(1, 1), (2, 1), (3, 1e-6), (40, 1e-3), (41, 1e6)])
def test_a_series_is_exact_at_both_ends_and_within_its_tolerance_between(count, scale, tolerance):
    values = walk(count, 30, scale)
    parts = series.encoded(Series(values, tolerance * scale))
    if parts is None:
        assert tolerance == 1e-9  # too many steps
        return
    back = decoded(parts, count)
    np.testing.assert_array_equal(back[[0, -1]], values[[0, -1]])
    off = np.abs(back.astype(float) - values)
    assert (off <= tolerance * scale + np.abs(values) * 2**-23).all()


def test_steps_are_whole_numbers_of_twice_the_tolerance():
    values = np.array([[0, 0], [0.24, 0], [0, 0]], np.float32)
    parts = series.encoded(Series(values, 0.05))
    assert parts.step == pytest.approx(0.1, rel=1e-4)
    assert parts.step <= 0.1
    assert parts.steps.tolist() == [[2, 0]]


def test_a_straight_line_takes_no_steps():
    values = np.linspace([1, -3, 5], [2, 0, 4], 9).astype(np.float32)
    assert not series.encoded(Series(values, 1e-2)).steps.any()


def test_the_factors_are_those_of_least_squares():
    first, last, noise = RNG.standard_normal((3, 500))
    factors = series.best_factors(first, last, 0.7 * first - 0.2 * last + 0.1 * noise)
    expected, *_ = np.linalg.lstsq(np.stack([first, last], 1), 0.7 * first - 0.2 * last + 0.1 * noise)
    np.testing.assert_allclose(factors / 256, expected, atol=1 / 256)


def test_smooth_changes_take_fewer_bits_than_differences_from_slice_to_slice():
    values = (
        walk(1, 400) * np.linspace(1, 0, 40)[:, None] + walk(1, 400) * np.linspace(0, 1, 40)[:, None] ** 2
    ).astype("f4")
    steps = series.encoded(Series(values, 0.01)).steps
    plain = np.diff(np.rint(values / 0.02), axis=0)
    assert np.abs(steps).sum() < np.abs(plain).sum() / 2


@pytest.mark.parametrize("at", [0, 3, 6])
def test_nan_stays_nan_and_harms_no_other_number(at):
    values = walk(7, 5)
    values[at, 2] = np.nan
    back = decoded(series.encoded(Series(values, 0.01)), 7)
    np.testing.assert_array_equal(np.isnan(back), np.isnan(values))
    np.testing.assert_allclose(back, values, atol=0.0101)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e30])
def test_what_is_infinite_or_too_far_between_the_ends_has_no_steps(value):
    values = walk(7, 5)
    values[3, 2] = value
    assert series.encoded(Series(values, 0.01)) is None


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_whatever_is_at_the_ends_stays(value):
    values = walk(7, 5)
    values[[0, -1], 2] = value
    back = decoded(series.encoded(Series(values, 0.01)), 7)
    np.testing.assert_array_equal(back[[0, -1]], values[[0, -1]])
    np.testing.assert_allclose(back[1:-1], values[1:-1], atol=0.0101)


def test_a_series_of_zeros_without_a_range_comes_back():
    zeros = np.zeros((5, 3), np.float32)
    np.testing.assert_array_equal(decoded(series.encoded(Series(zeros, 0.0)), 5), zeros)


def test_zigzag_numbers_are_small_near_zero():
    numbers = np.array([0, -1, 1, -2, 2, 2**15 - 1, -(2**15)], np.int16)
    assert series.zigzag(numbers).tolist() == [0, 1, 2, 3, 4, 65534, 65535]


def test_nothing_is_changed_and_two_runs_are_equal():
    values = walk(9, 6)
    before = values.copy()
    first, again = (series.encoded(Series(values, 0.1)) for _ in range(2))
    np.testing.assert_array_equal(values, before)
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_halves_of_bytes_hold_numbers_below_15_and_others_follow_in_their_order(count):
    numbers = np.array([3, 14, 15, 300, 0, 65535, 1], np.uint16)[:count]
    small, large = series.halves(numbers)
    assert small.dtype == np.uint8
    assert len(small) == -(-count // 2)
    codes = [half for byte in small.tolist() for half in (byte % 16, byte // 16)][:count]
    rest = iter(large.tolist())
    assert [next(rest) if code == 15 else code for code in codes] == numbers.tolist()
    assert list(rest) == []
