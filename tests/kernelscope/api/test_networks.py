"""Rebuild the networks of an experiment, from its folder and from a safetensors file."""

import json
import re

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

import kernelscope as ks
from kernelscope.api import networks as api_networks
from kernelscope.io import array_files, records
from kernelscope.models import architectures, networks
from kernelscope.models.responses import as_input


@pytest.fixture
def run(tmp_path):
    layers = architectures.ARCHITECTURES["templates"](kernels=3, kernel_size=5, stride=1)
    network = networks.build(layers, (1, 12, 12), 2)
    states = {}
    for seed, moment in enumerate(("first", "last")):
        networks.initialize(network, {"conv": None, "linear": 0.1}, seed)
        states |= {f"{moment}/{name}": array for name, array in networks.weights(network).items()}
    array_files.write_npz(tmp_path / "snapshots.npz", states)
    records.write_json(tmp_path / "run.json", {"spec": {"layers": layers}})
    return tmp_path, network


def test_a_network_is_rebuilt_with_the_same_outputs(run):
    folder, network = run
    images = np.random.default_rng(0).integers(0, 256, (6, 12, 12), np.uint8)
    with torch.no_grad():
        expected = network(as_input(images))
        loaded = ks.load_network(folder)
        torch.testing.assert_close(loaded(torch.from_numpy(images[:, None] / np.float32(255))), expected)
        assert not torch.allclose(ks.load_network(folder, "first")(as_input(images)), expected)
    assert isinstance(loaded, torch.nn.Module) and not loaded.training


@pytest.mark.parametrize(
    ("spec", "moment", "line"),
    [
        ({"pretrained": "a"}, "last", "a run whose network is unknown"),
        ({"layers": ["features.*"]}, "last", "a run whose network is unknown"),
        (None, "last", "no run.json"),
        ({}, "middle", "moment: got 'middle', expected first or last"),
    ],
)
def test_what_is_no_network_is_refused_in_one_line(tmp_path, spec, moment, line):
    if spec is not None:
        records.write_json(tmp_path / "run.json", {"spec": spec})
    with pytest.raises(ValueError, match=re.escape(line)):
        ks.load_network(tmp_path, moment)


@pytest.mark.parametrize("moment", ["first", "last"])
def test_an_exported_network_is_rebuilt_by_the_lines_that_come_with_it(run, tmp_path, monkeypatch, moment):
    folder, _ = run
    monkeypatch.chdir(tmp_path)
    lines = ks.save_network(folder, "network.safetensors", moment)
    images = torch.rand(6, 1, 12, 12)
    names = {"images": images}
    exec(lines, names)
    assert len(lines.splitlines()) == 3
    torch.testing.assert_close(names["scores"], ks.load_network(folder, moment)(images), rtol=0, atol=0)
    with safe_open(tmp_path / "network.safetensors", framework="pt") as file:
        assert file.get_tensor("conv1.weight").shape == (3, 1, 5, 5)
    assert list(ks.read("network.safetensors")) == ["conv1"]


LAYERS = [{"kind": "conv", "name": "conv1", "kernels": 1, "kernel_size": 3, "stride": 1}]


@pytest.mark.parametrize(
    ("layers", "line"),
    [
        (None, "weights without a list of layers, expected a file of `kernelscope export`"),
        ({}, "weights without a list of layers"),
        ("[", "a damaged file"),
        ([{"kind": "none"}], "layer kind: got 'none', expected one of"),
        ([3], "a list of layers that no network has"),
    ],
)
def test_a_file_without_a_network_is_refused_in_one_line(tmp_path, layers, line):
    text = layers if isinstance(layers, str) else json.dumps(layers)
    about = {} if layers is None else {api_networks.LAYERS: text}
    save_file({"conv1.weight": np.zeros((1, 1, 3, 3), np.float32)}, tmp_path / "n.safetensors", about)
    with pytest.raises(ValueError, match=re.escape(line)):
        ks.load_network(tmp_path / "n.safetensors")


def test_a_network_is_written_only_as_safetensors(run, tmp_path):
    with pytest.raises(ValueError, match=r"network\.pt: got \.pt, expected \.safetensors"):
        ks.save_network(run[0], "network.pt")
