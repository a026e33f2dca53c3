"""Look at kernels from files, models and arrays, in a console and in a notebook."""

import re
import subprocess
import sys
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from projects import ROOT
from small_model import model
from torch import nn

import kernelscope as ks
from kernelscope.measures import kernels


def test_a_file_a_model_and_a_mapping_give_the_same_kernels(tmp_path):
    network = model()
    torch.save({"model": network.state_dict()}, tmp_path / "a.pt")
    every = [ks.read(source) for source in (tmp_path / "a.pt", str(tmp_path / "a.pt"), network, network.state_dict())]
    for found in every:
        assert list(found) == ["0", "2", "4"]
        assert found["2"].dtype == np.float32
        assert np.array_equal(found["2"], network[2].weight.detach())
        assert [remark.startswith("left out: 3") for remark in found.remarks] == [True]
    assert list(ks.read(network, layers=["3", "0"])) == ["0", "3"]
    assert list(ks.read(ks.read(network), layers=["2"])) == ["2"]
    assert ks.look(network, layers=["3"]).measures()[0]["constant"] is None


def test_kernels_of_a_model_are_a_copy():
    network = model()
    found = ks.read(network)["0"]
    before = found.copy()
    with torch.no_grad():
        network[0].weight += 1
    assert np.array_equal(found, before)


def test_of_a_file_with_the_states_of_a_training_one_state_is_read(tmp_path):
    banks = np.random.default_rng(0).normal(size=(3, 4, 1, 5, 5)).astype(np.float32)
    np.savez(tmp_path / "kernels.npz", steps=np.array([0, 7, 20]), epochs=np.arange(3.0), conv1=banks, conv2=banks)
    last = ks.read(tmp_path / "kernels.npz")
    assert list(last) == ["conv1", "conv2"]
    assert np.array_equal(last["conv1"], banks[2])
    assert last.remarks == ["read: step 20, one of 3 states from 0 to 20"]
    middle = ks.look(tmp_path / "kernels.npz", step=7, layers=["conv2"]).kernels
    assert list(middle) == ["conv2"]
    assert np.array_equal(middle["conv2"], banks[1])
    for given, line in (({"step": 8}, "step: got 8, expected one of 0, 7, 20"), ({"layers": ["x"]}, "layers: got 'x'")):
        with pytest.raises(ValueError, match=f"^{line}"):
            ks.read(tmp_path / "kernels.npz", **given)


def test_each_layer_has_its_measures_or_a_reason():
    network = model()
    with torch.no_grad():
        network[2].weight[0] = 0.5
        network[2].weight[1, 0, 0, 0] = torch.nan
    first, second, third = ks.look(network).measures()
    lag1 = kernels.lag1_autocorrelation(network[0].weight.detach().numpy()).mean(1)
    assert first["smoothness (lag 1)"] == pytest.approx(np.median(lag1), rel=1e-3)
    assert (first["kernels"], first["size"], first["reason"]) == (8, "1 x 9 x 9", "")
    assert (second["constant"], second["not finite"], second["orthogonality"]) == (1, 1, None)
    assert second["localization"] is not None
    assert (third["size"], third["orientation R"], third["reason"]) == ("1 x 5", None, "not square planes")


@pytest.mark.parametrize(
    ("weights", "reason"),
    [(np.ones((2, 1, 5, 5)), "all kernels are constant"), (np.full((2, 1, 5, 5), np.nan), "no usable kernel")],
)
def test_kernels_without_structure_have_no_measures(weights, reason):
    (row,) = ks.look({"a.weight": weights}).measures()
    assert (row["smoothness (lag 1)"], row["reason"]) == (None, reason)


def test_a_notebook_shows_a_figure_and_a_table_whose_names_are_escaped():
    shown = ks.look({"<b>.weight": np.random.default_rng(0).normal(size=(4, 1, 5, 5))})._repr_html_()
    assert "&lt;b&gt;" in shown and "<b>" not in shown
    with Image.open(BytesIO(b64decode(re.search(r"base64,([^\"]+)", shown)[1]))) as picture:
        assert len(np.unique(np.asarray(picture).reshape(-1, 3), axis=0)) > 10


def test_the_figure_and_the_arrays_are_saved(tmp_path):
    found = ks.look(model())
    found.save(tmp_path / "a.png")
    found.save(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as arrays:
        assert np.array_equal(arrays["0"], found.kernels["0"])
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == found.drawn().size
    with pytest.raises(ValueError, match=r"a\.jpg: got \.jpg, expected \.png or \.npz"):
        found.save(tmp_path / "a.jpg")


@pytest.mark.parametrize(
    ("source", "given", "line"),
    [
        (3, {}, "source: got 3, expected a path, a torch.nn.Module, or a mapping of arrays"),
        ("nothing.pt", {}, "nothing.pt: got a file that cannot be read (it does not exist)"),
        (nn.Linear(2, 2), {}, "model: got Linear without a conv layer"),
        ({"a": np.ones((2, 1, 5, 5))}, {"layers": "a"}, "layers: got 'a', expected a list of names"),
        ({"a.weight": np.ones((2, 1, 5, 5))}, {"layers": ["b"]}, "the mapping: "),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(source, given, line):
    with pytest.raises(ValueError, match="^" + re.escape(line)) as refused:
        ks.look(source, **given)
    assert "\n" not in str(refused.value)


def test_arrays_are_read_and_compared_without_torch(tmp_path):
    arrays = ks.read(model())
    for name in ("a.npz", "b.npz"):
        np.savez(tmp_path / name, **arrays)
    code = "import sys; sys.modules['torch'] = None; from kernelscope.api import command; command.main()"
    for words in (["look", "a.npz", "--figure", "a.png"], ["compare", "a.npz", "b.npz"], ["look", "a.pt"]):
        line = [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT / 'workflow/scripts')!r}); {code}",
            *words,
        ]
        done = subprocess.run(line, cwd=tmp_path, check=False, capture_output=True, text=True)
        if words[-1] == "a.pt":
            assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
        else:
            assert (done.returncode, done.stderr) == (0, "")


def test_importing_the_package_imports_no_torch():
    code = "import sys, kernelscope as ks; assert 'look' in dir(ks); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow/scripts", check=False).returncode == 0

    assert callable(ks.statements)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        ks.nothing  # noqa: B018
