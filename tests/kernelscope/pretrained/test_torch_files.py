"""Files as people call them .pt: what they hold, or why they cannot be read, and never any code."""

import argparse
import pathlib
import zipfile

import numpy as np
import pytest
import torch

from kernelscope.pretrained import torch_files

HARMLESS = {
    "settings": argparse.Namespace(lr=0.1, layers=[1, 2]),
    "a path": pathlib.PurePosixPath("runs/a.pt"),
    "a number": np.float64(0.93),
    "a whole number": np.int64(7),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_harmless_objects_beside_the_weights_are_no_obstacle(tmp_path, kind):
    torch.save({"state_dict": {"c.weight": torch.ones(1, 1, 3, 3)}, "more": HARMLESS[kind]}, tmp_path / "m.pt")
    content = torch_files.read(tmp_path / "m.pt")
    assert content["more"] == HARMLESS[kind]
    assert torch.equal(content["state_dict"]["c.weight"], torch.ones(1, 1, 3, 3))


OTHERS = {
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "a Git LFS pointer"),
    "a page": (b"<!DOCTYPE html><html><body>Not found</body></html>", "a web page"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file"),
    "zeros": (bytes(200), ""),
    "text": (b"hello", ""),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_files_are_named(tmp_path, kind):
    data, words = OTHERS[kind]
    (tmp_path / "m.pt").write_bytes(data)
    with pytest.raises(ValueError, match=f"m.pt: got {words}") as error:
        torch_files.read(tmp_path / "m.pt")
    assert "\n" not in str(error.value)


def test_a_whole_network_is_refused_by_its_class_with_what_to_do(tmp_path):
    torch.save(torch.nn.Conv2d(1, 1, 3), tmp_path / "m.pt")
    with pytest.raises(
        ValueError, match=r"a whole network .torch.nn.modules.conv.Conv2d., which would .*model.state_dict"
    ):
        torch_files.read(tmp_path / "m.pt")


ODD = b"cmod\nOdd\n)\x81"  # pickled: an object without arguments
ITEMS, ENTRIES = b"(K\x01K\x02u", b"(K\x01e"  # an entry of a mapping, an entry of a list


@pytest.mark.parametrize("filled", [ITEMS + ENTRIES, ENTRIES + ITEMS, ITEMS + ENTRIES + ITEMS])
def test_an_object_that_is_a_mapping_and_a_list_ends_the_search_for_a_stand_in(tmp_path, filled):
    with zipfile.ZipFile(tmp_path / "odd.pt", "w") as archive:
        for name, content in (("data.pkl", b"\x80\x02" + ODD + filled + b"."), ("version", b"3\n")):
            archive.writestr(f"odd/{name}", content)
    with pytest.raises(ValueError, match="got a file with more than tensors, or a damaged one"):
        torch_files.read(tmp_path / "odd.pt")
