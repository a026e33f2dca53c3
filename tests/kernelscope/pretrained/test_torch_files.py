"""Files as people call them .pt: what they hold, or why they cannot be read, and never any code."""

import argparse
import pathlib
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch
from projects import ROOT
from safetensors.torch import save_file
from tiers import rows

from kernelscope.pretrained import formats, state_dicts, torch_files

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


def saved(path, rows=3):
    """Write a small layer beside a large one that is no kernel; return the layer."""
    kernels = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    write = save_file if path.suffix == ".safetensors" else torch.save
    write({"a.weight": kernels, "fc.weight": torch.ones(rows, 1000)}, path)
    return kernels


@pytest.mark.parametrize("part", range(0, 2400, 400))
def test_weights_that_changed_on_disk_are_refused(tmp_path, part):
    """Torch itself reads them without a word."""
    kernels = saved(tmp_path / "m.pt")
    data = bytearray((tmp_path / "m.pt").read_bytes())
    data[data.index(kernels.numpy().tobytes()) + part % kernels.nbytes] ^= 0x40
    (tmp_path / "m.pt").write_bytes(data)
    assert not torch.equal(torch.load(tmp_path / "m.pt", weights_only=True)["a.weight"], kernels)
    with pytest.raises(ValueError, match=r"m.pt: got a damaged file .m/data/0 has changed since it was written"):
        torch_files.read(tmp_path / "m.pt")


def test_files_without_checksums_are_read(tmp_path):
    torch.serialization.set_crc32_options(False)
    try:
        kernels = saved(tmp_path / "m.pt")
    finally:
        torch.serialization.set_crc32_options(True)
    assert torch.equal(torch_files.read(tmp_path / "m.pt")["a.weight"], kernels)


PEAK = """
import sys
sys.path.insert(0, sys.argv[1])
import torch
from pathlib import Path
from kernelscope.pretrained import formats, state_dicts
most = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
before = most()
banks, _ = state_dicts.conv_kernels(formats.read(Path(sys.argv[2])))
print(most() - before, float(banks["a"].sum()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of the memory is read as Linux tells it")
@pytest.mark.parametrize("name", rows(("m.pt", "m.safetensors"), "m.pt"))
def test_only_the_kernels_of_a_large_file_are_in_memory(tmp_path, name):
    kernels = saved(tmp_path / name, rows=25_000)  # 100 MB
    command = [sys.executable, "-c", PEAK, ROOT / "workflow/scripts", tmp_path / name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kilobytes, total = map(float, done.stdout.split())
    assert kilobytes < 30_000
    assert total == pytest.approx(float(kernels.sum()), abs=1e-3)


@pytest.mark.parametrize("name", ["m.pt", "m.safetensors"])
def test_kernels_that_were_read_outlive_their_file(tmp_path, name):
    kernels = saved(tmp_path / name)
    banks, _ = state_dicts.conv_kernels(formats.read(tmp_path / name))
    (tmp_path / name).write_bytes(b"")  # the same file, in which nothing is left to be mapped
    np.testing.assert_array_equal(banks["a"], kernels.numpy())
