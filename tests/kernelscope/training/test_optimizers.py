"""Each formula compared with torch.optim."""

import pytest
import torch

from kernelscope.training import optimizers

SHAPES = [(4, 1, 5, 5), (4,), (3, 4), (3,)]
DECAYS = [0.5, 0.0, 0.03, 0.0]


def parameters(seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in SHAPES]


def both_ways(ours, theirs, updated: list[torch.Tensor], reference: list[torch.Tensor], rates: list[float]) -> None:
    """Take steps with the same random gradients in both ways; the parameters must agree after each step."""
    generator = torch.Generator().manual_seed(1)
    for rate in rates:
        for p, q in zip(updated, reference, strict=True):
            p.grad = torch.randn(p.shape, generator=generator, dtype=torch.float64)
            q.grad = p.grad.clone()
        before = [p.detach().clone() for p in updated]
        ours.step(rate)
        for group in theirs.param_groups:
            group["lr"] = rate
        theirs.step()
        for p, q, old in zip(updated, reference, before, strict=True):
            assert not torch.equal(p, old)
            torch.testing.assert_close(p, q, rtol=1e-12, atol=1e-12)


RATES = [0.1, 0.1, 0.03, 0.2, 0.01, 0.01, 0.5]


@pytest.mark.parametrize("decays", [DECAYS, [0.0] * 4])
def test_adamw_is_that_of_torch_with_a_decay_for_each_parameter(decays):
    ours, reference = parameters(), parameters()
    groups = [{"params": [p], "weight_decay": decay} for p, decay in zip(reference, decays, strict=True)]
    both_ways(optimizers.make_optimizer("adamw", ours, decays, 0.9), torch.optim.AdamW(groups), ours, reference, RATES)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("decays", [DECAYS, [0.0] * 4])
def test_sgd_is_that_of_torch_with_a_decay_for_each_parameter(momentum, decays):
    ours, reference = parameters(), parameters()
    groups = [{"params": [p], "weight_decay": decay} for p, decay in zip(reference, decays, strict=True)]
    theirs = torch.optim.SGD(groups, lr=0.1, momentum=momentum)
    both_ways(optimizers.make_optimizer("sgd", ours, decays, momentum), theirs, ours, reference, RATES)


def test_the_momentum_changes_nothing_for_adamw():
    one, other = parameters(), parameters()
    for mine, momentum in ((one, 0.0), (other, 0.9)):
        optimizer = optimizers.make_optimizer("adamw", mine, DECAYS, momentum)
        for _ in range(3):
            for p in mine:
                p.grad = torch.ones_like(p)
            optimizer.step(0.1)
    assert all(torch.equal(p, q) for p, q in zip(one, other, strict=True))
    assert not torch.equal(one[0], parameters()[0])


def test_the_first_step_of_adamw_has_the_size_of_the_rate_whatever_the_gradient():
    p = torch.zeros(4, requires_grad=True)
    p.grad = torch.tensor([1e-3, -1.0, 50.0, -1e4])
    optimizers.AdamW([p], [0.0]).step(0.25)
    assert p.tolist() == pytest.approx([-0.25, 0.25, -0.25, 0.25], rel=1e-4)


def test_the_decay_of_adamw_is_apart_from_the_gradient_and_that_of_sgd_is_not():
    for name, expected in (("adamw", 2 * (1 - 0.1 * 0.5)), ("sgd", 2 - 0.1 * 0.5 * 2)):
        p = torch.full((1,), 2.0, requires_grad=True)
        p.grad = torch.zeros(1)
        optimizers.make_optimizer(name, [p], [0.5], 0.9).step(0.1)
        assert p.item() == pytest.approx(expected)
    p = torch.full((1,), 2.0, requires_grad=True)
    optimizer = optimizers.SGD([p], [0.5], 0.9)
    for _ in range(2):
        p.grad = torch.zeros(1)
        optimizer.step(0.1)
    assert p.item() == pytest.approx(1.9 - 0.1 * (0.9 * 1.0 + 0.95))  # the decay enters the momentum


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_a_step_leaves_the_gradients_as_they_were(name):
    updated = parameters()
    for p in updated:
        p.grad = torch.ones_like(p)
    optimizers.make_optimizer(name, updated, DECAYS, 0.9).step(0.1)
    assert all((p.grad == 1).all() for p in updated)
    assert not torch.equal(updated[0], parameters()[0])
