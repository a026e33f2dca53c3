"""The exact factor of the untrained weights, compared with what the optimizers and the trainer really do."""

import numpy as np
import pytest
import torch
import yaml
from projects import ROOT
from trainings import LAYERS, SETTINGS, job

from kernelscope.models import layer_lists
from kernelscope.training import decay, group, learning_rates, optimizers, trainer

pytestmark = pytest.mark.usefixtures("one_thread")
OPTIMIZERS = [("adamw", 0.9), ("sgd", 0.0), ("sgd", 0.9)]
BLACK = trainer.ImageDataset(np.zeros((40, 28, 28), np.uint8), np.arange(40, dtype=np.int64) % 2)
TRAINERS = {"one by one": trainer.train, "as a group": group.alone}


def settings(optimizer: str, momentum: float = 0.9, **changes) -> dict:
    return SETTINGS | {"optimizer": optimizer, "momentum": momentum, "learning_rate": 0.05} | changes


def after_training(chosen: dict, start: torch.Tensor, own: float, gradients: torch.Tensor) -> torch.Tensor:
    """Return the weights after one step per gradient, by the optimizer that trainings use."""
    weights = start.clone()
    optimizer = optimizers.make_optimizer(chosen["optimizer"], [weights], [own], chosen["momentum"])
    for step, gradient in enumerate(gradients):
        weights.grad = gradient
        optimizer.step(learning_rates.learning_rate(chosen["schedule"], chosen["learning_rate"], step, len(gradients)))
    return weights


@pytest.mark.parametrize("schedule", ["one_cycle", "constant"])
@pytest.mark.parametrize(("optimizer", "momentum"), OPTIMIZERS)
@pytest.mark.parametrize("own", [0.0, 0.5, 2.0])
def test_two_starts_under_the_same_gradients_differ_by_the_factor_times_their_first_difference(
    optimizer, momentum, schedule, own
):
    chosen, steps = settings(optimizer, momentum, schedule=schedule), 50
    generator = torch.Generator().manual_seed(0)
    one, other = torch.randn((2, 3, 5, 5), generator=generator, dtype=torch.float64)
    gradients = torch.randn((steps, 3, 5, 5), generator=generator, dtype=torch.float64)
    ends = [after_training(chosen, start, own, gradients) for start in (one, other)]
    factor = decay.factors(chosen, own, np.arange(steps + 1), steps)[-1]
    assert not torch.allclose(ends[0], factor * one, atol=0.01)
    torch.testing.assert_close(ends[0] - ends[1], factor * (one - other), rtol=1e-9, atol=1e-12)
    assert factor == 1 if own == 0 else abs(factor) < 0.9


def test_every_optimizer_of_the_config_has_an_exact_factor():
    config = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    assert set(config["$defs"]["training"]["properties"]["optimizer"]["enum"]) == set(decay.EXACT)


def test_an_optimizer_without_an_exact_factor_has_none():
    assert np.isnan(decay.factors(settings("adam"), 0.5, np.array([0, 3]), 3)).all()


def test_the_factor_of_adamw_is_the_product_of_what_each_step_leaves():
    rates = [learning_rates.learning_rate("one_cycle", 0.01, step, 300) for step in range(300)]
    chosen = settings("adamw", learning_rate=0.01)
    factors = decay.factors(chosen, 0.5, np.array([0, 100, 300]), 300)
    np.testing.assert_allclose(factors, [1, *(np.prod([1 - r * 0.5 for r in rates[:n]]) for n in (100, 300))])
    assert factors[-1] == pytest.approx(0.469, abs=5e-4)


@pytest.mark.parametrize("train", TRAINERS.values(), ids=TRAINERS)
@pytest.mark.parametrize(("optimizer", "momentum"), OPTIMIZERS)
def test_a_training_on_black_images_leaves_just_the_factor_of_its_first_kernels(optimizer, momentum, train):
    own = {"conv": 0.5, "conv1": 3.0, "linear": 0.1}  # black images give the first kernels no gradient
    chosen = {"optimizer": optimizer, "momentum": momentum, "learning_rate": 0.05, "weight_decay": own}
    made = train(job("stacked", BLACK, BLACK, **chosen)).snapshots
    spec = {"layers": LAYERS["stacked"], "training": SETTINGS | chosen, "control": "none"}
    factor = decay.of_run(spec, made["steps"], made["epochs"])["conv1"].values
    bank = made["kernels/conv1"]
    assert len(factor) == len(bank) == 5
    assert factor[-1] < 0.9
    np.testing.assert_allclose(bank, factor[:, None, None, None, None] * bank[0], rtol=1e-5, atol=1e-9)


def of_run(layers: list[dict], control: str = "none", **changes) -> dict[str, decay.Factor]:
    spec = {"layers": layers, "training": settings("adamw", **changes), "control": control}
    return decay.of_run(spec, np.array([0, 3, 6]), np.array([0, 1, 2], np.float32))


def test_each_layer_has_the_factor_of_its_own_decay():
    known = of_run(LAYERS["cnnkernels"], weight_decay={"conv": 0.5, "conv2": 0.0, "linear": 0.1, "hidden2": 2.0})
    last = {name: factor.values[-1] for name, factor in known.items()}
    assert list(known) == ["conv1", "conv2", "hidden1", "hidden2", "output"]
    assert last["conv2"] == 1
    assert last["hidden2"] < last["conv1"] < last["hidden1"] == last["output"] < 1
    assert all(factor.reason == "" for factor in known.values())


def test_frozen_conv_layers_keep_all_of_their_weights_and_linear_layers_do_not():
    known = of_run(LAYERS["stacked"], "frozen")
    assert all((factor.values == 1).all() == name.startswith("conv") for name, factor in known.items())


def test_a_layer_before_batch_normalization_has_a_factor_with_a_caution():
    known = of_run(LAYERS["small_resnet"])
    assert {name for name, factor in known.items() if factor.reason} == {"conv1", "conv2", "conv3", "conv4"}
    assert all(np.isfinite(factor.values).all() for factor in known.values())


def test_the_layers_before_batch_normalization_are_those_of_the_network():
    kinds = [layer["kind"] for layer in LAYERS["small_resnet"]]
    assert kinds.count("batch_norm") == 4
    assert "linear" in kinds
    assert set(of_run(LAYERS["small_resnet"])) == set(layer_lists.names(LAYERS["small_resnet"]))


def test_the_rates_are_those_of_the_whole_training_when_it_ended_early():
    whole = of_run(LAYERS["templates"], epochs=2)["conv1"].values
    ended = of_run(LAYERS["templates"], epochs=20)["conv1"].values
    assert whole[1] < ended[1] < 1


def test_a_row_without_a_factor_says_why():
    layers = {"conv1": decay.Factor(np.array([1.0, np.nan])), "conv2": decay.Factor(np.array([1.0, np.inf]), "because")}
    rows = list(decay.rows(np.array([0, 7]), layers))
    assert [(row["step"], row["layer"], row["factor"], row["reason"]) for row in rows] == [
        (0, "conv1", 1.0, ""),
        (0, "conv2", 1.0, "because"),
        (7, "conv1", None, decay.NOT_FINITE),
        (7, "conv2", None, "because"),
    ]
