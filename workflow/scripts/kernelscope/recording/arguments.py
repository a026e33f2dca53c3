"""The arguments of a recorder: which layers of which model, on which process."""

from collections.abc import Sequence

import torch
from torch import nn

from kernelscope.recording import keras_layers
from kernelscope.recording import layers as torch_layers
from kernelscope.refusal import quoted, refuse

CAUTION = "batch normalization follows: the layer is scale-invariant, and the size of its weights means nothing"


def is_first_rank() -> bool:
    """Return whether this process is the only one of its training, or the first."""
    distributed = torch.distributed
    return not (distributed.is_available() and distributed.is_initialized() and distributed.get_rank())


def of_model(model, patterns: Sequence[str] | None) -> tuple[list, dict[str, str], dict[str, str]]:
    """Return the layers of a model to record, why others are not, and a caution for some."""
    if keras_layers.is_keras(model):
        return *keras_layers.of_model(model, patterns), {}
    model = torch_layers.unwrapped(model)
    return *torch_layers.of_model(model, patterns), dict.fromkeys(torch_layers.normalized(model), CAUTION)


def check(model: object, optimizer: object, layers: object, snapshots: object) -> None:
    """Raise an error for arguments of another type."""
    if not isinstance(model, nn.Module) and not keras_layers.is_keras(model):
        refuse("model", quoted(model), "a torch.nn.Module or a keras.Model")
    if optimizer is not None and not isinstance(optimizer, torch.optim.Optimizer):
        refuse("optimizer", quoted(optimizer), "a torch.optim.Optimizer or None")
    if isinstance(layers, str) or not all(isinstance(name, str) for name in layers or ()):
        refuse("layers", quoted(layers), "a list of names, such as ['conv1', 'layer1.*']")
    if not isinstance(snapshots, int) or snapshots < 2:
        refuse("snapshots", quoted(snapshots), "a whole number of at least 2")
