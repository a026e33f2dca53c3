"""The networks that were trained here: rebuild one, or write one as safetensors for elsewhere."""

import json
from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import save

from kernelscope.io import files, partial_arrays, records
from kernelscope.pretrained import safetensors_files
from kernelscope.refusal import refuse

MOMENTS = ("first", "last")
LAYERS = "kernelscope_layers"  # the list of layers, as JSON in the metadata of a safetensors file
RUN = "such as results/runs/waveforms/templates/seed0"
HOW_TO = """\
import kernelscope as ks
network = ks.load_network({name!r})
scores = network(images)  # a tensor (n, {channels}, rows, cols) from 0 to 1"""


def load_network(path: str | Path, moment: str = "last"):
    """Return the network of a run as a torch.nn.Module, in evaluation.

    Its input are images (n, channels, rows, cols) from 0 to 1, its output one number for each class.

    Parameters
    ----------
    path : path
        The folder of a run, such as `results/runs/waveforms/templates/seed0`, or a file of `save_network`.
    moment : str
        `last`, or `first` for the untrained network; a file holds one of both.

    Raises
    ------
    ValueError
        If there is no run that was trained here, or the file is damaged or has no network.
    """
    from kernelscope.models import networks  # torch takes seconds to import

    path = Path(path)
    if path.suffix != ".safetensors":
        return networks.loaded(*of_run(path, moment))
    layers, arrays = of_file(path)
    try:
        return networks.loaded(layers, arrays)
    except (KeyError, TypeError, AttributeError, IndexError):
        refuse(str(path), "a list of layers that no network has", "a file of `kernelscope export`")


def save_network(folder: str | Path, path: str | Path, moment: str = "last") -> str:
    """Write the network of a run as a safetensors file; return the lines that rebuild it as a torch.nn.Module.

    Parameters
    ----------
    folder : path
        The folder of a run.
    path : path
        Of the file, which ends with .safetensors.
    moment : str
        `last`, or `first` for the untrained network.

    Raises
    ------
    ValueError
        If the folder has no run that was trained here, or the file has another ending.
    """
    path = Path(path)
    if path.suffix != ".safetensors":
        refuse(str(path), path.suffix or "no ending", ".safetensors")
    layers, arrays = of_run(Path(folder), moment)
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    content = save(arrays, {LAYERS: json.dumps(layers), "format": "pt"})
    with files.atomic(path) as temporary:
        temporary.write_bytes(content)
    channels = next((array.shape[1] for array in arrays.values() if array.ndim == 4), 1)
    return HOW_TO.format(name=str(path), channels=channels)


def of_run(folder: Path, moment: str) -> tuple[list[dict], dict[str, np.ndarray]]:
    """Return the layers and weights of a run."""
    if moment not in MOMENTS:
        refuse("moment", repr(moment), " or ".join(MOMENTS))
    if not (folder / "run.json").is_file():
        refuse(str(folder), "no run.json", "the folder of a run", RUN)
    layers = records.read_json(folder / "run.json").get("spec", {}).get("layers")
    if not isinstance(layers, list) or not layers or not isinstance(layers[0], dict):
        refuse(str(folder), "a run whose network is unknown", "a run that was trained here, with labels")
    arrays = partial_arrays.read(folder / "snapshots.npz", lambda name: name.startswith(f"{moment}/"))
    return layers, {name.removeprefix(f"{moment}/"): array for name, array in arrays.items()}


def of_file(path: Path) -> tuple[list[dict], dict[str, np.ndarray]]:
    """Return the layers and weights in a safetensors file."""
    arrays = safetensors_files.read(path)
    try:
        with safetensors.safe_open(path, framework="np") as file:
            layers = json.loads((file.metadata() or {}).get(LAYERS, "null"))
    except (safetensors.SafetensorError, *files.DAMAGE) as error:
        refuse(str(path), f"a damaged file ({str(error)[:160]})", "a whole safetensors file")
    if not isinstance(layers, list) or not layers:
        refuse(str(path), "weights without a list of layers", "a file of `kernelscope export`")
    return layers, arrays
