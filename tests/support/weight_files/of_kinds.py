"""Layers of every kind in a state_dict, and files that hold something else than a state_dict."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from weight_files.cases import Case, kernels, ready, saved, state
from weight_files.of_torch import of_model, written

KINDS = {
    "depthwise": Case(written(of_model(lambda: nn.Conv2d(4, 8, 3, groups=4)))),
    "grouped": Case(written(of_model(lambda: nn.Conv2d(4, 6, 3, groups=2)))),
    "dilated, strided": Case(written(of_model(lambda: nn.Conv2d(4, 6, 3, dilation=2, stride=2)))),
    "13 channels": Case(written(of_model(lambda: nn.Conv2d(13, 6, 3)))),
    "1 x k and k x 1": Case(written(of_model(lambda: nn.Conv2d(3, 4, (1, 7)), lambda: nn.Conv2d(4, 5, (7, 1))))),
    "rectangles": Case(written(of_model(lambda: nn.Conv2d(3, 4, (3, 5))))),
    "one axis": Case(written(of_model(lambda: nn.Conv1d(2, 4, 9)))),
    "three axes": Case(written(of_model(lambda: nn.Conv3d(2, 4, (3, 5, 5))))),
    "1 x 1": Case(
        written(
            of_model(lambda: nn.Conv2d(3, 4, 3), lambda: nn.Conv2d(4, 5, 1)), layers=lambda m: {"0": kernels(m)["0"]}
        ),
        left_out=("1 (5 x 4 x 1 x 1): 1 x 1, which has no pattern",),
    ),
    "transposed": Case(written(of_model(lambda: nn.ConvTranspose2d(16, 4, 5)))),
    "transposed, grouped": Case(written(of_model(lambda: nn.ConvTranspose2d(8, 4, 5, groups=2)))),
    "transposed, one axis": Case(written(of_model(lambda: nn.ConvTranspose1d(16, 4, 5)))),
    "transposed, three axes": Case(written(of_model(lambda: nn.ConvTranspose3d(5, 4, 3)))),
    "larger than 64": Case(
        saved(lambda: state() | {"attention.weight": torch.ones(1, 1, 65, 65)}),
        left_out=("attention (1 x 1 x 65 x 65): larger than 64 x 64",),
    ),
    "position tables": Case(
        saved(lambda: state() | {"pos_embed": torch.ones(1, 8, 4, 4)}),
        left_out=("pos_embed (1 x 8 x 4 x 4): not called `weight`",),
    ),
    "not finite": Case(saved(lambda: state() | {"fc.weight": torch.full((2, 2), float("nan"))})),
    "complex": Case(
        saved(lambda: {"c.weight": torch.ones(2, 1, 3, 3, dtype=torch.complex64)}, layers={}),
        "no floating-point numbers",
    ),
    "quantized": Case(
        saved(lambda: {"c.weight": torch.quantize_per_tensor(torch.ones(2, 1, 3, 3), 0.1, 0, torch.qint8)}, layers={}),
        "layer c: got quantized weights",
    ),
    "without values": Case(
        saved(lambda: {"c.weight": torch.ones(2, 1, 3, 3, device="meta")}, layers={}),
        "layer c: got weights without values",
    ),
}


class Whole:
    """Write a network as a whole, as torch.save(model) does."""

    def __init__(self, make=lambda model: model):
        self.write = saved(lambda: make(ready()), layers={})


def script(model=ready, name: str = "m.pt", trace: bool = False):
    def write(folder: Path):
        made = model().eval()
        compiled = torch.jit.trace(made, torch.ones(1, 3, 9, 9)) if trace else torch.jit.script(made)
        compiled.save(str(folder / name))
        return folder / name, kernels(made)

    return write


def exported(folder: Path):
    torch.export.save(torch.export.export(ready().eval(), (torch.ones(1, 3, 9, 9),)), folder / "m.pt2")
    (folder / "m.pt2").rename(folder / "m.pt")
    return folder / "m.pt", {}


def raw(data: bytes, name: str = "m.pt"):
    def write(folder: Path):
        (folder / name).write_bytes(data)
        return folder / name, {}

    return write


def shards(folder: Path, lost: bool = False):
    """Write a state_dict as two files and their index."""
    names = list(state())
    halves = {"pytorch_model-00001-of-00002.bin": names[:4], "pytorch_model-00002-of-00002.bin": names[4:]}
    for file, half in list(halves.items())[: 1 if lost else 2]:
        torch.save({name: state()[name] for name in half}, folder / file)
    index = {
        "metadata": {"total_size": 1},
        "weight_map": {name: file for file, half in halves.items() for name in half},
    }
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    return folder / "pytorch_model.bin.index.json", kernels(ready())


def away(folder: Path):
    (folder / "m.index.json").write_text(json.dumps({"weight_map": {"a.weight": "../../m.pt"}}))
    return folder / "m.index.json", {}


REMEDY = r"torch.save\(model.state_dict\(\), "
FILES = {
    "a whole network": Case(Whole().write, rf"a whole network .*Sequential.*{REMEDY}"),
    "a whole network in a part": Case(
        Whole(lambda model: {"epoch": 3, "model": model, "ema": None}).write, rf"a whole network.*{REMEDY}"
    ),
    "a whole network before torch 1.6": Case(
        saved(ready, layers={}, _use_new_zipfile_serialization=False), rf"a whole network.*{REMEDY}"
    ),
    "TorchScript": Case(script()),
    "TorchScript, traced": Case(script(trace=True)),
    "TorchScript, transposed": Case(script(of_model(lambda: nn.ConvTranspose2d(3, 3, 5, bias=False)))),
    "torch.export": Case(exported, "torch.export"),
    "two shards": Case(shards),
    "a lost shard": Case(lambda folder: shards(folder, lost=True), "pytorch_model-00002-of-00002.bin.*does not exist"),
    "a shard elsewhere": Case(away, "files beside it"),
    "a Git LFS pointer": Case(
        raw(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"), "Git LFS pointer"
    ),
    "a web page": Case(raw(b"<!DOCTYPE html><html></html>"), "a web page"),
    "an empty file": Case(raw(b""), "an empty file"),
    "a TensorFlow checkpoint": Case(raw(b"\x00" * 300, "model.ckpt"), "damaged"),
}


def npz(arrays, layers, name: str = "m.npz"):
    def write(folder: Path):
        np.savez(folder / name, **arrays())
        return folder / name, layers()

    return write


def bank(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def npy(folder: Path):
    np.save(folder / "m.npy", bank(4, 3, 5, 5))
    return folder / "m.npy", {"conv1": bank(4, 3, 5, 5)}


ARRAYS = {
    "NPY": Case(npy),
    "NPZ": Case(npz(lambda: {"a": bank(4, 3, 5, 5), "b": np.ones(3)}, lambda: {"a": bank(4, 3, 5, 5)})),
    "NPZ of a state_dict": Case(npz(lambda: {k: v.numpy() for k, v in state().items()}, lambda: kernels(ready()))),
    "NPZ, float16": Case(
        npz(lambda: {"a": bank(4, 3, 5, 5).astype("f2")}, lambda: {"a": bank(4, 3, 5, 5).astype("f2").astype("f4")})
    ),
    "NPZ, big-endian": Case(npz(lambda: {"a": bank(4, 3, 5, 5).astype(">f8")}, lambda: {"a": bank(4, 3, 5, 5)})),
    "NPZ, names of TensorFlow": Case(
        npz(
            lambda: {"conv1/kernel:0": bank(5, 5, 3, 8), "conv1/bias:0": np.ones(8), "up/kernel:0": bank(5, 3, 8, 2)},
            lambda: {"conv1": bank(5, 5, 3, 8).transpose(3, 2, 0, 1), "up": bank(5, 3, 8, 2).transpose(3, 2, 0, 1)},
        )
    ),
    "NPZ, names of TensorFlow, depthwise": Case(
        npz(
            lambda: {"dw/depthwise_kernel:0": bank(3, 3, 4, 2)},
            lambda: {"dw": bank(3, 3, 4, 2).reshape(3, 3, 8, 1).transpose(2, 3, 0, 1)},
        )
    ),
    "NPZ, shapes of TensorFlow": Case(
        npz(lambda: {"conv1": bank(3, 3, 16, 16)}, lambda: {"conv1": bank(3, 3, 16, 16)}),
        left_out=("axes",),
    ),
    "NPZ with objects": Case(npz(lambda: {"a": np.array([{}], object)}, dict), "damaged|pickle"),
}
