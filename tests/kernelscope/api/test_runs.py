"""Read the statements and the networks of an experiment."""

import re

import numpy as np
import pytest
import torch

import kernelscope as ks
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


def test_statements_are_rows_with_numbers(tmp_path):
    (tmp_path / "statements.csv").write_text("claim,value,reason\nsmooth,0.5,\nwide,,no power\n")
    assert ks.statements(tmp_path) == [
        {"claim": "smooth", "value": 0.5, "reason": None},
        {"claim": "wide", "value": None, "reason": "no power"},
    ]
    with pytest.raises(ValueError, match=r"got no statements\.csv, expected the results of an experiment"):
        ks.statements(tmp_path / "nothing")
