"""Architectures as visible lists of layers: plain data, so that a config can be checked without loading torch.

To add one: write a function that returns its layers, put it into ARCHITECTURES, and name it in the config.
A layer is a dict with a `kind`; conv and linear layers also have a `name`. Its channels or inputs follow from the
layer before.
"""


def conv(name: str, kernels: int, kernel_size: int, stride: int = 1) -> dict:
    """Cross-correlation with `kernels` square kernels plus bias, no padding."""
    return {"kind": "conv", "name": name, "kernels": kernels, "kernel_size": kernel_size, "stride": stride}


def linear(name: str, units: int | None) -> dict:
    """A fully connected layer on the flattened input; `units` None stands for one per class."""
    return {"kind": "linear", "name": name, "units": units}


def max_pool(size: int) -> dict:
    return {"kind": "max_pool", "size": size}


RELU = {"kind": "relu"}
TANH = {"kind": "tanh"}
GLOBAL_MAX_POOL = {"kind": "global_max_pool"}


def matched(kernels: int = 12, kernel_size: int = 15, stride: int = 1) -> list[dict]:
    """A bank of matched filters: only the best fit of each kernel anywhere in the image counts."""
    return [
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


def cnnkernels(kernels: int = 5, kernel_size: int = 15, stride: int = 1, widths: tuple = (1024, 256)) -> list[dict]:
    """The network of the origin (github.com/tbensky/CNNKernels) with settable sizes and logits as output."""
    return [
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        conv("conv2", 1, kernel_size),
        RELU,
        max_pool(2),
        linear("hidden1", widths[0]),
        RELU,
        linear("hidden2", widths[1]),
        TANH,
        linear("output", None),
    ]


def cnnkernels_tanh(**settings) -> list[dict]:
    """`cnnkernels` with the origin's last tanh, for a regression on 0 and 1."""
    return [*cnnkernels(**settings), TANH]


def stacked(kernels: int = 16, kernel_size: int = 11, stride: int = 2, widths: tuple = (16, 32)) -> list[dict]:
    """Three conv layers, as in networks for photographs; `widths` are the kernels of the second and third."""
    return [
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        max_pool(2),
        conv("conv2", widths[0], 5),
        RELU,
        max_pool(2),
        conv("conv3", widths[1], 3),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


ARCHITECTURES = {"matched": matched, "cnnkernels": cnnkernels, "cnnkernels_tanh": cnnkernels_tanh, "stacked": stacked}


def names(layers: list[dict]) -> list[str]:
    """The names of the layers that have weights."""
    return [layer["name"] for layer in layers if "name" in layer]


def convs(layers: list[dict]) -> list[str]:
    """The names of the conv layers."""
    return [layer["name"] for layer in layers if layer["kind"] == "conv"]


def shapes(layers: list[dict], image: tuple[int, int, int], classes: int) -> list[tuple[int, ...]]:
    """The shape after each layer for an image (channels, rows, cols): (channels, rows, cols), or (units,) once flat.

    Raises
    ------
    ValueError
        If a kernel or a pooling window is larger than what it is laid on.
    """
    shape, after = tuple(image), []
    for layer in layers:
        shape = _shape_after(layer, shape, classes)
        after.append(shape)
    return after


def _shape_after(layer: dict, shape: tuple[int, ...], classes: int) -> tuple[int, ...]:
    kind = layer["kind"]
    if kind == "conv":
        size, stride = layer["kernel_size"], layer["stride"]
        _check_window(f"kernel_size {size} of {layer['name']}", size, shape)
        return (layer["kernels"], *((side - size) // stride + 1 for side in shape[1:]))
    if kind == "max_pool":
        _check_window(f"pooling window {layer['size']}", layer["size"], shape)
        return (shape[0], *(side // layer["size"] for side in shape[1:]))
    if kind == "global_max_pool":
        return (shape[0],)
    if kind == "linear":
        return (layer["units"] or classes,)
    return shape


def _check_window(what: str, size: int, shape: tuple[int, ...]) -> None:
    if size > min(shape[1:]):
        raise ValueError(
            f"{what} is larger than the {shape[1]} x {shape[2]} pixels it is laid on; allowed: 1 to {min(shape[1:])}"
        )
