"""Layers as plain data, so that a network can be checked without loading torch.

A layer is a dict with a `kind`; conv and linear layers also have a `name`. Its channels or inputs follow from the
layer before.
"""


def conv(name: str, kernels: int, kernel_size: int, stride: int = 1, towers: int = 1) -> dict:
    """Cross-correlation with `kernels` square kernels plus bias, no padding.

    With several towers each equal part of the kernels sees only the same part of the channels.
    """
    own = {"kind": "conv", "name": name, "kernels": kernels, "kernel_size": kernel_size, "stride": stride}
    return own | ({"towers": towers} if towers > 1 else {})


def linear(name: str, units: int | None) -> dict:
    """A fully connected layer on the flattened input; `units` None stands for one per class."""
    return {"kind": "linear", "name": name, "units": units}


def max_pool(size: int) -> dict:
    return {"kind": "max_pool", "size": size}


def local_response_norm(towers: int = 1, size: int = 5, k: float = 2, alpha: float = 1e-4, beta: float = 0.75) -> dict:
    """a / (k + alpha sum a^2)^beta, the sum over `size` neighbouring channels of the tower (Krizhevsky 2012, 3.3)."""
    return {"kind": "local_response_norm", "towers": towers, "size": size, "k": k, "alpha": alpha, "beta": beta}


def centre(name: str, scale: float) -> dict:
    """`scale` times the input, less its mean over training images and pixels, channel by channel; nothing is learned.

    The mean is kept with the weights as `<name>.mean` (channels,).
    """
    return {"kind": "centre", "name": name, "scale": scale}


RELU = {"kind": "relu"}
TANH = {"kind": "tanh"}
GLOBAL_MAX_POOL = {"kind": "global_max_pool"}


def names(layers: list[dict]) -> list[str]:
    """The names of the layers that have weights."""
    return [layer["name"] for layer in layers if layer["kind"] in ("conv", "linear")]


def shapes(layers: list[dict], image: tuple[int, int, int], classes: int) -> list[tuple[int, ...]]:
    """The shape after each layer for an image (channels, rows, cols): (channels, rows, cols), or (units,) once flat.

    Raises
    ------
    ValueError
        If a kernel or a pooling window is larger than what it is laid on, or towers do not share channels evenly.
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
        _check_towers(layer, shape[0])
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
    if len(shape) < 3:
        raise ValueError(f"{what} comes after a layer without rows and cols; allowed: before the first flat layer")
    if size > min(shape[1:]):
        raise ValueError(
            f"{what} is larger than the {shape[1]} x {shape[2]} pixels it is laid on; allowed: 1 to {min(shape[1:])}"
        )


def _check_towers(layer: dict, channels: int) -> None:
    towers = layer.get("towers", 1)
    for what, count in (("channels", channels), ("kernels", layer["kernels"])):
        if count % towers:
            raise ValueError(
                f"{layer['name']}: found {count} {what} for {towers} towers; allowed: as many for each of them"
            )
