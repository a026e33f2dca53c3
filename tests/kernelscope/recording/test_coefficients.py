"""Two starts under one fixed sequence of gradients: their difference shrinks by the coefficient and by nothing else."""

import math

import pytest
import torch
from torch import nn

from kernelscope.recording import coefficients, layers

O = torch.optim  # noqa: E741
EXACT = {
    "plain": lambda groups: O.SGD(groups, lr=0.1),
    "decay": lambda groups: O.SGD(groups, lr=0.1, weight_decay=0.5),
    "momentum": lambda groups: O.SGD(groups, lr=0.1, weight_decay=0.5, momentum=0.9),
    "dampening": lambda groups: O.SGD(groups, lr=0.1, weight_decay=0.5, momentum=0.9, dampening=0.3),
    "Nesterov": lambda groups: O.SGD(groups, lr=0.1, weight_decay=0.5, momentum=0.9, nesterov=True),
    "maximize": lambda groups: O.SGD(groups, lr=0.1, weight_decay=0.5, momentum=0.5, maximize=True),
    "AdamW": lambda groups: O.AdamW(groups, lr=0.1, weight_decay=0.5),
    "Adam, decoupled": lambda groups: O.Adam(groups, lr=0.1, weight_decay=0.5, decoupled_weight_decay=True),
    "NAdam, decoupled": lambda groups: O.NAdam(groups, lr=0.1, weight_decay=0.5, decoupled_weight_decay=True),
    "Adam": lambda groups: O.Adam(groups, lr=0.1),
    "RMSprop": lambda groups: O.RMSprop(groups, lr=0.1),
    "Rprop": lambda groups: O.Rprop(groups, lr=0.1),
}


def network(seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 3, 5), nn.Conv2d(3, 2, 3), nn.Conv1d(1, 1, 3)).double()


def followed(model, make):
    """Train on the same gradients, whatever the weights, with a schedule; return the layers and their coefficients."""
    optimizer = make([{"params": model[0].parameters()}, {"params": model[1].parameters(), "lr": 0.02}])
    found, _ = layers.of_model(model, ["0", "1"])
    known = coefficients.Coefficients(optimizer, found)
    schedule, random = O.lr_scheduler.ExponentialLR(optimizer, 0.9), torch.Generator().manual_seed(0)
    for step in range(12):
        optimizer.zero_grad()
        for number, parameter in enumerate(model[:2].parameters()):
            if number or step != 5:  # a weight without a gradient is left alone
                parameter.grad = torch.randn(parameter.shape, generator=random, dtype=torch.double)
        optimizer.step()
        schedule.step()
    return found, known.now()


@pytest.mark.parametrize("name", EXACT)
def test_the_difference_of_two_starts_is_the_coefficient_times_their_first_difference(name):
    first = [
        [layer.module.weight.clone() for layer in layers.of_model(network(seed), ["0", "1"])[0]] for seed in (1, 2)
    ]
    (one, values), (two, same) = (followed(network(seed), EXACT[name]) for seed in (1, 2))
    assert values == same
    for layer, other, before, before_of_other in zip(one, two, *first, strict=True):
        difference = layer.module.weight - other.module.weight
        torch.testing.assert_close(difference, values[layer.name] * (before - before_of_other), atol=1e-12, rtol=1e-9)
    assert ("decay" in name or "coupled" in name) <= (values["0"] < values["1"] < 1)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda p: O.Adam(p, weight_decay=0.1), "Adam mixes its weight decay with the gradients"),
        (lambda p: O.RMSprop(p, weight_decay=0.1), "RMSprop mixes its weight decay with the gradients"),
        (lambda p: O.ASGD(p), "ASGD is not known to be linear in the weights"),
        (lambda p: type("Own", (O.SGD,), {})(p, lr=0.1), "Own is not known to be linear in the weights"),
    ],
)
def test_an_optimizer_without_an_exact_factor_has_a_reason(make, reason):
    model = network(0)
    known = coefficients.Coefficients(make(model.parameters()), layers.of_model(model, None)[0])
    assert set(known.reasons.values()) == {reason}
    assert all(map(math.isnan, known.now().values()))


def test_a_layer_that_is_not_optimized_and_one_that_is_computed_have_reasons():
    model = network(0)
    nn.utils.parametrizations.weight_norm(model[1])
    optimizer = O.SGD([*model[0].parameters(), *model[1].parameters()], lr=0.1)
    known = coefficients.Coefficients(optimizer, layers.of_model(model, None)[0])
    assert known.reasons == {"0": "", "1": coefficients.COMPUTED, "2": coefficients.NOT_OPTIMIZED}


def test_decay_that_is_switched_on_during_a_training_ends_the_exact_factor():
    model = network(0)
    optimizer = O.Adam(model.parameters(), lr=0.1)
    known = coefficients.Coefficients(optimizer, layers.of_model(model, ["0"])[0])
    for decay in (0, 0.1):
        optimizer.param_groups[0]["weight_decay"] = decay
        model[0].weight.grad = torch.ones_like(model[0].weight)
        optimizer.step()
        assert math.isnan(known.now()["0"]) == bool(decay)
