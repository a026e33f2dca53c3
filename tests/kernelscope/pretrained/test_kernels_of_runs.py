"""The content of pretrained files, as the snapshots of a run."""

import os
import pickle

import numpy as np
import pytest
import torch

from kernelscope.io import array_files
from kernelscope.pretrained import formats, kernels
from kernelscope.pretrained.file_names import File

RNG = np.random.default_rng(0)
BANK = RNG.normal(size=(3, 1, 5, 5)).astype(np.float32)


def snapshots(contents, **places):
    """Return the snapshots of files named 0, 1, 2, ..., in this order; places: name -> a value for each file."""
    files = [File(str(i), "r", **{name: values[i] for name, values in places.items()}) for i in range(len(contents))]
    return kernels.snapshots(files, lambda name: contents[int(name)])[0]


def test_single_kernels_become_banks_by_epoch():
    made = snapshots([BANK[0, 0], BANK[1], BANK[2][None], BANK[0]], epoch=[0, 0, 7, 7], kernel=[0, 1, 0, 1])
    assert (made["steps"].tolist(), made["epochs"].tolist()) == ([0, 7], [0, 7])
    np.testing.assert_array_equal(made["conv1"], np.stack([BANK[[0, 1]], BANK[[2, 0]]]))
    assert made["conv1"].dtype == np.float32


def test_steps_and_epochs_are_kept_where_both_are_known():
    made = snapshots([BANK, BANK], step=[0, 900], epoch=[0, 3])
    assert (made["steps"].tolist(), made["epochs"].tolist()) == ([0, 900], [0, 3])


def test_a_file_without_a_time_is_a_trained_state():
    made = snapshots([BANK[:, 0]])
    assert made["steps"].tolist() == [1]
    np.testing.assert_array_equal(made["conv1"][0], BANK)


def test_a_state_dict_brings_its_layers_and_a_name_chooses_one():
    both = {"a.weight": torch.from_numpy(BANK), "b.weight": torch.zeros(2, 3, 3, 3), "fc.weight": torch.zeros(2, 2)}
    assert {name: one.shape for name, one in snapshots([both]).items() if one.ndim == 5} == {
        "a": (1, 3, 1, 5, 5),
        "b": (1, 2, 3, 3, 3),
    }
    assert list(snapshots([both], layer=["b"])) == ["steps", "epochs", "b"]


def test_a_kernels_npz_of_ours_is_read_as_it_is():
    history = {"steps": np.array([0, 4]), "epochs": np.array([0, 0.5]), "c": np.stack([BANK, BANK + 1])}
    made = snapshots([history])
    assert {name: array.dtype.name for name, array in made.items()} == {
        "steps": "int64",
        "epochs": "float32",
        "c": "float32",
    }
    np.testing.assert_array_equal(made["c"], history["c"])


def nan(at=(0, 0, 0, 0)):
    bank = BANK.copy()
    bank[at] = np.nan
    return bank


HISTORY = {"steps": np.array([0, 4]), "epochs": np.array([0.0, 1.0]), "c": np.stack([BANK, BANK])}


@pytest.mark.parametrize(
    ("contents", "places", "words"),
    [
        ([nan()], {"step": [0]}, "0: conv1: got untrained kernels that are not finite"),
        ([BANK * np.float64(1e60)], {}, "0: got numbers that float32 cannot hold"),
        ([{"c.weight": torch.full((1, 1, 3, 3), 1e60, dtype=torch.float64)}], {}, "layer c: got numbers that float32"),
        ([BANK[:, :, :4]], {}, "0: conv1: got an array .* expected square kernels"),
        ([np.zeros((1, 1, 65, 65), np.float32)], {}, "kernels .* of at most 64 x 64"),
        ([np.zeros((0, 1, 5, 5), np.float32)], {}, "kernels .out, in, rows, cols. of"),
        ([BANK.astype(int)], {}, "0: got an array .* of int64, expected a state_dict, or an array of floating"),
        ([[BANK]], {}, "0: got an object of type list, expected a state_dict, or an array"),
        ([{"fc": np.zeros((3, 3))}], {}, "0: state_dict: got only fc, expected at least one conv weight"),
        ([{"a": BANK}], {"layer": ["b"]}, "0: got no layer 'b', expected one of a"),
        (
            [BANK, BANK[:2]],
            {"epoch": [0, 1]},
            "1: got the kernels conv1 2 x 1 x 5 x 5, expected conv1 3 x 1 x 5 x 5, as in 0",
        ),
        ([BANK[0], BANK[0, :, :4, :4]], {"kernel": [0, 1]}, r"1: got a kernel \(1, 4, 4\)"),
        ([{"a": BANK}], {"kernel": [0]}, "0: got a mapping with 1 entries, expected one array"),
        ([HISTORY | {"steps": np.array([4, 0])}], {}, "0: steps: got an array"),
        ([HISTORY | {"steps": np.array([0.5, 1])}], {}, "0: steps: got an array"),
        ([HISTORY | {"epochs": np.array([0, np.nan])}], {}, "0: epochs: got an array"),
        ([HISTORY | {"c": BANK}], {}, r"0: c: got an array \(3, 1, 5, 5\)"),
        ([HISTORY | {"c": np.stack([nan(), BANK])}], {}, "0: c: got untrained kernels that are not finite"),
        ([HISTORY | {"a,b": np.stack([BANK, BANK])}], {}, "0: got the layer 'a,b'"),
        (
            [{"steps": np.array([0]), "epochs": np.array([0.0])}],
            {},
            "0: got only steps and epochs, expected at least one layer",
        ),
    ],
)
def test_what_is_no_run_is_refused_with_the_name_of_the_file(contents, places, words):
    with pytest.raises(ValueError, match=words):
        snapshots(contents, **places)


