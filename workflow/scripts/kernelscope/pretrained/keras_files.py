"""Read the weights of Keras networks from .keras and .h5 files, without Keras."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kernelscope.io import files
from kernelscope.pretrained import axes
from kernelscope.pretrained.beginnings import beginning
from kernelscope.pretrained.contents import CONVERTED, Remark, Weights, described
from kernelscope.refusal import refuse

NEEDED = "the package h5py"
INSTALL = "`make keras` or `pip install h5py`"
ARCHIVED = "model.weights.h5"  # in a .keras file
OPTIMIZER = "optimizer"  # how the groups of an optimizer begin
LARGEST = 4  # bytes that a byte of the file may stand for; Keras does not compress
KINDS = {3: "conv", 4: "", 5: ""}  # dimensions of kernels -> what their layer is called; others are attention and such


def read(path: str | Path) -> Weights:
    """Return name -> weights (out, in, *space) and biases; ValueError if the file is damaged or of another kind."""
    try:
        import h5py  # an extra, which other files do not need
    except ImportError:
        refuse(str(path), "a Keras file", NEEDED, INSTALL)
    with files.opened(path) as handle:
        if words := beginning(handle, b"\x89hdf"):
            refuse(str(path), words, "a Keras file")
        try:
            with h5py.File(unpacked(handle) if zipfile.is_zipfile(handle) else handle, "r") as file:
                variables = dict(variables_of(file))
                kinds = classes(json.loads(file.attrs.get("model_config", "null")))
        except files.DAMAGE as error:
            refuse(str(path), f"a damaged file ({' '.join(str(error).split())[:160]})", "a whole Keras file")
    return weights({name: (kinds.get(name[0], name[1]), arrays) for name, arrays in variables.items()})


def unpacked(handle) -> io.BytesIO:
    """Return the HDF5 file in an open .keras file; an error of `files.DAMAGE` if it has none."""
    with zipfile.ZipFile(handle) as archive:
        entry = archive.getinfo(ARCHIVED)
        if entry.compress_type != zipfile.ZIP_STORED:
            raise ValueError("its weights are compressed")
        return io.BytesIO(archive.read(entry))


def variables_of(file) -> Iterator[tuple[tuple[str, str], dict[str, np.ndarray]]]:
    """Yield (name, kind) and the variables of each layer of an open HDF5 file, without those of an optimizer.

    The kind is the class of the layer, as far as the names of groups have it. Links to other files are not followed.
    """
    import h5py

    found: dict[str, dict[str, np.ndarray]] = {}

    def visit(place: str, value) -> None:
        if isinstance(value, h5py.Dataset) and not place.startswith(OPTIMIZER) and value.dtype.kind == "f":
            group, _, variable = place.rpartition("/")
            found.setdefault(group, {})[variable] = loaded(value, file)

    file.visititems(visit)
    for group, variables in found.items():
        yield named(group, file), variables


def loaded(dataset, file) -> np.ndarray:
    """Return the numbers of a dataset; ValueError if they are elsewhere or more than the file can hold."""
    if dataset.external or dataset.is_virtual:
        raise ValueError(f"{dataset.name} is in another file")
    if dataset.nbytes > LARGEST * file.id.get_filesize():
        raise ValueError(f"{dataset.name} is larger than the file")
    return dataset[()]


def named(group: str, file) -> tuple[str, str]:
    """Return the name of the layer in a group, and its class in lower case as far as the group has it.

    Keras 3 has `layers/conv2d_1/vars`, where an attribute is the layer's name; earlier versions and .h5 files have
    `model_weights/NAME/sequential/NAME`.
    """
    parts = group.split("/")
    if parts[-1] != "vars":
        top, last = parts[1 if parts[0] == "model_weights" and len(parts) > 1 else 0], parts[-1]
        return (last if last == top else f"{top}.{last}"), group.lower()
    names, kind = [], ""
    for end in range(1, len(parts)):
        place = file["/".join(parts[:end])]
        name = place["vars"].attrs.get("name", parts[end - 1]) if "vars" in place else parts[end - 1]
        if parts[end - 1] != "layers":
            names.append(str(name))
            kind = f"{parts[end - 1]} {name}".lower()
    return ".".join(names), kind


def classes(config) -> dict[str, str]:
    """Return layer -> its class in lower case, from the config of a network and of networks in it."""
    found: dict[str, str] = {}
    layers = config.get("config", {}).get("layers", []) if isinstance(config, dict) else []
    for layer in layers:
        name = layer["config"]["name"]
        found[name] = str(layer["class_name"]).lower()
        found |= {f"{name}.{inner}": kind for inner, kind in classes(layer).items()}
    return found


def weights(layers: dict) -> Weights:
    """Return the weights (out, in, *space) and biases of layers: (name, _) -> (class, variables)."""
    found: dict[str, np.ndarray] = {}
    remarks: list[Remark] = []
    for (name, _), (kind, variables) in layers.items():
        for variable, array in variables.items():
            if array.ndim == 1:
                found.setdefault(f"{name}.bias", array)
            elif array.ndim in KINDS and KINDS[array.ndim] in kind:
                key = name if f"{name}.weight" not in found else f"{name}.{variable.partition(':')[0]}"
                found[f"{key}.weight"] = in_order(array, f"{variable} {kind}")
                if "transpose" in kind:
                    remarks.append(Remark(key, described(array), axes.SWAPPED, CONVERTED))
    return Weights(found, remarks)


def in_order(array: np.ndarray, kind: str) -> np.ndarray:
    """Return the kernels of a layer of some kind as (out, in, *space)."""
    separable = "separable" in kind and not kind.startswith(("pointwise", "1"))
    if "transpose" in kind:  # (*space, out, in)
        return axes.of_hwio(array).swapaxes(0, 1)
    return axes.of_depthwise(array) if "depthwise" in kind or separable else axes.of_hwio(array)
