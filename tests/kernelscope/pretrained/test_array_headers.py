"""The weights of pretrained files are counted from their headers."""

import json
import random
from collections import OrderedDict

import numpy as np
import pytest
import torch
from made_up.torchvision_shapes import NETWORKS, series
from safetensors.numpy import save_file

from kernelscope.pretrained import array_headers

KERNELS = {"a.weight": (6, 3, 5, 5), "b.weight": (4, 6, 3, 3), "depthwise.weight": (300, 1, 3, 3)}
OTHERS = {"a.bias": (6,), "one.weight": (70_000, 3, 1, 1), "fc.weight": (10, 40), "count": ()}
EXPECTED = 6 * 3 * 25 + 4 * 6 * 9 + 300 * 9


def arrays() -> dict[str, np.ndarray]:
    return {name: np.ones(shape, np.float32) for name, shape in (KERNELS | OTHERS).items()}


def checkpoint(path, change=lambda state: state, **options):
    state = OrderedDict((name, torch.tensor(array)) for name, array in arrays().items())
    torch.save(change(state), path, **options)


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state,
        lambda state: {"epoch": 7, "model": state, "name": "x", "lr": 0.1},
        lambda state: {name: tensor.half() for name, tensor in state.items()},
        lambda state: {name: torch.nn.Parameter(tensor) for name, tensor in state.items()},
        lambda state: {"tied": state["b.weight"][:0], **state},
    ],
)
def test_of_a_checkpoint_the_kernels_of_several_weights_count(tmp_path, change):
    checkpoint(tmp_path / "a.pt", change)
    assert array_headers.weights(tmp_path / "a.pt") == EXPECTED
    assert array_headers.weights(tmp_path / "a.pt", True) == EXPECTED + 70_000 * 3


def test_arrays_of_numpy_count_alike(tmp_path):
    np.savez(tmp_path / "a.npz", **arrays())
    np.save(tmp_path / "a.npy", np.ones((2, 3, 7, 7)))
    assert array_headers.weights(tmp_path / "a.npz") == EXPECTED
    assert array_headers.weights(tmp_path / "a.npy") == 2 * 3 * 49


@pytest.mark.parametrize("name", ["a.pt", "a.npz", "a.npy"])
def test_of_any_other_file_every_two_bytes_count(tmp_path, name):
    (tmp_path / name).write_bytes(b"no header" * 100)
    assert array_headers.weights(tmp_path / name) == 450


def test_of_an_old_file_every_two_bytes_count(tmp_path):
    checkpoint(tmp_path / "a.pt", _use_new_zipfile_serialization=False)
    assert array_headers.weights(tmp_path / "a.pt") == (tmp_path / "a.pt").stat().st_size // 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch.jit
def test_what_is_mapped_is_not_read_whole(tmp_path):
    checkpoint(tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    checkpoint(tmp_path / "new.pt")
    torch.jit.script(torch.nn.Conv2d(1, 2, 3)).save(str(tmp_path / "script.pt"))
    save_file(arrays(), tmp_path / "a.safetensors")
    np.savez(tmp_path / "a.npz", **arrays())
    read = {path.name: array_headers.read_whole(path) for path in tmp_path.iterdir()}
    assert {name for name in read if read[name] == 0} == {"new.pt", "a.safetensors"}
    assert all(read[name] in (0, (tmp_path / name).stat().st_size) for name in read)


def test_of_a_well_known_network_only_the_kernels_count(tmp_path):
    (state,) = series("EfficientNet-B0", 1, 0)
    torch.save(state, tmp_path / "a.pt")
    shapes = [shape for _, shape in NETWORKS["EfficientNet-B0"]() if len(shape) == 4 and shape[-1] > 1]
    assert array_headers.weights(tmp_path / "a.pt") == sum(np.prod(shape) for shape in shapes)


def test_files_of_safetensors_count_alike_and_an_index_counts_all_its_files(tmp_path):
    numpy = pytest.importorskip("safetensors.numpy")
    numpy.save_file(arrays(), tmp_path / "a.safetensors", metadata={"format": "pt"})
    assert array_headers.weights(tmp_path / "a.safetensors") == EXPECTED
    halves = [dict(list(arrays().items())[i::2]) for i in (0, 1)]
    for number, half in enumerate(halves):
        numpy.save_file(half, tmp_path / f"{number}.safetensors")
    places = {name: f"{number}.safetensors" for number, half in enumerate(halves) for name in half}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    assert array_headers.weights(tmp_path / "model.safetensors.index.json") == EXPECTED


def whole(path) -> bytes:
    """Write a file of the kind that its name says, and return its content."""
    if path.suffix == ".npy":
        np.save(path, np.ones((2, 3, 7, 7)))
    elif path.suffix == ".npz":
        np.savez(path, **arrays())
    elif path.suffix == ".safetensors":
        save_file(arrays(), path)
    else:
        checkpoint(path)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["a.pt", "a.npz", "a.npy", "a.safetensors"])
def test_a_damaged_header_stops_no_plan(tmp_path, name):
    content, draw = whole(tmp_path / name), random.Random(0)
    ends = [0, 1, 6, 7, 8, 9, 10, 12, len(content) // 2, len(content) - 1]
    flips = [(draw.randrange(min(len(content), 2000)), draw.randrange(256)) for _ in range(200)]
    for number, data in enumerate([content[:end] for end in ends] + [flipped(content, *flip) for flip in flips]):
        path = tmp_path / f"{number}{name}"
        path.write_bytes(data)
        assert isinstance(array_headers.weights(path), int)


def flipped(content: bytes, place: int, value: int) -> bytes:
    return content[:place] + bytes([value]) + content[place + 1 :]
