"""Trainings compared with the same training written with torch.nn and torch.optim, and with themselves."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from trainings import LAYERS, SETTINGS, job

from kernelscope.models import networks
from kernelscope.training import schedule, trainer

NAMES = ("conv1.weight", "conv1.bias", "output.weight", "output.bias")  # of `templates`
SIZE = 24


pytestmark = pytest.mark.usefixtures("one_thread")


def stripes(count: int, seed: int) -> trainer.ImageDataset:
    """Return images with a white stripe at a random place: horizontal in class 0, vertical in class 1."""
    rng = np.random.default_rng(seed)
    images = np.zeros((count, SIZE, SIZE), np.uint8)
    labels = np.arange(count, dtype=np.int64) % 2
    for image, label, place in zip(images, labels, rng.integers(3, SIZE - 5, count), strict=True):
        (image.T if label else image)[place : place + 2] = 255
    images += rng.integers(0, 5, images.shape, dtype=np.uint8) * (images == 0)
    return trainer.ImageDataset(images, labels)


TRAIN, TEST = stripes(60, 0), stripes(20, 1)


def trained(layers="templates", seed=0, report=lambda line: None, train_set=TRAIN, test_set=TEST, **changes):
    return trainer.train(job(layers, train_set, test_set, seed, report, **changes))


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(one[key].tobytes() == other[key].tobytes() for key in one)


def plain_network() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 4, 7), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(4, 2))


PLAIN_LOSSES = {
    "cross_entropy": functional.cross_entropy,
    "mse": lambda outputs, labels: ((outputs - torch.eye(2)[labels]) ** 2).mean(),
    "l1": lambda outputs, labels: (outputs - torch.eye(2)[labels]).abs().mean(),
}


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize("schedule", ["one_cycle", "constant"])
@pytest.mark.parametrize("loss", PLAIN_LOSSES)
def test_a_training_in_full_batches_is_that_of_torch_from_the_same_weights(double, optimizer, schedule, loss):
    epochs, peak = 8, 0.02
    decay = {"conv": 0.5, "linear": 0.25, "output": 0.75}
    changes = {"optimizer": optimizer, "schedule": schedule, "loss": loss, "weight_decay": decay}
    train_set, test_set = TRAIN, TEST
    ours = trained(
        **changes, learning_rate=peak, epochs=epochs, batch_size=60, train_set=train_set, test_set=test_set
    ).snapshots
    plain = plain_network()
    with torch.no_grad():
        for parameter, name in zip(plain.parameters(), NAMES, strict=True):
            parameter.copy_(torch.from_numpy(ours[f"first/{name}"]))
    groups = [
        {"params": [parameter], "weight_decay": own}
        for parameter, own in zip(plain.parameters(), (0.5, 0.0, 0.75, 0.0), strict=True)
    ]
    theirs = torch.optim.AdamW(groups, lr=peak) if optimizer == "adamw" else torch.optim.SGD(groups, peak, 0.9)
    cycle = torch.optim.lr_scheduler.OneCycleLR(theirs, peak, total_steps=epochs, cycle_momentum=False)
    for _ in range(epochs):
        if schedule == "constant":
            for group in theirs.param_groups:
                group["lr"] = peak
        theirs.zero_grad()
        PLAIN_LOSSES[loss](plain(train_set.pixels()), train_set.labels).backward()
        theirs.step()
        if cycle.last_epoch < epochs - 1:
            cycle.step()
    for parameter, name in zip(plain.parameters(), NAMES, strict=True):
        moved = float(np.abs(ours[f"last/{name}"] - ours[f"first/{name}"]).max())
        assert moved > 1e-4, name
        assert ours[f"last/{name}"] == pytest.approx(parameter.detach().numpy(), abs=1e-8 * moved), name


@pytest.mark.parametrize("layers", LAYERS)
def test_the_same_seed_gives_the_same_bits_twice(layers):
    torch.manual_seed(1)
    first = trained(layers)
    torch.manual_seed(2)
    np.random.seed(3)  # noqa: NPY002 - no global state has a part in it
    second = trained(layers)
    assert same(first.snapshots, second.snapshots)
    assert first.history == second.history
    assert first.summary == second.summary


def test_another_seed_gives_another_training_from_other_weights():
    first, second = (trained(seed=seed).snapshots for seed in (0, 1))
    for key in first:
        if key not in ("steps", "epochs"):
            assert first[key].shape == second[key].shape
            assert not np.array_equal(first[key], second[key]), key


def test_the_untrained_weights_are_those_that_the_seed_gives():
    snapshots = trained(seed=5).snapshots
    network = networks.build(LAYERS["templates"], (1, SIZE, SIZE), 2)
    networks.initialize(network, SETTINGS["init_std"], 5)
    for name, value in networks.weights(network).items():
        assert np.array_equal(snapshots[f"first/{name}"], value)


@pytest.mark.parametrize("layers", LAYERS)
def test_the_first_and_last_snapshots_are_the_first_and_last_weights(layers):
    snapshots = trained(layers).snapshots
    convs = [layer["name"] for layer in LAYERS[layers] if layer["kind"] == "conv"]
    assert [key for key in snapshots if key.startswith("kernels/")] == [f"kernels/{name}" for name in convs]
    for name in convs:
        kernels = snapshots[f"kernels/{name}"]
        assert kernels.dtype == np.float32
        assert len(kernels) == 5
        assert np.array_equal(kernels[0], snapshots[f"first/{name}.weight"])
        assert np.array_equal(kernels[-1], snapshots[f"last/{name}.weight"])
        assert (kernels[1:] != kernels[:-1]).any(axis=(1, 2, 3, 4)).all()


@pytest.mark.parametrize(
    ("count", "batch_size", "epochs", "snapshots"), [(60, 20, 2, 5), (55, 20, 3, 4), (60, 60, 3, 9)]
)
def test_as_many_snapshots_are_kept_as_planned_from_the_first_step_to_the_last(count, batch_size, epochs, snapshots):
    train_set = TRAIN.some(np.arange(count))
    made = trained(train_set=train_set, batch_size=batch_size, epochs=epochs, snapshots=snapshots).snapshots
    per_epoch = math.ceil(count / batch_size)
    assert len(made["steps"]) == min(snapshots, per_epoch * epochs + 1)
    assert (made["steps"][0], made["steps"][-1]) == (0, per_epoch * epochs)
    assert (np.diff(made["steps"]) > 0).all()
    assert made["steps"].dtype == np.int64
    assert made["epochs"] == pytest.approx(made["steps"] / per_epoch)
    assert made["epochs"][-1] == epochs


def test_more_snapshots_change_nothing_in_the_training():
    few, many = trained(snapshots=2), trained(snapshots=100)
    assert few.history == many.history
    assert len(many.snapshots["steps"]) == 7
    assert np.array_equal(few.snapshots["kernels/conv1"], many.snapshots["kernels/conv1"][[0, -1]])


@pytest.mark.parametrize("epochs", [1, 3])
def test_the_history_has_a_row_for_the_untrained_state_and_one_an_epoch(epochs):
    lines = []
    history = trained(epochs=epochs, report=lines.append).history
    assert [row["epoch"] for row in history] == list(range(epochs + 1))
    assert [row["step"] for row in history] == [3 * epoch for epoch in range(epochs + 1)]
    assert len(lines) == epochs + 1
    assert all("\n" not in line for line in lines)
    for line, row in zip(lines, history, strict=True):
        assert f"epoch {row['epoch']}/{epochs}" in line
        assert f"{row['test_loss']:.4f} test" in line


def plain_scores(snapshots: dict, state: str, images: trainer.ImageDataset) -> tuple[float, float]:
    """Return cross-entropy and accuracy of the `templates` network, computed with plain layers."""
    plain = plain_network()
    with torch.no_grad():
        for parameter, name in zip(plain.parameters(), NAMES, strict=True):
            parameter.copy_(torch.from_numpy(snapshots[f"{state}/{name}"]))
        outputs = plain(images.pixels())
    loss = functional.cross_entropy(outputs, images.labels)
    return float(loss), float((outputs.argmax(1) == images.labels).double().mean())


def test_the_history_starts_and_ends_with_the_scores_of_the_first_and_last_weights():
    made = trained(epochs=3)
    for row, state in ((made.history[0], "first"), (made.history[-1], "last")):
        for split, images in (("train", TRAIN), ("test", TEST)):
            loss, accuracy = plain_scores(made.snapshots, state, images)
            assert row[f"{split}_loss"] == pytest.approx(loss, abs=1e-5)
            assert row[f"{split}_accuracy"] == pytest.approx(accuracy)
            assert row[f"{split}_within"] is None


def test_the_summary_has_the_scores_over_all_images_and_what_a_constant_answer_scores():
    made = trained(epochs=3)
    for split, images in (("train", TRAIN), ("test", TEST)):
        loss, accuracy = plain_scores(made.snapshots, "last", images)
        assert made.summary[split]["loss"] == pytest.approx(loss, abs=1e-5)
        assert made.summary[split]["accuracy"] == pytest.approx(accuracy)
    assert made.summary["constant_predictor_loss"] == pytest.approx(math.log(2))
    assert made.summary["parameters"] == 4 * 49 + 4 + 2 * 4 + 2
    kernels, bias = made.snapshots["last/conv1.weight"], made.snapshots["last/conv1.bias"]
    responses = functional.conv2d(TRAIN.pixels(), torch.from_numpy(kernels), torch.from_numpy(bias))
    assert made.summary["largest_responses"]["conv1"] == pytest.approx(responses.amax((0, 2, 3)).tolist(), abs=1e-5)


def test_many_images_are_scored_as_in_one_batch():
    """There are more images than an evaluation batch holds."""
    many = stripes(schedule.EVALUATION_BATCH + 33, 4)
    made = trained(train_set=many, test_set=many, epochs=1, batch_size=100)
    loss, accuracy = plain_scores(made.snapshots, "last", many)
    assert made.summary["test"]["loss"] == pytest.approx(loss, abs=1e-5)
    assert made.summary["test"]["accuracy"] == pytest.approx(accuracy)


def test_fewer_images_are_evaluated_at_once_where_outputs_are_large():
    layers = [{"kind": "conv", "name": "conv1", "kernels": 32, "kernel_size": 15, "stride": 1}]
    assert schedule.evaluation_batch(layers, (1, 64, 64)) == 200
    assert schedule.evaluation_batch(layers, (1, 256, 256)) == 64_000_000 // (32 * 242 * 242)
    assert schedule.evaluation_batch(layers, (1, 4096, 4096)) == 1


def test_the_number_of_images_evaluated_at_once_changes_no_result(monkeypatch):
    before = trained(epochs=1).summary
    monkeypatch.setattr(schedule, "EVALUATED", 1)
    after = trained(epochs=1).summary
    assert after["test"] == pytest.approx(before["test"])
    assert after["largest_responses"]["conv1"] == pytest.approx(before["largest_responses"]["conv1"])


@pytest.mark.parametrize("layers", ["templates", "stacked"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_separable_problem_is_learned(layers, seed):
    made = trained(layers, seed, epochs=15, weight_decay={"conv": 0.01, "linear": 0.01}, learning_rate=0.02)
    assert made.history[0]["test_accuracy"] <= 0.8
    assert made.summary["test"]["accuracy"] == 1
    assert made.summary["train"]["accuracy"] == 1
    assert made.summary["test"]["loss"] < 0.3
    assert made.summary["failure"] == ""


def test_a_loss_that_is_not_finite_ends_the_training_early_and_is_named():
    lines = []
    made = trained(
        "cnnkernels",
        optimizer="sgd",
        loss="mse",
        schedule="constant",
        learning_rate=1e6,
        epochs=30,
        report=lines.append,
    )
    assert made.summary["failure"] == "non-finite loss"
    assert 2 <= len(made.history) < 31
    assert len(lines) == len(made.history)
    assert not math.isfinite(made.history[-1]["train_loss"])
    assert all(math.isfinite(row["train_loss"]) for row in made.history[:-1])
    assert len(made.snapshots["steps"]) == len(made.snapshots["kernels/conv1"])
    assert made.snapshots["steps"][-1] == made.history[-1]["step"]
    np.testing.assert_array_equal(made.snapshots["kernels/conv1"][-1], made.snapshots["last/conv1.weight"])
    # The loss overflows, at a step that depends on the processor: its weights are not finite, or too large to square.
    assert not np.abs(made.snapshots["last/output.weight"]).max() < 1e9


def test_weights_that_hardly_move_are_a_plateau():
    made = trained(
        learning_rate=1e-9, weight_decay={"conv": 0.0, "linear": 0.0}, init_std={"conv": 1e-6, "linear": 1e-6}
    )
    assert made.summary["failure"] == "constant-predictor plateau"
    assert made.history[-1]["train_loss"] == pytest.approx(math.log(2), abs=1e-4)


def test_a_network_without_any_response_is_dead():
    """Images are dark, so a response is the bias, and a bias of zero is no response."""
    dark = trainer.ImageDataset(np.zeros((60, SIZE, SIZE), np.uint8), TRAIN.labels.numpy())
    made = trained(train_set=dark, init_std={"conv": 0.1, "linear": 0.1}, learning_rate=1e-12)
    assert max(made.summary["largest_responses"]["conv1"]) <= 0
    assert made.summary["failure"] == "dead network"


@pytest.mark.parametrize("loss", ["l1", "mse"])
def test_a_regression_knows_how_many_images_are_within_the_tolerance(loss):
    made = trained(loss=loss, epochs=2)
    for row in made.history:
        assert 0 <= row["train_within"] <= 1
        assert 0 <= row["test_within"] <= 1
    assert made.summary["constant_predictor_loss"] == pytest.approx({"l1": 0.5, "mse": 0.25}[loss])


def test_a_weight_decay_by_name_holds_for_that_layer_alone():
    settings = {"learning_rate": 0.01, "schedule": "constant", "loss": "l1", "epochs": 1, "batch_size": 60}
    dark = trainer.ImageDataset(np.zeros((60, SIZE, SIZE), np.uint8), TRAIN.labels.numpy())  # kernels get no gradient
    made = trained(
        "cnnkernels", train_set=dark, weight_decay={"conv": 0.5, "linear": 0.0, "conv2": 3.0}, **settings
    ).snapshots
    assert made["last/conv1.weight"] == pytest.approx(made["first/conv1.weight"] * (1 - 0.01 * 0.5), rel=1e-5)
    network = networks.build(LAYERS["cnnkernels"], (1, SIZE, SIZE), 2)
    decays = trainer.optimizer_for(
        network, {**SETTINGS, "weight_decay": {"conv": 0.5, "linear": 0.25, "conv2": 3.0, "output": 0.0}}
    ).decays
    assert decays == [0.5, 0.0, 3.0, 0.0, 0.25, 0.0, 0.25, 0.0, 0.0, 0.0]


def test_training_leaves_images_and_settings_as_they_were():
    settings, pixels, labels = copy.deepcopy(SETTINGS), TRAIN.pixels(), TRAIN.labels.clone()
    made = trainer.train(job("templates", TRAIN, TEST)._replace(settings=settings))
    assert made.history
    assert settings == SETTINGS
    assert torch.equal(TRAIN.pixels(), pixels)
    assert torch.equal(TRAIN.labels, labels)


def uneven() -> trainer.ImageDataset:
    """Return the stripes with three of four images in class 0."""
    images, labels = TRAIN.images.numpy(), TRAIN.labels.numpy()
    kept = np.concatenate([np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)[:10]])
    return trainer.ImageDataset(images[kept], labels[kept])


def test_balanced_classes_weigh_the_gradient_of_a_step(double):
    own = job("templates", uneven(), TEST, class_weights="balanced")
    learner = trainer.Learner(own, schedule.planned(own.settings, 40))
    batch = torch.arange(len(uneven()))
    weights = torch.tensor([40 / (2 * 30), 40 / (2 * 10)], dtype=torch.float64)
    outputs = learner.network(learner.job.train_set.pixels(batch))
    labels = learner.job.train_set.labels
    each = functional.cross_entropy(outputs, labels, reduction="none")
    expected = torch.autograd.grad((weights[labels] * each).mean(), list(learner.network.parameters()))
    learner.optimizer.step = lambda rate: None
    learner.step(batch, 0.0)
    for parameter, gradient in zip(learner.network.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, rtol=1e-5, atol=1e-8)


def test_balanced_losses_are_those_of_equal_classes_and_the_summary_has_the_largest_class():
    summary = trained(train_set=uneven(), class_weights="balanced").summary
    assert summary["constant_predictor_loss"] == pytest.approx(math.log(2), rel=1e-5)
    assert summary["largest_class_share"] == 0.5  # of the test images
    plain = trained(train_set=uneven()).summary
    assert plain["constant_predictor_loss"] == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25), rel=1e-5)
