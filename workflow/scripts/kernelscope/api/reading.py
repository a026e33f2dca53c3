"""Read the kernels of a file, a model, or arrays."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from kernelscope.pretrained import formats, kernels, states
from kernelscope.pretrained.contents import Remark
from kernelscope.refusal import listed, quoted, reason, refuse


class Kernels(Mapping):
    """The kernels of conv layers by name, `(out, in / groups, *space)` float32, with remarks on what was left out."""

    def __init__(self, layers: dict[str, np.ndarray], remarks: Sequence[str] = (), source: str = ""):
        self.layers, self.remarks, self.source = layers, list(remarks), source

    def __getitem__(self, name: str) -> np.ndarray:
        return self.layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        lines = [f"{name}: {' x '.join(map(str, bank.shape))}" for name, bank in self.items()]
        return "\n".join([*lines, *self.remarks])


def read(
    source,
    *,
    layers: Sequence[str] | None = None,
    part: str | None = None,
    axes: str | None = None,
    step: int | None = None,
) -> Kernels:
    """Read the kernels of conv layers.

    Parameters
    ----------
    source : path, torch.nn.Module, keras.Model, or mapping
        A file of weights (PyTorch, safetensors, Keras, ONNX, NumPy), a model, or name -> array, as a state_dict.
    layers : list of str, optional
        Names of layers, with `*` and `?`. By default all but those of 1 x 1.
    part : str, optional
        The part of a checkpoint to read, such as `ema`.
    axes : str, optional
        The order of the axes of all weights, such as `HWIO`, if neither the format nor names tell it.
    step : int, optional
        The step of one state in a kernels.npz of an experiment or a recorder, which holds many; by default the last.

    Returns
    -------
    Kernels
        A mapping from layer to array.

    Raises
    ------
    ValueError
        One line, if there is no such file, it is damaged, or it has no conv layer.
    """
    if isinstance(layers, str):
        refuse("layers", quoted(layers), "a list of names, such as ['conv1', 'layer1.*']")
    if isinstance(source, Kernels) and layers is None:
        return source
    if step is not None and not isinstance(source, str | Path):
        refuse("step", str(step), "no step, as the source is no file")
    if isinstance(source, str | Path):
        name, content = str(source), of_file(Path(source))
        if states.is_history(content):
            return of_state(content, name, layers, step)
        if step is not None:
            refuse("step", str(step), f"no step, as {name} holds one state")
    elif isinstance(source, Mapping):
        name, content = "the mapping", source
    elif hasattr(source, "named_modules") or hasattr(source, "_flatten_layers"):  # of PyTorch or Keras
        return of_model(source, layers)
    else:
        refuse("source", quoted(source), "a path, a torch.nn.Module, or a mapping of arrays")
    chosen = kernels.Choice(None if layers is None else list(layers), part, axes, is_square=False)
    found, remarks = kernels.whole(content, name, None, chosen)
    return Kernels(found, list(map(line, remarks)), name)


def of_file(path: Path):
    """Return the content of a file; ValueError in one line if it cannot be read."""
    try:
        return formats.read(path)
    except OSError as error:
        refuse(str(path), f"a file that cannot be read ({reason(error)})", "a file of weights")


def of_state(content: Mapping, name: str, patterns: Sequence[str] | None, step: int | None) -> Kernels:
    """Return the kernels of one state of a training."""
    steps = states.times(content, name)[0].tolist()
    if step is not None and step not in steps:
        refuse("step", str(step), f"one of {listed(steps)}")
    place = len(steps) - 1 if step is None else steps.index(step)
    banks, remarks = states.banks(content, name, patterns)
    lines = [f"read: step {steps[place]}, one of {len(steps)} states from {steps[0]} to {steps[-1]}"]
    return Kernels({key: bank[place] for key, bank in banks.items()}, [*lines, *map(line, remarks)], name)


def line(remark: Remark) -> str:
    """Return a remark as a line."""
    return f"{remark.kind.replace('_', ' ')}: {remark}"


def of_model(model, patterns: Sequence[str] | None) -> Kernels:
    """Return copies of the present kernels of a torch.nn.Module or keras.Model."""
    from kernelscope.recording import arguments  # torch takes seconds to import

    found, left_out, _ = arguments.of_model(model, patterns)
    banks = {layer.name: layer.kernels().float().cpu().numpy().copy() for layer in found}
    return Kernels(banks, [f"left out: {name}: {why}" for name, why in left_out.items()], type(model).__name__)