@pytest.mark.parametrize("contents", [[BANK, nan()], [{"a": BANK}, {"a": nan()}], [HISTORY | {"c": [BANK, nan()]}]])
def test_a_state_that_is_not_finite_is_that_of_a_failed_training(contents):
    made = snapshots(contents, step=[0, 9]) if len(contents) > 1 else snapshots(contents)
    (layer,) = made.keys() - {"steps", "epochs"}
    np.testing.assert_array_equal(made[layer], np.stack([BANK, nan()]))
    assert kernels.failure(made) == "weights not finite"
    assert kernels.failure(made | {layer: made[layer][::-1]}) == ""


def test_names_of_layers_that_tables_cannot_hold_are_changed_and_told():
    content = {"conv1/kernel 0": BANK, "conv1/kernel.0": BANK + 1, "steps": BANK + 2, "x" * 70: BANK + 3, "c": BANK}
    arrays, _, names = kernels.snapshots([File("0", "r")], lambda _: content)
    assert names == {
        **{"conv1/kernel 0": "conv1.kernel.0", "conv1/kernel.0": "conv1.kernel.0_2", "steps": "steps_"},
        **{"x" * 70: "x" * 64, "c": "c"},
    }
    for name, bank in content.items():
        np.testing.assert_array_equal(arrays[names[name]][0], bank)
    assert arrays["steps"].tolist() == [1]


def test_centered_kernels_have_no_mean_and_keep_their_shape():
    made = kernels.centered(snapshots([{"a": BANK * 7 + 3}]))
    np.testing.assert_allclose(made["a"].mean((2, 3, 4)), 0, atol=1e-5)
    np.testing.assert_allclose(made["a"], (BANK * 7)[None] - (BANK * 7).mean((1, 2, 3), keepdims=True), atol=1e-5)
    assert made["steps"].tolist() == [1]


def test_a_scale_and_a_shift_of_a_bank_change_nothing_that_is_measured_of_shape():
    """Kernels are centered, as min-max scaled banks then have the same measures as the weights, except for norms."""
    from kernelscope.measures import plane_measures

    raw = RNG.normal(size=(4, 1, 9, 9)).astype(np.float32)
    scaled = (raw - raw.min()) / (raw.max() - raw.min())
    one, other = (plane_measures.of_planes(kernels.centered({"a": bank[None]})["a"]) for bank in (raw, scaled))
    for name in one.keys() - {"dc_share"}:
        np.testing.assert_allclose(one[name], other[name], rtol=2e-4, atol=2e-4, err_msg=name)


# Files


class Code:
    def __reduce__(self):
        return os.mkdir, ("ran",)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_format_brings_the_same_kernels(folder):
    torch.save(torch.from_numpy(BANK), folder / "a.pt")
    np.save(folder / "a.npy", BANK)
    np.savez(folder / "a.npz", conv1=BANK)
    for name in ("a.pt", "a.npy", "a.npz"):
        made = kernels.snapshots([File(name, "r")], lambda name: formats.read(folder / name))[0]
        np.testing.assert_array_equal(made["conv1"][0], BANK)


@pytest.mark.parametrize("name", ["a.pt", "a.npy", "a.npz"])
@pytest.mark.parametrize("kept", [0, 1, 60, -1])
def test_a_torn_file_is_refused_by_name(folder, name, kept):
    torch.save(torch.from_numpy(BANK), folder / "a.pt")
    np.save(folder / "a.npy", BANK)
    np.savez(folder / "a.npz", conv1=BANK)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[:kept])
    with pytest.raises(ValueError, match=name) as error:
        formats.read(folder / name)
    assert "made again" not in str(error.value)


def test_no_file_runs_code(folder):
    torch.save({"a": Code()}, folder / "code.pt")
    (folder / "pickle.pt").write_bytes(pickle.dumps(Code()))
    np.save(folder / "object.npy", np.array([Code()], object), allow_pickle=True)
    np.savez(folder / "object.npz", a=np.array([Code()], object))
    for name in ("code.pt", "pickle.pt", "object.npy", "object.npz"):
        with pytest.raises(ValueError, match=name):
            formats.read(folder / name)
    assert not (folder / "ran").exists()


def test_a_shape_that_asks_for_any_memory_is_refused(folder):
    np.save(folder / "a.npy", BANK)
    content = (folder / "a.npy").read_bytes().replace(b"(3, 1, 5, 5)", b"(9, 9, 9, 9)")
    (folder / "a.npy").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.npy: got no complete array"):
        array_files.read_npy(folder / "a.npy")


def test_other_endings_are_refused(folder):
    with pytest.raises(
        ValueError, match=r"a\.txt: got the ending \.txt, expected \.pt, .*\.safetensors, .*\.npy or \.index\.json"
    ):
        formats.read(folder / "a.txt")
