import numpy as np
import pytest
from hostile_archives import ARCHIVES

from kernelscope.io import array_files, partial_arrays

ARRAYS = {
    "a/b": np.arange(6.0).reshape(2, 3),
    "c": np.array([1, 2], np.int16),
    "field": np.array(7),
    "none": np.zeros((0, 3), np.float32),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
}


@pytest.fixture(params=[array_files.write_npz, lambda path, arrays: np.savez(path, **arrays)], ids=["packed", "stored"])
def path(request, tmp_path):
    request.param(tmp_path / "a.npz", ARRAYS)
    return tmp_path / "a.npz"


def test_shapes_are_those_of_the_arrays(path):
    assert partial_arrays.shapes(path) == {name: array.shape for name, array in ARRAYS.items()}


def test_only_the_wanted_arrays_are_read(path):
    arrays = partial_arrays.read(path, lambda name: name != "c")
    assert list(arrays) == [name for name in ARRAYS if name != "c"]
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, ARRAYS[name])
        assert array.dtype == ARRAYS[name].dtype


def test_a_wrong_byte_of_a_wanted_array_is_found(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, a=np.arange(100.0), b=np.arange(50.0))
    content = bytearray(path.read_bytes())
    content[400] ^= 1  # within a
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.npz is damaged"):
        partial_arrays.read(path, lambda name: name == "a")
    assert list(partial_arrays.read(path, lambda name: name == "b")) == ["b"]


@pytest.mark.parametrize("case", ["objects", "an array alone", "objects alone", "a command in the header"])
@pytest.mark.parametrize("read", [partial_arrays.shapes, lambda path: partial_arrays.read(path, lambda _: True)])
def test_an_archive_that_is_none_of_ours_is_damaged_or_has_only_shapes(tmp_path, monkeypatch, case, read):
    monkeypatch.chdir(tmp_path)
    ARCHIVES[case](tmp_path / "a.npz")
    if case == "objects" and read is partial_arrays.shapes:
        assert read(tmp_path / "a.npz")["conv1"] == (1,)
    else:
        with pytest.raises(ValueError, match=r"a\.npz is damaged"):
            read(tmp_path / "a.npz")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("case", ["a shape of 8 petabytes", "a negative shape", "no such kind of number"])
def test_a_header_that_lies_asks_for_no_memory(tmp_path, case):
    ARCHIVES[case](tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"a\.npz is damaged"):
        partial_arrays.read(tmp_path / "a.npz", lambda _: True)
