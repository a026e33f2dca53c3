"""AdamW and SGD, as formulas.

torch.optim has both, but its first optimizer loads torch's compiler in every job that is not forked from the
preloader (docs/log.md, 2026-11-22). The tests compare each formula with torch.optim.
"""

import math

import torch


class SGD:
    """Stochastic gradient descent with momentum: v <- momentum v + g + decay w, then w <- w - lr v.

    v starts as the first gradient, and weight decay is an L2 term in the gradient, both as in torch.
    """

    def __init__(self, parameters: list[torch.Tensor], decays: list[float], momentum: float):
        self.parameters, self.decays, self.momentum = parameters, decays, momentum
        self.velocity = [torch.zeros_like(p) for p in parameters]
        self.steps = 0

    def moments(self) -> dict[str, torch.Tensor]:
        """Return the running averages of the gradients by name; the tensors are live, not copies."""
        return {f"velocity/{i}": v for i, v in enumerate(self.velocity)}

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Update all parameters from their gradients."""
        self.steps += 1
        for p, decay, v in zip(self.parameters, self.decays, self.velocity, strict=True):
            v.mul_(self.momentum).add_(p.grad).add_(p, alpha=decay)
            p.sub_(v, alpha=learning_rate)


class AdamW:
    """Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019, algorithm 2), betas 0.9 and 0.999."""

    def __init__(self, parameters: list[torch.Tensor], decays: list[float], betas=(0.9, 0.999), epsilon=1e-8):
        self.parameters, self.decays, self.betas, self.epsilon = parameters, decays, betas, epsilon
        self.mean = [torch.zeros_like(p) for p in parameters]
        self.square = [torch.zeros_like(p) for p in parameters]
        self.steps = 0

    def moments(self) -> dict[str, torch.Tensor]:
        """Return the running averages of the gradients by name; the tensors are live, not copies."""
        averages = {"mean": self.mean, "square": self.square}
        return {f"{name}/{i}": tensor for name, tensors in averages.items() for i, tensor in enumerate(tensors)}

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Update all parameters from their gradients."""
        self.steps += 1
        b1, b2 = self.betas
        size = learning_rate / (1 - b1**self.steps)
        root = math.sqrt(1 - b2**self.steps)
        for p, decay, m, s in zip(self.parameters, self.decays, self.mean, self.square, strict=True):
            p.mul_(1 - learning_rate * decay)
            m.lerp_(p.grad, 1 - b1)
            s.mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            p.addcdiv_(m, (s.sqrt() / root).add_(self.epsilon), value=-size)


def make_optimizer(name: str, parameters: list[torch.Tensor], decays: list[float], momentum: float) -> SGD | AdamW:
    """Make `adamw` (which ignores `momentum`) or `sgd`, with one weight decay per parameter."""
    return AdamW(parameters, decays) if name == "adamw" else SGD(parameters, decays, momentum)
