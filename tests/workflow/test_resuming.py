"""Interrupted trainings that resume from a checkpoint, compared with the same trainings without interruption."""

import functools
import math
from itertools import product

import numpy as np
import pytest
import torch
from interrupting import Interrupting, Killed, bits
from tiers import rows
from trainings import LAYERS, job

from kernelscope.models import networks
from kernelscope.models.architectures import cnnkernels
from kernelscope.training import trainer
from kernelscope.training.checkpoints import Checkpoints

STEPS = 9  # three per epoch, the last with a batch of 5 images
DIVERGING = {"optimizer": "sgd", "loss": "mse", "schedule": "constant", "learning_rate": 1e6, "epochs": 30}

pytestmark = pytest.mark.usefixtures("one_thread")


@functools.cache
def images(count: int, seed: int) -> trainer.ImageDataset:
    rng = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.int64) % 2
    pixels = rng.integers(0, 256, (count, 24, 24), dtype=np.uint8)
    pixels[labels == 1, 8:12] = 255
    return trainer.ImageDataset(pixels, labels)


def train(layers="templates", checkpoints=None, report=lambda line: None, **changes) -> trainer.Trained:
    changes = {"epochs": 3, "snapshots": 6} | changes
    return trainer.train(job(layers, images(45, 0), images(20, 1), 7, report, **changes), checkpoints)


def interrupted(path, at, layers, **changes):
    with pytest.raises(Killed):
        train(layers, Interrupting(path, at=at), **changes)


@pytest.mark.parametrize(
    ("layers", "optimizer", "schedule"),
    rows(
        product(LAYERS, ["adamw", "sgd"], ["one_cycle", "constant"]),
        *(("templates", "adamw", "one_cycle"), ("cnnkernels", "sgd", "constant")),
    ),
)
def test_a_training_interrupted_after_any_step_ends_in_the_same_bits(tmp_path, layers, optimizer, schedule):
    """Interrupt at the first and last step, inside an epoch, and between its last step and its row of history."""
    changes = {"optimizer": optimizer, "schedule": schedule}
    alone = bits(train(layers, **changes))
    for step in range(1, STEPS + 1):
        path = tmp_path / f"{step}.npz"
        interrupted(path, step, layers, **changes)
        lines = []
        resumed = train(layers, Checkpoints(path, "key"), lines.append, **changes)
        assert bits(resumed) == alone, step
        assert lines[0] == f"resumed after step {step} of 9, epoch {step / 3:.2f}"
        assert [line.split()[1] for line in lines[1:]] == [f"{n}/3" for n in range(math.ceil(step / 3), 4)]


@pytest.mark.parametrize("layers", rows(LAYERS, "templates", "small_resnet"))
def test_a_training_interrupted_after_every_single_step_ends_in_the_same_bits(tmp_path, layers):
    path = tmp_path / "checkpoint.npz"
    for step in range(1, STEPS + 1):
        interrupted(path, step, layers)
    assert bits(train(layers, Checkpoints(path, "key"))) == bits(train(layers))


@pytest.mark.parametrize("loss", rows(["l1", "mse"], "mse"))
def test_a_regression_is_resumed_too(tmp_path, loss):
    for step in (2, 6):
        interrupted(tmp_path / "a.npz", step, "cnnkernels", loss=loss)
    assert bits(train("cnnkernels", Checkpoints(tmp_path / "a.npz", "key"), loss=loss)) == bits(
        train("cnnkernels", loss=loss)
    )


def test_a_training_that_diverges_is_resumed_to_the_same_end(tmp_path):
    alone = train("cnnkernels", **DIVERGING)
    last = alone.history[-1]["step"]
    assert alone.summary["failure"] == "non-finite loss"
    assert last < 90
    for step in range(1, last + 1):
        interrupted(tmp_path / "a.npz", step, "cnnkernels", **DIVERGING)
        resumed = train("cnnkernels", Checkpoints(tmp_path / "a.npz", "key"), **DIVERGING)
        assert bits(resumed) == bits(alone), step


def test_every_epoch_may_be_one_step(tmp_path):
    for step in (1, 2, 3):
        interrupted(tmp_path / "a.npz", step, "templates", batch_size=45)
        resumed = train("templates", Checkpoints(tmp_path / "a.npz", "key"), batch_size=45)
        assert bits(resumed) == bits(train("templates", batch_size=45))


def test_checkpoints_change_nothing_in_a_training_that_is_left_alone(tmp_path):
    kept = Interrupting(tmp_path / "a.npz")
    assert bits(train("stacked", kept)) == bits(train("stacked"))
    assert len(kept.sizes) == STEPS


def test_a_checkpoint_of_another_training_is_not_taken(tmp_path):
    path, lines = tmp_path / "a.npz", []
    interrupted(path, 5, "templates", learning_rate=0.02)
    assert bits(train("templates", Checkpoints(path, "another key"), lines.append)) == bits(train("templates"))
    path.write_bytes(path.read_bytes()[:-1])
    assert bits(train("templates", Checkpoints(path, "key"), lines.append)) == bits(train("templates"))
    assert not [line for line in lines if "resumed" in line]


def test_no_checkpoint_is_written_before_it_is_due(tmp_path):
    class Never(Checkpoints):
        def due(self, size):
            return False

    train("templates", Never(tmp_path / "a.npz", "key"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("optimizer", rows(["adamw", "sgd"], "adamw"))
def test_global_random_states_do_not_affect_a_training(tmp_path, optimizer):
    """Check global random states: only torch's layers draw when they are made, and their weights are replaced."""
    alone = bits(train("stacked", optimizer=optimizer))
    for seed in (1, 2):
        path = tmp_path / f"{seed}.npz"
        torch.manual_seed(seed)
        networks.build(LAYERS["stacked"], (1, 24, 24), 2)
        state = torch.get_rng_state()
        np.random.seed(seed)  # noqa: NPY002
        others = repr(np.random.get_state())  # noqa: NPY002
        interrupted(path, 4, "stacked", optimizer=optimizer)
        torch.manual_seed(seed)
        assert bits(train("stacked", Checkpoints(path, "key"), optimizer=optimizer)) == alone
        assert torch.equal(torch.get_rng_state(), state)
        assert repr(np.random.get_state()) == others  # noqa: NPY002


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_the_size_of_a_checkpoint_is_predicted(tmp_path, monkeypatch, optimizer):
    monkeypatch.setitem(LAYERS, "large", cnnkernels(5, 8, widths=(512, 256)))
    kept = Interrupting(tmp_path / "a.npz", at=6)
    with pytest.raises(Killed):
        train("large", kept, optimizer=optimizer, snapshots=10)
    assert kept.sizes[-1] == pytest.approx(kept.path.stat().st_size, rel=0.4)
    assert kept.sizes[-1] > kept.sizes[0]
