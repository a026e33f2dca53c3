"""Files of safetensors, Keras and ONNX, written by these packages."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from weight_files.cases import Case, kernels, ready, state
from weight_files.of_kinds import of_model, raw
from weight_files.of_torch import as_type, prefixed, rounded


def safe(content=state, layers=lambda: kernels(ready()), name: str = "model.safetensors"):
    def write(folder: Path):
        from safetensors.torch import save_file

        save_file(content(), folder / name, metadata={"format": "pt"})
        return folder / name, layers()

    return write


def safe_shards(folder: Path):
    from safetensors.torch import save_file

    names = list(state())
    halves = {"model-00001-of-00002.safetensors": names[:4], "model-00002-of-00002.safetensors": names[4:]}
    for file, half in halves.items():
        save_file({name: state()[name] for name in half}, folder / file)
    index = {"metadata": {}, "weight_map": {name: file for file, half in halves.items() for name in half}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder / "model.safetensors.index.json", kernels(ready())


SAFETENSORS = {
    "safetensors": Case(safe(), package="safetensors"),
    "safetensors, float16": Case(
        safe(lambda: as_type(torch.float16), lambda: rounded(torch.float16)), package="safetensors"
    ),
    "safetensors, bfloat16": Case(
        safe(lambda: as_type(torch.bfloat16), lambda: rounded(torch.bfloat16)), package="safetensors"
    ),
    "safetensors, float64": Case(safe(lambda: as_type(torch.float64)), package="safetensors"),
    "safetensors, float8": Case(safe(lambda: as_type(torch.float8_e4m3fn), dict), "F8_E4M3", package="safetensors"),
    "safetensors, prefix": Case(safe(lambda: prefixed("model.")), package="safetensors"),
    "safetensors, transposed": Case(safe(lambda: state(model()), lambda: kernels(model())), package="safetensors")
    if (model := of_model(lambda: nn.ConvTranspose2d(16, 4, 5)))
    else None,
    "safetensors, two shards": Case(safe_shards, package="safetensors"),
    "safetensors called .bin": Case(safe(name="pytorch_model.bin"), "a safetensors file", package="safetensors"),
    "safetensors, empty": Case(raw(b"", "m.safetensors"), "an empty file"),
    "safetensors, a pointer": Case(
        raw(b"version https://git-lfs.github.com/spec/v1\n", "m.safetensors"), "Git LFS pointer"
    ),
}


def keras_model(kind: str):
    """Return a Keras network of some kind, and layer -> kernels (out, in, *space)."""
    import keras
    from keras import layers as L

    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    made = {
        "plain": lambda: [
            L.Conv2D(4, 5),
            L.BatchNormalization(),
            L.ReLU(),
            L.Conv2D(2, 3, name="second"),
            L.Flatten(),
            L.Dense(2),
        ],
        "depthwise": lambda: [L.DepthwiseConv2D(3, depth_multiplier=2), L.Conv2D(4, 3)],
        "separable": lambda: [L.SeparableConv2D(4, 3, depth_multiplier=2)],
        "transposed": lambda: [L.Conv2DTranspose(7, 5)],
        "grouped": lambda: [L.Conv2D(6, 3), L.Conv2D(4, 3, groups=2)],
        "rectangles": lambda: [L.Conv2D(4, (1, 7)), L.Conv2D(4, (3, 2))],
        "first channels": lambda: [L.Conv2D(4, 5, data_format="channels_first", padding="same")],
    }
    if kind == "nested":
        inner = keras.Sequential([keras.Input((14, 14, 3)), L.Conv2D(4, 5), L.Conv2D(2, 3)], name="inner")
        made["nested"] = lambda: [inner, L.Conv2D(3, 3)]
    if kind in ("one axis", "three axes"):
        space = {"one axis": (20, 3), "three axes": (6, 14, 14, 3)}[kind]
        layer = {"one axis": lambda: L.Conv1D(4, 9), "three axes": lambda: L.Conv3D(4, (3, 5, 5))}[kind]
        model = keras.Sequential([keras.Input(space), layer()])
    else:
        model = keras.Sequential([keras.Input((14, 14, 3)), *made[kind]()])
    if kind == "plain":
        model.compile("adam", "mse")
        model.fit(np.ones((2, 14, 14, 3)), np.ones((2, 2)), verbose=0)
    return model


def keras_kernels(model, prefix: str = "") -> dict[str, np.ndarray]:
    found = {}
    for layer in model.layers:
        kind = type(layer).__name__
        if hasattr(layer, "layers"):
            found |= keras_kernels(layer, f"{prefix}{layer.name}.")
        elif kind in ("Conv1D", "Conv2D", "Conv3D"):
            found[f"{prefix}{layer.name}"] = np.moveaxis(layer.get_weights()[0], (-1, -2), (0, 1))
        elif kind == "Conv2DTranspose":  # (rows, cols, out, in)
            found[f"{prefix}{layer.name}"] = np.moveaxis(layer.get_weights()[0], (-2, -1), (0, 1))
        elif kind in ("DepthwiseConv2D", "SeparableConv2D"):
            weight = layer.get_weights()[0]
            found[f"{prefix}{layer.name}"] = np.stack(
                [weight[:, :, i, m][None] for i in range(weight.shape[2]) for m in range(weight.shape[3])]
            )
    return found


def keras(kind: str, name: str, weights_only: bool = False):
    def write(folder: Path):
        model = keras_model(kind)
        (model.save_weights if weights_only else model.save)(folder / name)
        return folder / name, keras_kernels(model)

    return write


KINDS = (
    "plain",
    "depthwise",
    "separable",
    "transposed",
    "grouped",
    "rectangles",
    "first channels",
    "nested",
    "one axis",
    "three axes",
)
KERAS = {
    **{f"Keras .keras, {kind}": Case(keras(kind, "m.keras"), package="keras") for kind in KINDS},
    **{f"Keras .h5, {kind}": Case(keras(kind, "m.h5"), package="keras") for kind in KINDS},
    **{f"Keras .weights.h5, {kind}": Case(keras(kind, "m.weights.h5", True), package="keras") for kind in KINDS},
    "Keras, a pointer": Case(raw(b"version https://git-lfs.github.com/spec/v1\n", "m.h5"), "Git LFS pointer"),
}


def onnx(layers, nodes, arrays, name="m.onnx", **options):
    """Return a writer of a graph of nodes (kind, inputs, attributes) with these initializers."""

    def write(folder: Path):
        import onnx
        from onnx import helper, numpy_helper

        made = [
            helper.make_node(kind, inputs, [f"y{i}"], name=f"/node{i}/{kind}", **attributes)
            for i, (kind, inputs, attributes) in enumerate(nodes)
        ]
        graph = helper.make_graph(
            made, "g", [], [], [numpy_helper.from_array(array, key) for key, array in arrays().items()]
        )
        onnx.save(helper.make_model(graph), folder / name, **options)
        return folder / name, layers()

    return write


def onnx_constant(folder: Path):
    import onnx
    from onnx import helper, numpy_helper

    weight = np.random.default_rng(0).normal(size=(4, 3, 5, 5)).astype("f4")
    constant = helper.make_node("Constant", [], ["w"], value=numpy_helper.from_array(weight))
    graph = helper.make_graph([constant, helper.make_node("Conv", ["x", "w"], ["y"])], "g", [], [])
    onnx.save(helper.make_model(graph), folder / "m.onnx")
    return folder / "m.onnx", {"w": weight}


def bank(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


EXTERNAL = {"save_as_external_data": True, "location": "m.onnx.data", "size_threshold": 0}
TWO = {"conv1.weight": (4, 3, 5, 5), "layer.0.weight": (2, 4, 3, 3)}
GRAPH = [("Conv", ["x", "conv1.weight", "b"], {}), ("Conv", ["y0", "layer.0.weight"], {})]


def two() -> dict[str, np.ndarray]:
    return {name: bank(*shape) for name, shape in TWO.items()} | {"b": bank(4), "table": bank(3, 3, 3, 3)}


def two_layers() -> dict[str, np.ndarray]:
    return {name.removesuffix(".weight"): bank(*shape) for name, shape in TWO.items()}


ONNX = {
    "ONNX": Case(onnx(two_layers, GRAPH, two), package="onnx"),
    "ONNX, external data": Case(onnx(two_layers, GRAPH, two, **EXTERNAL), package="onnx"),
    "ONNX, transposed": Case(
        onnx(
            lambda: {"up": bank(6, 4, 3, 3).transpose(1, 0, 2, 3)},
            [("ConvTranspose", ["x", "up.weight"], {})],
            lambda: {"up.weight": bank(6, 4, 3, 3)},
        ),
        package="onnx",
    ),
    "ONNX, float16": Case(
        onnx(
            lambda: {"a": bank(4, 3, 5, 5).astype("f2").astype("f4")},
            [("Conv", ["x", "a"], {})],
            lambda: {"a": bank(4, 3, 5, 5).astype("f2")},
        ),
        package="onnx",
    ),
    "ONNX, names of numbers": Case(
        onnx(
            lambda: {"node0": bank(4, 3, 5, 5)},
            [("Conv", ["x", "onnx::Conv_12"], {})],
            lambda: {"onnx::Conv_12": bank(4, 3, 5, 5)},
        ),
        package="onnx",
    ),
    "ONNX, a constant": Case(onnx_constant, package="onnx"),
    "ONNX, one axis": Case(
        onnx(lambda: {"a": bank(4, 3, 9)}, [("Conv", ["x", "a"], {})], lambda: {"a": bank(4, 3, 9)}), package="onnx"
    ),
    "ONNX, another node": Case(
        onnx(two_layers, [*GRAPH, ("Mul", ["y1", "table"], {})], two),
        left_out=("table (3 x 3 x 3 x 3): of a node Mul, which is no convolution",),
        package="onnx",
    ),
    "ONNX, a copy": Case(
        onnx(
            lambda: {"a": bank(4, 3, 5, 5)},
            [("Identity", ["a.weight"], {}), ("Conv", ["x", "y0"], {})],
            lambda: {"a.weight": bank(4, 3, 5, 5)},
        ),
        package="onnx",
    ),
    "ONNX, computed": Case(
        onnx(
            two_layers,
            [*GRAPH, ("Relu", ["table"], {}), ("Conv", ["y1", "y2"], {})],
            two,
        ),
        left_out=("y2 (?): computed in the graph",),
        package="onnx",
    ),
    "ONNX, quantized": Case(
        onnx(
            dict,
            [("QLinearConv", ["x", "s", "z", "w", "s", "z", "s", "z"], {})],
            lambda: {"w": np.ones((4, 3, 5, 5), "i1"), "s": bank(), "z": np.int8([0])},
        ),
        "quantized",
        package="onnx",
    ),
    "ONNX, empty": Case(raw(b"", "m.onnx"), "damaged|empty"),
}
