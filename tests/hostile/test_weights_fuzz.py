"""Damaged files of weights: each is read as a whole or refused in one line that names it, and never in part."""

import io
import json
import random
import zipfile

import numpy as np
import pytest
import torch
from hostile_images import DAMAGES
from tiers import rows

from kernelscope.pretrained import formats
from kernelscope.pretrained.state_dicts import conv_kernels

COUNT = 50  # damaged files of each kind and seed
BANK = np.linspace(-1, 1, 4 * 3 * 5 * 5, dtype=np.float32).reshape(4, 3, 5, 5)


def script() -> bytes:
    layer = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 5))
    layer.load_state_dict({"0.weight": torch.from_numpy(BANK), "0.bias": torch.ones(4)})
    file = io.BytesIO()
    torch.jit.save(torch.jit.script(layer), file)
    return file.getvalue()


def safetensors() -> bytes:
    from safetensors.numpy import save

    return save({"a.weight": BANK, "a.bias": BANK[0, 0, 0]})


def hdf5() -> bytes:
    h5py = pytest.importorskip("h5py")
    file = io.BytesIO()
    with h5py.File(file, "w") as root:
        root["layers/conv2d/vars/0"] = BANK.transpose(2, 3, 1, 0)
        root["layers/conv2d/vars/1"] = BANK[0, 0, 0]
        root["optimizer/vars/0"] = BANK
        root["layers/conv2d/vars"].attrs["name"] = "first"
    return file.getvalue()


def keras() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps({}))
        archive.writestr("model.weights.h5", hdf5())
    return file.getvalue()


def onnx() -> bytes:
    pytest.importorskip("onnx")
    from onnx import helper, numpy_helper

    node = helper.make_node("Conv", ["x", "a.weight"], ["y"])
    graph = helper.make_graph([node], "g", [], [], [numpy_helper.from_array(BANK, "a.weight")])
    return helper.make_model(graph).SerializeToString()


KINDS = {"m.pt": script, "m.safetensors": safetensors, "m.h5": hdf5, "m.keras": keras, "m.onnx": onnx}


def read(path) -> dict[str, np.ndarray]:
    """Return the kernels of a file; the line of its refusal is checked."""
    try:
        return conv_kernels(formats.read(path))[0]
    except ValueError as error:
        assert str(error).isprintable(), str(error)
        return {}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch.jit, which writes one of the files
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", rows(range(8), 0))
def test_a_damaged_file_of_weights_is_read_or_refused_in_one_line(kind, seed, tmp_path):
    whole, draw, path, refused = KINDS[kind](), random.Random(seed), tmp_path / kind, 0
    for _ in range(COUNT):
        data = bytearray(whole)
        for _ in range(draw.choice((1, 1, 2, 3))):
            data = draw.choice(DAMAGES)(draw, data, [("", whole)]) or bytearray(b"\0")
        path.write_bytes(data)
        banks = read(path)
        refused += not banks
        assert all(bank.size == BANK.size for bank in banks.values())
    assert refused > COUNT / 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_a_torn_file_of_weights_is_refused_at_any_length(kind, tmp_path):
    whole, path = KINDS[kind](), tmp_path / kind
    path.write_bytes(whole)
    ((_, bank),) = read(path).items()
    np.testing.assert_array_equal(bank, BANK)
    for length in [*range(0, len(whole), max(1, len(whole) // 40)), len(whole) - 1]:
        path.write_bytes(whole[:length])
        assert read(path) == {}, length
