import math

import numpy as np
import pytest
import torch

from kernelscope.models import networks
from kernelscope.models.architectures import stacked, templates
from kernelscope.training import recorder
from kernelscope.training.batches import ImageDataset
from kernelscope.training.schedule import planned
from kernelscope.training.trainer import sample

SETTINGS = {"batch_size": 4, "epochs": 3, "snapshots": 5}

pytestmark = pytest.mark.usefixtures("one_thread")


class Clock:
    """A clock that only moves when it is set."""

    now = 500.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(recorder, "time", clock)
    return clock


def images(count, seed):
    rng = np.random.default_rng(seed)
    return ImageDataset(255 * rng.random((count, 28, 28), np.float32), np.arange(count) % 3)


TRAIN, TEST = images(10, 1), images(6, 2)


def make(layers=None, report=lambda line: None, **changes):
    """Return a recorder for ten training images: three steps per epoch, nine in all."""
    network = networks.build(layers or templates(4, 5), (1, 28, 28), 3)
    networks.initialize(network, {"conv": None, "linear": None}, 0)
    schedule = planned(SETTINGS | changes, len(TRAIN))
    made = recorder.Recorder(schedule, "cross_entropy", networks.weights(network), report)
    made.network = network  # reported to the recorder
    return made


def shift(made):
    """Return another state of the network."""
    with torch.no_grad():
        for parameter in made.network.parameters():
            parameter.add_(0.01)


def ends(made, step, epoch, sample=TRAIN):
    """End an epoch, with the network's current outputs."""
    scored = sample, TEST
    answers = ((networks.evaluate(made.network, images.batches(9))[0], images.labels) for images in scored)
    return made.epoch_ends(step, epoch, *answers)


def snapshot(made, step):
    made.snapshots.offer(step, networks.kernels(made.network))


def arrays_of(made):
    return made.arrays(networks.weights(made.network))


def left_by(made):
    made.snapshots.close(9, networks.kernels(made.network))
    outputs, responses = networks.evaluate(made.network, TRAIN.batches(9))
    return made.trained(networks.weights(made.network), outputs, TRAIN.labels, responses)


