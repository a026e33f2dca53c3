"""Files of weights: what is refused and why, which the table of checkpoints does not have."""

import builtins
import json

import numpy as np
import pytest
import torch
from weight_files import of_kinds

from kernelscope.io import files
from kernelscope.pretrained import formats, shards, stand_ins, torch_files

BANK = np.ones((2, 1, 3, 3), np.float32)


@pytest.mark.parametrize(("name", "package"), [("m.keras", "h5py"), ("m.h5", "h5py"), ("m.onnx", "onnx")])
def test_without_its_package_a_file_is_refused_with_the_command_that_installs_it(name, package, tmp_path, monkeypatch):
    (tmp_path / name).write_bytes(b"something")
    there = builtins.__import__

    def missing(module, *arguments):
        if module.split(".")[0] == package:
            raise ImportError(module)
        return there(module, *arguments)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(
        ValueError, match=f"{name}: got .*, expected the package {package} .`make (keras|onnx)` or `pip install"
    ):
        formats.read(tmp_path / name)


class Beside:
    """An object that would run code where it is restored."""

    ran = False

    def __setstate__(self, state):
        Beside.ran = True


def test_objects_beside_the_weights_are_never_restored(tmp_path):
    beside = Beside()
    beside.value = {"lr": 0.1}
    torch.save({"model": {"a.weight": torch.ones(1, 1, 3, 3)}, "more": beside}, tmp_path / "m.pt")
    content = torch_files.read(tmp_path / "m.pt")
    assert not Beside.ran
    assert isinstance(content["more"], stand_ins.StandIn)
    assert content["more"].state == {"value": {"lr": 0.1}}


def test_mappings_and_lists_of_other_classes_are_plain(tmp_path):
    kinds = {name: type(name, (base,), {"__module__": __name__}) for name, base in (("Box", dict), ("Row", list))}
    globals().update(kinds)
    box, row = kinds["Box"]({"a.weight": torch.ones(1, 1, 3, 3)}), kinds["Row"]([1, 2])
    torch.save({"model": box, "row": row}, tmp_path / "m.pt")
    content = torch_files.read(tmp_path / "m.pt")
    assert list(content["model"]) == ["a.weight"]
    assert content["row"] == [1, 2]


def test_the_digest_of_an_index_changes_with_the_files_that_it_names(tmp_path):
    index, _ = of_kinds.shards(tmp_path)
    before = shards.digest(index, files.digest_of)
    assert before != files.digest_of(index)
    shard = tmp_path / "pytorch_model-00001-of-00002.bin"
    shard.write_bytes(shard.read_bytes() + b"\0")
    assert shards.digest(index, files.digest_of) != before
    assert shards.digest(shard, files.digest_of) == files.digest_of(shard)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ("[]", "no index"),
        ('{"weight_map": ["a"]}', "no index"),
        ('{"weight_map": {"a": "../m.pt"}}', "files beside it"),
        ('{"weight_map": {"a": "m.index.json"}}', "files beside it"),
        ('{"weight_map": {"b.weight": "m.npz"}}', "no weights 'b.weight'"),
    ],
)
def test_an_index_that_names_what_is_not_there_is_refused(index, words, tmp_path):
    np.savez(tmp_path / "m.npz", **{"a.weight": BANK})
    (tmp_path / "m.index.json").write_text(index)
    with pytest.raises(ValueError, match=words):
        formats.read(tmp_path / "m.index.json")
    (tmp_path / "m.index.json").write_text(json.dumps({"weight_map": {"a.weight": "m.npz"}}))
    np.testing.assert_array_equal(formats.read(tmp_path / "m.index.json")["a.weight"], BANK)
