"""The decay factor of each layer in a running training: the exact coefficient of its weights at step 0.

Under a fixed sequence of gradients some optimizers are linear in the weights: W_t = d_t W_0 + what the gradients added.
d_t follows from the rates, decays and momenta alone, which are read after every step of the optimizer itself, so that
schedulers, gradient accumulation and skipped steps need no care (see training/decay.py, which knows a whole schedule).
"""

import math

import torch
from torch import nn

from kernelscope.recording.layers import Layer

DECOUPLED = (torch.optim.AdamW,)  # Loshchilov and Hutter 2019, algorithm 2
MAY_DECOUPLE = (torch.optim.Adam, torch.optim.NAdam, torch.optim.RAdam)
BLIND = (  # their updates depend on gradients alone, so without decay nothing becomes of W_0
    *(*MAY_DECOUPLE, torch.optim.Adagrad, torch.optim.Adadelta, torch.optim.Adamax, torch.optim.RMSprop),
    torch.optim.Rprop,
)
UNKNOWN = "no optimizer was given"
COMPUTED = "the weight is computed from other parameters"
NOT_OPTIMIZED = "the optimizer has no group with this layer"


class Coefficients:
    """The coefficients d_t of the weights of some layers.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer or None
        Its steps are followed from now on.
    layers : list of Layer
    """

    def __init__(self, optimizer: torch.optim.Optimizer | None, layers: list[Layer]):
        self.values = {layer.name: 1.0 for layer in layers}
        self.momenta: dict[str, float | None] = {layer.name: 0.0 for layer in layers}
        self.reasons = {layer.name: UNKNOWN for layer in layers}
        self.hook = None
        if optimizer is None:
            return
        self.parameters = {id(layer.parameter): layer.name for layer in layers if layer.parameter is not None}
        groups = {id(parameter): group for group in optimizer.param_groups for parameter in group["params"]}
        for layer in layers:
            self.reasons[layer.name] = reason(optimizer, layer.parameter, groups.get(id(layer.parameter)))
            if optimizer.state.get(layer.parameter, {}).get("momentum_buffer") is None:
                self.momenta[layer.name] = None  # SGD begins its momentum with the first gradient
        self.hook = optimizer.register_step_post_hook(self.follow)

    def follow(self, optimizer: torch.optim.Optimizer, *_) -> None:
        """Multiply the coefficients by what a step of the optimizer did to weights that have a gradient."""
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                name = self.parameters.get(id(parameter))
                if name is None or parameter.grad is None:
                    continue
                self.reasons[name] = self.reasons[name] or reason(optimizer, parameter, group)
                self.values[name] = self.after(name, type(optimizer), group)

    def after(self, name: str, kind: type, group: dict) -> float:
        """Return the coefficient of a layer after one more step, by its own recursion with a gradient of zero."""
        value, rate, decay = self.values[name], float(group["lr"]), float(group.get("weight_decay", 0))
        if kind is not torch.optim.SGD:
            return value * (1 - rate * decay)
        pull, momentum = decay * value, group["momentum"]
        if momentum:
            before = self.momenta[name]
            along = pull if before is None else momentum * before + (1 - group["dampening"]) * pull
            self.momenta[name] = along
            pull = pull + momentum * along if group["nesterov"] else along
        return value - rate * pull

    def resume(self, values: dict[str, float], momenta: dict[str, float | None]) -> None:
        """Continue with coefficients, and momenta of SGD, that were written at this very step."""
        self.values |= {name: value for name, value in values.items() if math.isfinite(value)}
        self.momenta |= momenta

    def unknown_from_now(self, why: str) -> None:
        """Give up the coefficients that were known, with a reason."""
        self.reasons = {name: before or why for name, before in self.reasons.items()}

    def now(self) -> dict[str, float]:
        """Return the present coefficient of each layer; NaN where there is a reason."""
        return {name: math.nan if self.reasons[name] else value for name, value in self.values.items()}

    def close(self) -> None:
        """Stop following the optimizer."""
        if self.hook is not None:
            self.hook.remove()


def unwrapped(optimizer: torch.optim.Optimizer | None) -> torch.optim.Optimizer | None:
    """Return the optimizer inside the wrappers of Lightning and Accelerate."""
    while isinstance(inner := getattr(optimizer, "optimizer", None), torch.optim.Optimizer):
        optimizer = inner
    return optimizer


def reason(optimizer: torch.optim.Optimizer, parameter: nn.Parameter | None, group: dict | None) -> str:
    """Return why a layer has no exact coefficient under an optimizer; "" if it has one."""
    kind, name = type(optimizer), type(optimizer).__name__
    if parameter is None:
        return COMPUTED
    if group is None:
        return NOT_OPTIMIZED
    if kind is torch.optim.SGD or kind in DECOUPLED:
        return ""
    if kind in MAY_DECOUPLE and group.get("decoupled_weight_decay"):
        return ""
    if kind in BLIND:
        return f"{name} mixes its weight decay with the gradients" if group.get("weight_decay") else ""
    return f"{name} is not known to be linear in the weights"
