"""Read the kernels of the conv nodes of an ONNX graph."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kernelscope.io import files
from kernelscope.pretrained import axes
from kernelscope.pretrained.beginnings import beginning
from kernelscope.pretrained.contents import CONVERTED, Remark, Unreadable, Weights, described
from kernelscope.refusal import refuse

NEEDED = "the package onnx"
INSTALL = "`make onnx` or `pip install onnx`"
KERNELS = {"Conv": 1, "ConvTranspose": 1, "ConvInteger": 1, "QLinearConv": 3}  # kind of a node -> which input they are
QUANTIZED = "quantized weights"
NUMBERED = re.compile(r"onnx::|\d+$|val_\d+$")  # names that say nothing
ELSEWHERE = "computed in the graph, so not in the file"


def read(path: str | Path) -> Weights:
    """Return name -> kernels (out, in / groups, *space); ValueError if the file is damaged or of another kind."""
    try:
        import onnx  # an extra, which other files do not need
        from google.protobuf.message import DecodeError
    except ImportError:
        refuse(str(path), "an ONNX file", NEEDED, INSTALL)
    with files.opened(path) as handle:
        if words := beginning(handle):
            refuse(str(path), words, "an ONNX file")
        try:
            graph = onnx.load_model_from_string(handle.read()).graph
            return kernels(graph, Path(path).parent)
        except (DecodeError, *files.DAMAGE) as error:
            reason = " ".join(str(error).split())[:160] or type(error).__name__
            refuse(str(path), f"a damaged file ({reason})", "a whole ONNX file")


def kernels(graph, folder: Path) -> Weights:
    """Return the kernels of the conv nodes of a graph, whose data may be in files of this folder."""
    tensors = {tensor.name: tensor for tensor in graph.initializer} | dict(constants(graph))
    makers = {output: node for node in graph.node for output in node.output}
    found: dict[str, object] = {}
    remarks: list[Remark] = []
    for node in graph.node:
        source = origin(weight_of(node), makers)
        layer, maker = name_of(source, node), makers.get(source)
        if node.op_type not in KERNELS:
            remarks += other(layer, node, tensors.get(source))
        elif maker is not None and maker.op_type == "DequantizeLinear":
            found[f"{layer}.weight"] = Unreadable(shape_of(tensors.get(maker.input[0])), QUANTIZED)
        elif source not in tensors:
            remarks.append(Remark(layer, "?", ELSEWHERE))
        elif f"{layer}.weight" not in found:
            array = array_of(tensors[source], folder)
            if node.op_type == "ConvTranspose":
                remarks.append(Remark(layer, described(array), axes.SWAPPED, CONVERTED))
                array = axes.of_transposed(array, groups(node))
            found[f"{layer}.weight"] = array
    return Weights(found, remarks)


def weight_of(node) -> str:
    """Return the name of the weights of a node, "" if it has none; ValueError if the name is no text."""
    position = KERNELS.get(node.op_type, 1)
    name = node.input[position] if len(node.input) > position else ""
    if not isinstance(name, str):
        raise ValueError("a name is no text")
    return name


def origin(name: str, makers: dict) -> str:
    """Return the name of what a value is a copy of."""
    for _ in makers:
        if name not in makers or makers[name].op_type != "Identity":
            break
        name = makers[name].input[0]
    return name


def other(layer: str, node, tensor) -> list[Remark]:
    """Return a remark about weights of four dimensions that belong to another kind of node."""
    if len(shape_of(tensor)) != 4:
        return []
    return [Remark(layer, " x ".join(map(str, tensor.dims)), f"of a node {node.op_type}, which is no convolution")]


def constants(graph) -> Iterator[tuple[str, object]]:
    """Yield the name and the tensor of each node of a graph that is a constant."""
    for node in graph.node:
        for attribute in node.attribute if node.op_type == "Constant" else ():
            if attribute.name == "value":
                yield node.output[0], attribute.t


def name_of(source: str, node) -> str:
    """Return the name of a layer: of its weights in the graph, or of its node if that says more."""
    if NUMBERED.match(source) and node.name:
        return node.name.removesuffix(f"/{node.op_type}").strip("/").replace("/", ".") or node.name
    return source.removesuffix(".weight")


def shape_of(tensor) -> tuple[int, ...]:
    """Return the shape of a tensor; (0,) if it is unknown."""
    return (0,) if tensor is None else tuple(tensor.dims)


def groups(node) -> int:
    """Return the groups of a conv node."""
    return next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)


def array_of(tensor, folder: Path):
    """Return the numbers of a tensor as the file has them; bfloat16 as float32."""
    from onnx import TensorProto, numpy_helper

    if tensor.data_location == TensorProto.EXTERNAL:
        tensor = with_data(tensor, folder)
    array = numpy_helper.to_array(tensor)
    if array.dtype.name == "bfloat16":
        return array.astype(np.float32)
    if array.dtype.kind in "iu" and array.ndim > 2:
        return Unreadable(array.shape, QUANTIZED)
    return array if array.dtype.kind == "f" else Unreadable(array.shape, f"weights of the type {array.dtype}")


def with_data(tensor, folder: Path):
    """Return a tensor with its numbers, which are in a file of this folder; ValueError if that is not so."""
    from onnx import TensorProto

    place = {entry.key: entry.value for entry in tensor.external_data}
    name, offset = place.get("location", ""), int(place.get("offset", 0))
    if not name or Path(name).name != name or (folder / name).is_symlink():
        raise ValueError(f"its weights are in {name!r}, not in a file beside it")
    with files.opened(folder / name) as handle:
        handle.seek(offset)
        length = int(place["length"]) if "length" in place else -1
        data = handle.read(length)
    if len(data) < length:
        raise ValueError(f"{name} is too short")
    whole = TensorProto()
    whole.CopyFrom(tensor)
    whole.ClearField("external_data")
    whole.data_location = TensorProto.DEFAULT
    whole.raw_data = data
    return whole
