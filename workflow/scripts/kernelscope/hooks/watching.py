"""Watch and change what the conv layers of any torch.nn.Module respond, through forward hooks.

The response of a kernel is the output of its layer, or of the batch normalization that follows directly, before any
activation function. Which module follows is found by running the model, as its code alone says what it computes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from kernelscope.recording.layers import kind
from kernelscope.refusal import one_line, refuse

FAILURES = (RuntimeError, ValueError, TypeError, IndexError, KeyError, AttributeError, AssertionError)
NORMALIZATION = nn.modules.batchnorm._BatchNorm
AT_ONCE = 8_000_000  # numbers in all responses to a batch at most, 32 MB
MOST_IMAGES = 64  # in a batch
NOT_2D = "not a layer of two dimensions, so it has no patches of images"
NEVER, SEVERAL = "not called for an image", "called several times for an image"
OTHER_SHAPE = "its output is no feature map (images, kernels, rows, cols)"


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation, and afterwards each of its modules back as it was."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        model.eval()
        yield
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def hooked(modules: Mapping[str, nn.Module], action: Callable) -> Iterator[None]:
    """Call action(name, output) after each of these modules; what it returns, if anything, replaces the output."""
    hooks = [
        module.register_forward_hook(lambda _, __, output, name=name: action(name, output))
        for name, module in modules.items()
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def as_input(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Return images on the device and with the precision of the first parameter of a model."""
    first = next(model.parameters())
    return images.to(first.device, first.dtype)


def sites(model: nn.Module, names: Sequence[str], images: torch.Tensor) -> tuple[dict[str, nn.Module], dict[str, str]]:
    """Return the module whose output is the response of each layer, and why other layers have none.

    Parameters
    ----------
    model : nn.Module
        In evaluation.
    names : sequence of str
        Of its conv layers.
    images : tensor (n, channels, rows, cols)
        A few inputs.

    Raises
    ------
    ValueError
        One line, if the model does not take the images.
    """
    modules = dict(model.named_modules())
    left_out = {name: NOT_2D for name in names if kind(modules[name]) != "conv2d"}
    layers = {name: modules[name] for name in names if name not in left_out}
    outputs: dict[str, list[torch.Tensor]] = {name: [] for name in layers}
    after: dict[str, nn.Module] = {}

    def keep(name: str, output: torch.Tensor) -> None:
        outputs[name].append(output)

    def follow(module: nn.Module, arguments: tuple, _) -> None:
        for name, of_layer in outputs.items():
            if arguments and any(output is arguments[0] for output in of_layer):
                after[name] = module

    followers = [module for module in modules.values() if isinstance(module, NORMALIZATION)]
    hooks = [module.register_forward_hook(follow) for module in followers]
    try:
        with hooked(layers, keep), torch.no_grad():
            run(model, images)
    finally:
        for hook in hooks:
            hook.remove()
    shared = [module for module in followers if sum(other is module for other in after.values()) > 1]
    for name, of_layer in outputs.items():
        if len(of_layer) != 1:
            left_out[name] = SEVERAL if of_layer else NEVER
        elif of_layer[0].ndim != 4 or len(of_layer[0]) != len(images):
            left_out[name] = OTHER_SHAPE
    found = {name: after.get(name, module) for name, module in layers.items() if name not in left_out}
    return {name: layers[name] if module in shared else module for name, module in found.items()}, left_out


def run(model: nn.Module, images: torch.Tensor):
    """Return the output of a model; ValueError in one line if it does not take the images."""
    try:
        return model(as_input(model, images))
    except FAILURES as error:
        words = one_line(str(error))[:160] or type(error).__name__
        refuse("images", f"inputs {tuple(images.shape)}, which the model does not take", "its inputs", words)


@torch.no_grad()
def shapes(model: nn.Module, places: Mapping[str, nn.Module], images: torch.Tensor) -> dict[str, tuple[int, ...]]:
    """Return the shape (kernels, rows, cols) of the response of each layer to an image."""
    found = {}
    with hooked(places, lambda name, output: found.update({name: tuple(output.shape[1:])})):
        run(model, images[:1])
    return found


def batch_size(shape_of: Mapping[str, tuple[int, ...]]) -> int:
    """Return how many images a batch has, so that all responses to it stay small."""
    size = sum(torch.Size(shape).numel() for shape in shape_of.values())
    return max(1, min(MOST_IMAGES, AT_ONCE // max(1, size)))


def numbers(output, count: int) -> torch.Tensor | None:
    """Return all floating-point numbers of an output, (count, numbers); None if it does not have `count` rows.

    output : a tensor, or tuples, lists and mappings of tensors
    """
    tensors = [tensor for tensor in flat(output) if tensor.is_floating_point()]
    if not tensors or any(tensor.ndim == 0 or len(tensor) != count for tensor in tensors):
        return None
    return torch.cat([tensor.reshape(count, -1) for tensor in tensors], 1)


def flat(output) -> Iterator[torch.Tensor]:
    """Yield the tensors of an output."""
    if isinstance(output, torch.Tensor):
        yield output
    elif isinstance(output, Mapping):
        for part in output.values():
            yield from flat(part)
    elif isinstance(output, list | tuple):
        for part in output:
            yield from flat(part)
