"""Seeds that are trained together, compared with the same seeds trained alone."""

from itertools import product

import numpy as np
import pytest
from interrupting import Interrupting, Killed
from labeled_images import IMAGES, LABELS
from tiers import rows
from trainings import LAYERS, job

from kernelscope.models.layer_lists import GLOBAL_MAX_POOL, RELU, conv, linear
from kernelscope.training import group, trainer
from kernelscope.training.batches import ImageDataset
from kernelscope.training.checkpoints import Checkpoints

SEEDS = [3, 4, 11]
IMAGES[LABELS == 1, 8:12] = 255
TRAIN, TEST = ImageDataset(IMAGES, LABELS), ImageDataset(IMAGES[:21], LABELS[:21])
SHUFFLED = [TRAIN.labeled(np.random.default_rng(seed).permutation(LABELS)) for seed in SEEDS]
STEPS = 6

pytestmark = pytest.mark.usefixtures("one_thread")


def jobs(layers="templates", seeds=SEEDS, sets=(TRAIN,) * 3, **changes):
    return [job(layers, own, TEST, seed, **changes) for seed, own in zip(seeds, sets, strict=True)]


def together(*what, report=group.silent, kept=None, **changes):
    return group.train(jobs(*what, **changes), report, kept)


def alone(*what, **changes):
    return [trainer.train(job) for job in jobs(*what, **changes)]


def largest_difference(some, others) -> float:
    difference = 0.0
    for one, other in zip(some, others, strict=True):
        assert one.snapshots.keys() == other.snapshots.keys()
        for name, array in one.snapshots.items():
            assert array.shape == other.snapshots[name].shape
            difference = max(difference, float(np.abs(array - other.snapshots[name]).max()))
        assert [row["step"] for row in one.history] == [row["step"] for row in other.history]
        for row, same in zip(one.history, other.history, strict=True):
            assert row["test_loss"] == pytest.approx(same["test_loss"], rel=1e-3, nan_ok=True)
    return difference


CHANGES = {
    "adamw": {},
    "sgd": {"optimizer": "sgd", "schedule": "constant"},
    "l1": {"loss": "l1"},
    "decays": {"loss": "mse", "weight_decay": {"conv": 0.5, "linear": 0.0, "conv1": 3.0}},
    "frozen": {"frozen": True},
    "balanced": {"class_weights": "balanced"},
    "random labels": {"sets": SHUFFLED},
}


@pytest.mark.parametrize(
    ("change", "layers"),
    rows(
        product(CHANGES, LAYERS),
        *product(["adamw"], LAYERS),
        *product(CHANGES, ["cnnkernels"]),
    ),
)
def test_every_seed_is_what_it_is_alone(double, layers, change):
    changes = CHANGES[change]
    assert largest_difference(together(layers, **changes), alone(layers, **changes)) < 1e-9


@pytest.mark.parametrize("layers", LAYERS)
def test_in_single_precision_seeds_differ_by_rounding(layers):
    assert largest_difference(together(layers), alone(layers)) < 2e-4


def test_what_is_trained_beside_a_seed_changes_nothing(double):
    (first, *_), (again,) = together("stacked"), together("stacked", SEEDS[:1], (TRAIN,))
    assert largest_difference([first], [again]) < 1e-12


def test_layers_after_a_stride_and_small_maps_go_together_too(double, monkeypatch):
    convs = [conv("conv1", 4, 5, 2), RELU, conv("conv2", 3, 3), RELU, conv("conv3", 3, 3)]
    monkeypatch.setitem(LAYERS, "strided", [*convs, RELU, GLOBAL_MAX_POOL, linear("output", None)])
    assert largest_difference(together("strided"), alone("strided")) < 1e-9


def test_a_seed_whose_loss_is_not_finite_ends_alone(tmp_path):
    wild = {"optimizer": "sgd", "schedule": "constant", "learning_rate": 1.0, "loss": "mse", "epochs": 12}
    expected = alone("cnnkernels", **wild)
    steps = [trained.history[-1]["step"] for trained in expected]
    assert len(set(steps)) > 1  # otherwise this tests nothing
    made = together("cnnkernels", **wild)
    assert [trained.history[-1]["step"] for trained in made] == steps
    assert [trained.summary["failure"] for trained in made] == [trained.summary["failure"] for trained in expected]
    with pytest.raises(Killed):  # when the first seed has ended and the last continues
        together("cnnkernels", kept=Interrupting(tmp_path / "a.npz", at=max(steps) - 1), **wild)
    resumed = together("cnnkernels", kept=Checkpoints(tmp_path / "a.npz", "key"), **wild)
    assert [repr((one.history, one.summary)) for one in resumed] == [repr((one.history, one.summary)) for one in made]


@pytest.mark.parametrize(
    ("layers", "optimizer"),
    rows(product(LAYERS, ["adamw", "sgd"]), ("cnnkernels", "adamw")),
)
def test_a_group_interrupted_after_any_step_ends_in_the_same_bits(tmp_path, layers, optimizer):
    whole = together(layers, optimizer=optimizer)
    for step in range(1, STEPS + 1):
        path, lines = tmp_path / f"{step}.npz", []
        with pytest.raises(Killed):
            together(layers, kept=Interrupting(path, at=step), optimizer=optimizer)
        resumed = together(layers, kept=Checkpoints(path, "key"), report=lines.append, optimizer=optimizer)
        assert lines[0] == f"resumed after step {step} of {STEPS}"
        for one, other in zip(resumed, whole, strict=True):
            assert all(one.snapshots[name].tobytes() == array.tobytes() for name, array in other.snapshots.items())
            assert repr((one.history, one.summary)) == repr((other.history, other.summary))


def test_a_line_an_epoch_tells_of_all_seeds():
    lines = []
    together(report=lines.append, epochs=2)
    assert [line.split("  ")[:2] for line in lines] == [[f"epoch {epoch}/2", "3 seeds"] for epoch in (0, 1, 2)]
    assert "s left" in lines[-1]


def test_a_group_of_one_reports_as_a_training_does_also_when_it_goes_on(tmp_path):
    expected, lines, later = [], [], []
    own = [job("templates", TRAIN, TEST, 3, report) for report in (expected.append, lines.append, later.append)]
    trainer.train(own[0])
    group.alone(own[1])
    words = lambda said: [line.split("  ")[:3] for line in said]  # noqa: E731 (but for the time left)
    assert words(lines) == words(expected)
    with pytest.raises(Killed):
        group.alone(job("templates", TRAIN, TEST, 3), Interrupting(tmp_path / "a.npz", at=4))
    group.alone(own[2], Checkpoints(tmp_path / "a.npz", "key"))
    assert later[0] == "resumed after step 4 of 6, epoch 1.33"
    assert words(later[1:]) == words(lines[2:])
