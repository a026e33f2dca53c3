"""What a file is by its first bytes, if it is not what its name says."""

BEGINNINGS = {
    b"version https://git-lfs": "a Git LFS pointer instead of the file itself (`git lfs pull` gets it)",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"\x89hdf": "an HDF5 file, which should be called .h5",
    b"\x93numpy": "an NPY file, which should be called .npy",
}


def beginning(handle, own: bytes = b"") -> str:
    """Return what an open file is instead of what its name says, in words; "" if that is unknown. Rewinds the file.

    own : the first bytes of what it should be, in lower case
    """
    handle.seek(0)
    begin = handle.read(64)
    handle.seek(0)
    if not begin:
        return "an empty file"
    for start, words in BEGINNINGS.items():
        if start != own and begin.lstrip().lower().startswith(start):
            return words
    if begin[8:10] == b'{"' and begin[4:8] == bytes(4) and own != b"{":
        return "a safetensors file, which should be called .safetensors"
    return ""
