import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelscope.training import checkpoint_files, checkpoints
from kernelscope.training.checkpoints import Checkpoints

RNG = np.random.default_rng(0)
ARRAYS = {
    "steps": np.array([0, 3, 9]),
    "first/conv1.weight": RNG.normal(size=(5, 1, 15, 15)).astype(np.float32),  # longer than a buffer of zipfile
    "last/output.bias": np.array([np.nan, -0.0], np.float32),
}
PROGRESS = {
    "step": 7,
    "orders": RNG.bit_generator.state,
    "history": [{"step": 0, "train_loss": 0.1 + 0.2, "test_within": None}, {"step": 5, "train_loss": math.nan}],
}


class Clock:
    """A clock that only moves when it is set."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Slow(Checkpoints):
    """Checkpoints whose writing takes `seconds` of the clock and touches no file."""

    seconds = 0.0

    def write(self):
        started = self.clock()
        self.clock.now += self.seconds
        self.last, self.cost = self.clock(), self.clock() - started


@pytest.fixture
def kept(tmp_path):
    """Return checkpoints with one checkpoint written."""
    kept = Checkpoints(tmp_path / checkpoint_files.NAME, "key")
    kept.write(ARRAYS, PROGRESS)
    return kept


def is_whole(found) -> bool:
    """Return whether a checkpoint is unchanged; NaN equals NaN, and -0.0 differs from 0.0."""
    arrays, progress = found
    bits = [{name: (a.dtype, a.shape, a.tobytes()) for name, a in some.items()} for some in (arrays, ARRAYS)]
    return bits[0] == bits[1] and repr(progress) == repr(PROGRESS)


def test_arrays_and_progress_come_back_as_they_were_nan_included(kept, tmp_path):
    assert is_whole(kept.read())
    assert is_whole(Checkpoints(kept.path, "key").read())
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_a_new_checkpoint_takes_the_place_of_the_old_one(kept, tmp_path):
    kept.write({"a": np.arange(3)}, {"step": 8})
    arrays, progress = kept.read()
    assert (list(arrays), progress) == (["a"], {"step": 8})
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_a_checkpoint_that_is_not_written_to_its_end_leaves_the_old_one(kept, monkeypatch):
    def half(path, **_):
        path.write_bytes(b"PK")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(KeyboardInterrupt):
        kept.write({"a": np.arange(3)}, {"step": 8})
    assert is_whole(kept.read())


@pytest.mark.parametrize("key", ["another", "key ", "", "KEY"])
def test_a_checkpoint_with_another_key_is_ignored(kept, key):
    assert Checkpoints(kept.path, key).read() is None
    assert kept.path.exists()


def test_there_is_none_where_no_file_is_or_a_folder(tmp_path):
    for path in (tmp_path, tmp_path / "missing" / "checkpoint.npz"):
        assert Checkpoints(path, "key").read() is None


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_none_is_ignored(kept, content):
    kept.path.write_bytes(content)
    assert kept.read() is None


@pytest.mark.parametrize(
    "progress", ["no json", "[]", "7", '"key"', "{}", '{"key": "key"}', '{"progress": {}}', "1" * 9999]
)
def test_an_archive_with_another_content_is_ignored(kept, progress):
    for name in ("progress", "other"):
        np.savez(kept.path, **{name: np.array(progress)})
        assert kept.read() is None


def test_a_truncated_checkpoint_is_ignored_wherever_it_ends(kept):
    whole = kept.path.read_bytes()
    for length in sorted({0, *range(1, len(whole), 37), *range(len(whole) - 300, len(whole))}):
        kept.path.write_bytes(whole[:length])
        assert kept.read() is None, length


def places(whole: bytes) -> list[tuple[int, int]]:
    """Return (byte, bit) of the bits in all bytes that describe one array, and in some other bytes."""
    name = b"first/conv1.weight"
    local, central = whole.index(name) - 30, whole.rindex(name) - 46
    heads = [*range(local, local + 30 + len(name) + 160), *range(central, central + 46 + len(name))]
    others = RNG.integers(0, len(whole), 100).tolist()
    return [(at, bit) for at in heads for bit in (0, 1, 2, 5)] + [(at, at % 8) for at in others]


def test_a_flipped_bit_is_noticed_or_does_no_harm_wherever_it_is(kept):
    for place, bit in places(whole := kept.path.read_bytes()):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        kept.path.write_bytes(damaged)
        checkpoint = kept.read()
        assert checkpoint is None or is_whole(checkpoint), (place, bit)


def test_without_a_key_nothing_is_due_and_nothing_is_read(kept):
    none = Checkpoints(kept.path, "", clock := Clock())
    clock.now += 1e9
    assert not none.due(0)
    none.write(ARRAYS, PROGRESS)
    assert none.read() is None


def test_nothing_is_due_in_the_first_second_or_within_one_after_a_checkpoint():
    slow = Slow("nowhere", "key", clock := Clock())
    for _ in range(2):
        clock.now += 0.999
        assert not slow.due(0)
        clock.now += 0.002
        assert slow.due(0)
        slow.write()


def test_before_the_first_was_timed_the_size_says_when_it_is_due():
    slow = Slow("nowhere", "key", clock := Clock())
    clock.now += 2.0
    assert slow.due(1_000_000)  # 20 ms, 1 % of 2 s
    assert not slow.due(1_100_000)
    clock.now += 999.0
    assert not slow.due(10**10)


def test_the_time_of_the_last_one_counts_and_not_its_size():
    slow = Slow("nowhere", "key", clock := Clock())
    slow.seconds = 0.5
    slow.write()
    clock.now += 49.0
    assert not slow.due(1)
    clock.now += 1.1
    assert slow.due(10**12)


def test_writing_one_is_timed(tmp_path):
    ticks = iter([0.0, 10.0, 10.5])
    kept = Checkpoints(tmp_path / "checkpoint.npz", "key", lambda: next(ticks))
    kept.write(ARRAYS, PROGRESS)
    assert (kept.last, kept.cost) == (10.5, 0.5)


@given(st.floats(1e-4, 30), st.floats(1e-4, 5), st.floats(1, 2))
def test_of_all_time_at_most_two_percent_go_into_checkpoints(seconds, step, growth):
    """It holds for any time per step and checkpoint, even if each checkpoint takes up to twice as long as the last."""
    slow = Slow("nowhere", "key", clock := Clock())
    slow.seconds, spent = seconds, 0.0
    started, step = clock.now, max(step, 0.001, seconds / 20)
    for _ in range(3000):
        clock.now += step
        if slow.due(int((seconds - checkpoints.DELAY) * checkpoints.RATE)):
            slow.write()
            spent += slow.seconds
            slow.seconds = min(slow.seconds * growth, 100.0)
            assert spent <= 0.0201 * (clock.now - started)
    assert spent > 0


def test_a_checkpoint_is_removed_and_its_absence_is_no_error(kept, tmp_path):
    (tmp_path / "run.json").write_text("{}")
    for _ in range(2):
        checkpoint_files.remove(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
