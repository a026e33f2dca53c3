"""Which states a training keeps: evenly spaced in net movement, whatever the speed, and the same after a kill."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kernelscope.training import snapshot_buffer
from kernelscope.training.snapshot_buffer import SnapshotBuffer, evenly_spaced, net_movement, net_movements

LEAST, MOST = 50, 400  # steps of a training


def at(place, turn=0.0):
    """Return kernels far from zero at a place on a line, with a part across it."""
    return {"conv1": np.array([[[[1000 + place, turn]]]], np.float32)}


def offered(buffer, states, start=0):
    """Offer every state as a training does, from the step `start` on; the last one closes the buffer."""
    for step, banks in enumerate(states[start:], start):
        if buffer.is_due(step):
            buffer.offer(step, banks)
        assert len(buffer.steps) < 2 * buffer.count
    buffer.close(len(states) - 1, states[-1])
    return buffer


def gaps(buffer):
    """Return the net movement between neighbors among the kept states."""
    return np.array([net_movement(*pair) for pair in zip(buffer.banks, buffer.banks[1:], strict=False)])


def test_at_one_speed_states_are_evenly_spaced_in_steps():
    few = offered(SnapshotBuffer(5), [at(step) for step in range(8)]).steps
    assert (few[0], few[-1], set(np.diff(few))) == (0, 7, {1, 2})
    buffer = offered(SnapshotBuffer(11), [at(step) for step in range(1001)])
    assert (buffer.steps[0], buffer.steps[-1], len(buffer.steps)) == (0, 1000, 11)
    assert np.diff(buffer.steps) == pytest.approx(100, abs=90)


SPEEDS = {  # place after a share of the training
    "ever slower": lambda t: 100 * (1 - np.exp(-8 * t)),
    "slow, fast and slow again": lambda t: 100 / (1 + np.exp(-30 * (t - 0.6))),
    "ever faster": lambda t: 100 * t**4,
}


@pytest.mark.parametrize("place", SPEEDS.values(), ids=SPEEDS)
@pytest.mark.parametrize("steps", [300, 3000])
def test_at_any_speed_no_gap_is_twice_the_average(place, steps):
    buffer = offered(SnapshotBuffer(20), [at(place(step / steps)) for step in range(steps + 1)])
    assert len(buffer.steps) == 20
    assert gaps(buffer).max() < 2.2 * gaps(buffer).mean()


def test_noise_around_one_place_counts_nothing():
    """The kernels go one unit a step and then shake by three units: that is no movement over many steps."""
    rng = np.random.default_rng(0)
    places = [at(min(step, 300), turn) for step, turn in enumerate(3 * rng.standard_normal(1001))]
    late = [step for step in offered(SnapshotBuffer(20), places).steps if step > 320]
    assert len(late) <= 3


def test_with_few_steps_every_one_is_kept():
    assert offered(SnapshotBuffer(40), [at(step) for step in range(4)]).steps == [0, 1, 2, 3]
    assert offered(SnapshotBuffer(2), [at(step) for step in range(50)]).steps == [0, 49]


def test_kernels_that_do_not_move_are_kept_at_the_start_and_at_the_end():
    assert offered(SnapshotBuffer(5), [at(0)] * 100).steps == [0, 99]
    assert offered(SnapshotBuffer(5), [{"conv1": np.zeros((2, 1, 3, 3), np.float32)}] * 100).steps == [0, 99]


def test_what_is_not_finite_is_kept_as_the_end_only():
    states = [at(step) for step in range(5)] + [at(np.nan)] * 3
    buffer = offered(SnapshotBuffer(20), states)
    assert buffer.steps == [0, 1, 2, 3, 4, 7]
    assert np.isnan(buffer.banks[-1]["conv1"]).any()


def test_kept_states_are_copies():
    bank = np.ones((1, 1, 2, 2), np.float32)
    buffer = SnapshotBuffer(3)
    buffer.offer(0, {"conv1": bank})
    bank += 1
    assert (buffer.banks[0]["conv1"] == 1).all()


@given(st.integers(0, 999), st.integers(LEAST, MOST), st.integers(2, 12), st.floats(0, 1))
def test_a_buffer_that_is_resumed_keeps_the_same_states(seed, steps, count, share):
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.standard_normal((steps + 1, 2)) * rng.choice([0.1, 3], (steps + 1, 1)), axis=0)
    states, killed = [at(*place) for place in walk], int(share * steps)
    whole, first = offered(SnapshotBuffer(count), states), SnapshotBuffer(count)
    for step, banks in enumerate(states[: killed + 1]):
        if first.is_due(step):
            first.offer(step, banks)
    again = SnapshotBuffer(count)
    again.resume(list(first.steps), first.stacked(), first.resolution)
    offered(again, states, killed + 1)
    assert (again.steps, again.resolution) == (whole.steps, whole.resolution)
    assert again.stacked()["conv1"].tobytes() == whole.stacked()["conv1"].tobytes()
    assert (whole.steps[0], whole.steps[-1]) == (0, steps)
    assert len(whole.steps) <= count


def test_a_long_training_is_looked_at_rarely_and_a_short_one_at_every_step():
    buffer = SnapshotBuffer(40)
    assert all(buffer.is_due(step) for step in range(2000))
    looks = sum(buffer.is_due(step) for step in range(1_000_000))
    assert looks < 10 * snapshot_buffer.LOOKS * buffer.count


def test_the_movement_of_a_state_is_this():
    before = {"a": np.array([3.0, 0.0]), "b": np.array([1.0])}
    after = {"a": np.array([3.0, 4.0]), "b": np.array([2.0])}
    assert net_movement(before, after) == pytest.approx((4 / 5 + 1 / 2) / 2)
    zeros = {"a": np.zeros(2), "b": np.zeros(1)}
    assert net_movement(before, zeros) == 1
    assert net_movement(zeros, zeros) == 0


def test_seeds_on_a_device_have_the_same_movement():
    rng = np.random.default_rng(0)
    before, after = ({name: rng.standard_normal((4, 3, 2, 5, 5)) for name in ("a", "b")} for _ in range(2))
    after["b"][2] = 0
    tensors = ({name: torch.from_numpy(bank) for name, bank in banks.items()} for banks in (before, after))
    one = lambda banks, seed: {name: bank[seed] for name, bank in banks.items()}  # noqa: E731
    expected = [net_movement(one(before, seed), one(after, seed)) for seed in range(4)]
    assert net_movements(*tensors).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("path", "count", "expected"),
    [
        ([0, 1, 2, 3, 4], 3, [0, 2, 4]),
        ([0, 1, 9, 10, 11, 12], 3, [0, 2, 5]),
        ([0, 0, 0, 0, 0, 10], 4, [0, 1, 4, 5]),
        ([0, 10, 10, 10, 10, 10], 4, [0, 1, 2, 5]),
        ([0, 0, 0, 0, 0], 3, [0, 2, 4]),
        ([0, 5], 4, [0, 1]),
    ],
)
def test_states_are_chosen_by_their_places(path, count, expected):
    chosen = evenly_spaced(np.array(path, float), count)
    assert (chosen[0], chosen[-1], len(set(chosen))) == (0, len(path) - 1, min(count, len(path)))
    assert chosen == expected
