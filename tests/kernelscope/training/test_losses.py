"""Losses and scores compared with plain loops, and the constant predictor with a search for the best constant."""

import math

import numpy as np
import pytest
import scipy.optimize
import torch

from kernelscope.training import losses

LOSSES = ("cross_entropy", "l1", "mse")


def plain_loss(name: str, outputs: np.ndarray, labels: np.ndarray) -> float:
    total = 0.0
    for row, label in zip(outputs, labels, strict=True):
        if name == "cross_entropy":
            total -= math.log(math.exp(row[label]) / sum(math.exp(value) for value in row))
        else:
            for place, value in enumerate(row):
                distance = abs(value - (1.0 if place == label else 0.0))
                total += (distance if name == "l1" else distance**2) / len(row)
    return total / len(labels)


def random_outputs() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(20, 4, generator=generator), torch.randint(0, 4, (20,), generator=generator)


def test_targets_are_one_at_the_label_and_zero_elsewhere():
    targets = losses.targets(torch.tensor([2, 0]), 4)
    assert targets.dtype == torch.float32
    assert targets.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_that_of_a_plain_loop(name):
    outputs, labels = random_outputs()
    expected = plain_loss(name, outputs.numpy(), labels.numpy())
    assert float(losses.loss(name, outputs, labels)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_has_the_gradient_of_finite_differences(name):
    outputs, labels = (tensor[:5] for tensor in random_outputs())
    outputs = outputs.double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: losses.loss(name, x, labels), outputs)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("counts", [(5, 5, 5), (7, 2, 1), (12, 1, 1, 1), (3, 0, 6), (4, 9)])
def test_no_constant_answer_beats_the_constant_loss_and_one_reaches_it(name, counts):
    labels = np.repeat(np.arange(len(counts)), counts)

    def loss(constant):
        return plain_loss(name, np.tile(constant, (len(labels), 1)), labels)

    start = np.full(len(counts), 0.4)
    method = "BFGS" if name != "l1" else "Powell"
    best = scipy.optimize.minimize(loss, start, method=method, options={"maxiter": 2000}).fun
    if name == "l1":  # the best constant for an absolute distance is one of the targets, so try them all
        corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * len(counts)), axis=-1).reshape(-1, len(counts))
        best = min(best, *(loss(corner) for corner in corners))
    assert losses.constant_loss(name, labels, len(counts)) == pytest.approx(best, abs=2e-4)


def test_three_balanced_classes_have_these_constant_losses():
    labels = np.arange(30) % 3
    assert losses.constant_loss("cross_entropy", labels, 3) == pytest.approx(1.0986123)
    assert losses.constant_loss("l1", labels, 3) == pytest.approx(1 / 3)
    assert losses.constant_loss("mse", labels, 3) == pytest.approx(2 / 9)


def test_the_constant_loss_does_not_depend_on_the_order_of_the_images():
    labels = np.repeat([0, 1, 2], [5, 3, 9])
    shuffled = np.random.default_rng(0).permutation(labels)
    for name in LOSSES:
        assert losses.constant_loss(name, labels, 3) == losses.constant_loss(name, shuffled, 3)


def test_the_accuracy_is_the_share_of_largest_outputs_at_the_label():
    outputs = torch.tensor([[0.2, 0.9, 0.1], [0.8, 0.7, 0.0], [0.1, 0.2, 0.3], [2.0, 1.0, 0.0]])
    for name in LOSSES:
        assert losses.scores(name, outputs, torch.tensor([1, 1, 2, 0]))["accuracy"] == 0.75


def test_an_image_is_within_if_all_its_outputs_are_closer_than_a_tenth():
    outputs = torch.tensor([[0.95, 0.05], [1.05, -0.05], [0.95, 0.15], [0.85, 0.0], [0.0, 0.95], [0.05, 1.09]])
    labels = torch.tensor([0, 0, 0, 0, 0, 1])
    # the third and fourth have one output too far off, the fifth is close to the wrong target
    for name in ("l1", "mse"):
        assert losses.scores(name, outputs, labels)["within"] == pytest.approx(3 / 6)


def test_an_image_can_be_right_and_not_within():
    scores = losses.scores("l1", torch.tensor([[0.6, 0.4], [0.3, 0.8]]), torch.tensor([0, 1]))
    assert scores["accuracy"] == 1
    assert scores["within"] == 0
    assert scores["loss"] == pytest.approx((0.4 + 0.4 + 0.3 + 0.2) / 4)


def test_cross_entropy_has_no_tolerance():
    outputs, labels = random_outputs()
    scores = losses.scores("cross_entropy", outputs, labels)
    assert scores["within"] is None
    assert scores["loss"] == pytest.approx(plain_loss("cross_entropy", outputs.numpy(), labels.numpy()), rel=1e-5)


def test_an_unknown_loss_is_refused():
    with pytest.raises(KeyError, match="hinge"):
        losses.loss("hinge", *random_outputs())


@pytest.mark.parametrize("name", LOSSES)
def test_weights_of_classes_multiply_the_losses_of_their_images(name):
    outputs, labels = random_outputs()
    weights = losses.class_weights("balanced", labels)
    expected = sum(
        float(weights[label]) * plain_loss(name, outputs[[i]].numpy(), labels[[i]].numpy())
        for i, label in enumerate(labels.tolist())
    )
    assert float(losses.loss(name, outputs, labels, weights)) == pytest.approx(expected / len(labels), rel=1e-5)
    assert losses.scores(name, outputs, labels, weights)["loss"] == pytest.approx(expected / len(labels), rel=1e-5)


def test_balanced_weights_are_those_of_scikit_learn():
    from sklearn.utils.class_weight import compute_class_weight

    labels = np.array([0] * 7 + [1] * 2 + [2] * 31)
    weights = losses.class_weights("balanced", torch.from_numpy(labels))
    np.testing.assert_allclose(weights, compute_class_weight("balanced", classes=np.arange(3), y=labels), rtol=1e-6)
    assert losses.class_weights("none", torch.from_numpy(labels)) is None


@pytest.mark.parametrize("name", LOSSES)
def test_the_constant_predictor_of_balanced_classes_knows_no_class(name):
    labels = np.array([0] * 30 + [1] * 3 + [2] * 7)
    weights = losses.class_weights("balanced", torch.from_numpy(labels)).numpy()
    equal = losses.constant_loss(name, np.arange(3), 3)
    assert losses.constant_loss(name, labels, 3, weights) == pytest.approx(equal, rel=1e-5)