def run_to(made, last, first=1):
    """Record every step up to `last` as in a training, each with another state."""
    if first == 1:
        snapshot(made, 0)
        ends(made, 0, 0)
    for step in range(first, last + 1):
        shift(made)
        snapshot(made, step)
        if step % 3 == 0:
            ends(made, step, step // 3)
    return made


def test_an_epoch_is_all_images_the_last_batch_may_be_smaller():
    assert planned(SETTINGS, 10) == (3, 3, 5)
    assert planned(SETTINGS, 12).steps == planned(SETTINGS, 9).steps == 9
    assert planned(SETTINGS | {"epochs": None, "steps": 7}, 10)[:2] == (3, 3)


def test_kernels_are_kept_from_the_first_to_the_last_step_and_are_copies():
    made = run_to(make(stacked(4, 3, 1, (2, 2))), 9)
    made.snapshots.close(9, networks.kernels(made.network))
    arrays = arrays_of(made)
    assert arrays["steps"].tolist() == [0, 2, 4, 6, 9]
    assert arrays["epochs"].tolist() == pytest.approx(arrays["steps"] / 3)
    assert (arrays["steps"].dtype, arrays["epochs"].dtype) == (np.int64, np.float32)
    for name in ("conv1", "conv2", "conv3"):
        drift = (arrays[f"kernels/{name}"] - arrays[f"first/{name}.weight"]).mean((1, 2, 3, 4))
        assert drift == pytest.approx(arrays["steps"] * 0.01, abs=1e-5)
        np.testing.assert_array_equal(arrays[f"kernels/{name}"][-1], arrays[f"last/{name}.weight"])


def test_the_sample_is_of_the_size_asked_for_in_the_order_of_the_images_and_of_all_places():
    whole, seen = ImageDataset(np.arange(100, dtype=np.uint8)[:, None, None], np.arange(100) % 7), set()
    for seed in range(40):
        chosen = sample(whole, 20, seed)
        numbers = chosen.images.flatten().tolist()
        assert numbers == sorted(set(numbers))
        assert len(numbers) == 20
        assert chosen.labels.tolist() == [number % 7 for number in numbers]
        assert torch.equal(sample(whole, 20, seed).images, chosen.images)
        seen.update(numbers)
    assert seen == set(range(100))
    assert torch.equal(sample(whole, 100, 1).images, whole.images)
    assert torch.equal(sample(whole, 1000, 1).labels, whole.labels)


@pytest.mark.parametrize("count", [3, 10])
def test_rows_are_scored_on_the_sample_and_the_last_on_all_training_images(count):
    made = make()
    snapshot(made, 0)
    sets = [sample(TRAIN, count, 3)] * 3 + [TRAIN]
    expected = []
    for epoch, scored in enumerate(sets):
        expected.append(torch.nn.functional.cross_entropy(made.network(scored.pixels()), scored.labels).item())
        ends(made, 3 * epoch, epoch, sets[0])
        if epoch < 3:
            shift(made)
    left = left_by(made)
    assert [row["train_loss"] for row in left.history] == pytest.approx(expected, abs=1e-6)
    assert left.summary["train"]["loss"] == left.history[-1]["train_loss"]


def test_the_order_of_arrays_is_always_the_same():
    names = list(arrays_of(run_to(make(), 9)))
    weights = ["conv1.weight", "conv1.bias", "output.weight", "output.bias"]
    assert names == [
        "steps",
        "epochs",
        "kernels/conv1",
        *(f"{state}/{w}" for state in ("first", "last") for w in weights),
    ]


def test_a_row_of_history_has_these_columns_in_this_order():
    made = run_to(make(), 3)
    scores = [f"{split}_{score}" for score in ("loss", "accuracy", "within") for split in ("train", "test")]
    assert [list(row) for row in made.history] == [["step", "epoch", *scores]] * 2
    assert [(row["step"], row["epoch"]) for row in made.history] == [(0, 0), (3, 1)]


def test_a_recorder_resumed_from_the_arrays_of_another_goes_on_as_that_one():
    """It also drops its own untrained weights, which differ here."""
    other = run_to(make(), 4)
    arrays = arrays_of(other)
    made = make()
    for _ in range(4):
        shift(made)
    made.first = {name: value + 1 for name, value in made.first.items()}
    made.resume(4, arrays, list(other.history), other.snapshots.resolution)
    run_to(made, 9, first=5)
    run_to(other, 9, first=5)
    assert made.history == other.history
    first, second = arrays_of(made), arrays_of(other)
    assert list(first) == list(second)
    assert all(first[name].tobytes() == second[name].tobytes() for name in second)
    assert repr(left_by(made).summary) == repr(left_by(other).summary)


def test_progress_says_how_many_seconds_are_left(clock):
    lines = []
    made = run_to(make(report=lines.append), 2)
    clock.now += 12
    run_to(made, 3, first=3)
    assert lines[0].startswith("epoch 0/3  loss ")
    assert lines[0].endswith("  (untrained)")
    assert lines[1].startswith("epoch 1/3  loss ")
    assert lines[1].endswith("  24 s left")  # 12 s for three of nine steps


def test_seconds_left_are_counted_from_where_the_training_was_resumed(clock):
    other, lines = run_to(make(), 4), []
    made = make(report=lines.append)
    made.resume(4, arrays_of(other), list(other.history), other.snapshots.resolution)
    clock.now += 10
    run_to(made, 6, first=5)
    assert lines[0] == "resumed after step 4 of 9, epoch 1.33"
    assert lines[1].endswith("  15 s left")  # 10 s for two steps, three to go


def test_a_training_resumed_at_the_end_of_an_epoch_cannot_tell_how_long_it_takes(clock):
    other, lines = run_to(make(), 5), []
    made = make(report=lines.append)
    snapshot(other, 6)
    made.resume(6, arrays_of(other), list(other.history), other.snapshots.resolution)
    assert ends(made, 6, 2)
    assert lines[1].startswith("epoch 2/3 ")
    assert lines[1].endswith(" test")


def test_a_loss_that_is_not_finite_ends_it():
    made = run_to(make(snapshots=2), 2)
    with torch.no_grad():
        next(made.network.parameters()).fill_(math.nan)
    assert not ends(made, 3, 1)
    made.snapshots.close(3, networks.kernels(made.network))
    assert np.isnan(made.snapshots.banks[-1]["conv1"]).all()
    assert left_by(made).history[-1]["failure"] == "non-finite loss"


def test_a_step_is_kept_once():
    kept = run_to(make(snapshots=100), 3)
    kept.snapshots.close(3, networks.kernels(kept.network))
    assert kept.snapshots.steps == [0, 1, 2, 3]
    assert len(kept.snapshots.banks) == 4


def test_what_is_left_can_be_asked_for_twice():
    made = run_to(make(), 9)
    rows = [dict(row) for row in made.history]
    assert repr(left_by(made).history) == repr(left_by(made).history)
    assert made.history == rows
    assert [row["failure"] for row in left_by(made).history][:-1] == [""] * 3
