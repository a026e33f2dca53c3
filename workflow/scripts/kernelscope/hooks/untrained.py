"""Untrained copies of any model: the same layers with new weights, as its constructor or its layers draw them."""

import copy
from collections.abc import Callable

import torch
from torch import nn

from kernelscope.hooks import watching
from kernelscope.refusal import quoted, refuse

KEPT = "its weights cannot be drawn again (no reset_parameters that changes them), so it has no untrained copy"


def untrained(
    model: nn.Module, make: Callable[[], nn.Module] | None, images: torch.Tensor, batch: int, seed: int
) -> nn.Module:
    """Return an untrained copy of a model, in evaluation.

    Parameters
    ----------
    model : nn.Module
    make : callable, optional
        The constructor. Without it, or if it returns the same weights as those of the model, every module that has
        `reset_parameters` draws its weights again.
    images : tensor
        The statistics of batch normalization are those of these images, as at the first step of a training.
    batch : int
        Images at a time.
    seed : int
        Of the weights.
    """
    devices = [next(model.parameters()).device] if next(model.parameters()).is_cuda else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(seed)
        made = None if make is None else make()
        if made is not None and not isinstance(made, nn.Module):
            refuse("untrained", quoted(made), "a function that returns a torch.nn.Module")
        if made is None or are_same(model, made):
            made = copy.deepcopy(model)
            for module in made.modules():
                if callable(reset := getattr(module, "reset_parameters", None)):
                    reset()
    first = next(model.parameters())
    made = made.to(first.device, first.dtype).eval()
    normalize(made, images, batch)
    return made


def are_same(model: nn.Module, other: nn.Module) -> bool:
    """Whether two models share a weight of more than one axis, as a constructor that loads weights makes them."""
    others = dict(other.named_parameters())
    weights = [(name, weight) for name, weight in model.named_parameters() if weight.ndim > 1]
    return any(
        name in others and weight.shape == others[name].shape and torch.equal(weight.cpu(), others[name].cpu())
        for name, weight in weights
    )


@torch.no_grad()
def normalize(model: nn.Module, images: torch.Tensor, batch: int) -> None:
    """Give batch normalizations the statistics of images."""
    modules = [module for module in model.modules() if isinstance(module, watching.NORMALIZATION)]
    modules = [module for module in modules if module.track_running_stats]
    if not modules:
        return
    momenta = [module.momentum for module in modules]
    for module in modules:
        module.reset_running_stats()
        module.momentum = None  # the mean of all batches
        module.train()
    for few in images.split(batch):
        if len(few) > 1 or len(images) == 1:
            watching.run(model, few)
    for module, momentum in zip(modules, momenta, strict=True):
        module.momentum = momentum
        module.eval()


def unchanged(model: nn.Module, other: nn.Module, names: list[str]) -> list[str]:
    """Return the layers whose weights are the same in both."""
    modules, others = dict(model.named_modules()), dict(other.named_modules())
    return [name for name in names if torch.equal(modules[name].weight.cpu(), others[name].weight.cpu())]
