"""How the conv layers of any model respond to images, through hooks."""

import numpy as np
import torch
from torch import nn

from kernelscope.measures import cka
from kernelscope.recording.layers import unwrapped
from kernelscope.refusal import quoted, refuse

AT_ONCE = 32  # images


@torch.no_grad()
def grams(model: nn.Module, which: str, names: list[str], images) -> dict[str, np.ndarray]:
    """Return the inner products of the responses to images (n, ...), for each of these layers: (n, n).

    The model is put into evaluation, and back. `which` names it in messages.
    """
    if not isinstance(model, nn.Module):
        refuse(which, quoted(model), "a torch.nn.Module, because images are given")
    model, inputs = unwrapped(model), torch.as_tensor(np.asarray(images))
    if len(inputs) < cka.LEAST:
        refuse("images", f"{len(inputs)}", f"at least {cka.LEAST}")
    first = next(model.parameters())
    kept, modes = {name: [] for name in names}, [(module, module.training) for module in model.modules()]
    modules = dict(model.named_modules())
    hooks = [
        modules[name].register_forward_hook(lambda _, __, out, name=name: kept[name].append(out.float().cpu()))
        for name in names
    ]
    try:
        model.eval()
        for part in inputs.to(first.device, first.dtype).split(AT_ONCE):
            model(part)
    finally:
        for hook in hooks:
            hook.remove()
        for module, mode in modes:
            module.training = mode
    return {name: cka.gram(torch.cat(parts).numpy()) for name, parts in kept.items()}
