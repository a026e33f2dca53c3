"""Read the weights of a TorchScript archive without its code."""

import io
import zipfile
from collections.abc import Iterator, Mapping

from kernelscope.io import files
from kernelscope.pretrained import axes
from kernelscope.pretrained.contents import CONVERTED, Remark, Weights, described
from kernelscope.pretrained.file_names import CODE
from kernelscope.pretrained.stand_ins import StandIn

KEPT = ("data", "data.pkl", "version", "byteorder")
READ = 2**20  # bytes at once
TRANSPOSED = "ConvTranspose"  # in the class of a layer


def is_archive(handle) -> bool:
    """Whether an open file is a TorchScript archive. Rewinds the file."""
    return CODE in members(handle)


def members(handle) -> list[str]:
    """Return the names in an open ZIP archive, without folders; none of any other file, or of a damaged archive.

    Rewinds the file.
    """
    handle.seek(0)
    try:
        with zipfile.ZipFile(handle) as archive:
            return [name.rpartition("/")[2] for name in archive.namelist()]
    except files.DAMAGE:
        return []
    finally:
        handle.seek(0)


def changed(handle) -> str:
    """Return the name of the first part of an open archive that differs from its checksum, or "". Rewinds the file.

    torch compares none of them. A part that was written without a checksum has 0.
    """
    if not members(handle):
        return ""
    with zipfile.ZipFile(handle) as archive:
        summed = [entry for entry in archive.infolist() if entry.CRC and entry.compress_type == zipfile.ZIP_STORED]
        name = next((entry.filename for entry in summed if not is_same(archive, entry)), "")
    handle.seek(0)
    return name


def is_same(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a part of an archive has its checksum."""
    try:
        with archive.open(entry) as part:
            while part.read(READ):
                pass
    except zipfile.BadZipFile:
        return False
    return True


def repacked(handle) -> io.BytesIO:
    """Return the archive without its code, which is like what torch.save writes.

    Raises
    ------
    ValueError
        If weights are compressed, as they could have any size.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(handle) as archive, zipfile.ZipFile(packed, "w") as result:
        for entry in archive.infolist():
            if entry.filename.split("/")[1:2] and entry.filename.split("/")[1] in KEPT:
                if entry.compress_type != zipfile.ZIP_STORED:
                    raise ValueError("its weights are compressed")
                result.writestr(entry.filename, archive.read(entry))
    packed.seek(0)
    return packed


def weights(network) -> Weights:
    """Return the weights of a network of stand-ins by name; those of transposed layers (out, in, *space).

    Raises
    ------
    ValueError
        If it is no network.
    """
    if not isinstance(network, StandIn):
        raise ValueError("it holds no network")
    found, remarks = {}, []
    for place, layer in layers(network, ""):
        state = layer.state
        for key, value in state.items():
            if hasattr(value, "shape"):
                found[f"{place}{key}"] = value
        weight, bias = state.get("weight"), state.get("bias")
        if TRANSPOSED in type(layer).__name__ and hasattr(weight, "shape"):
            swapped = axes.of_transposed(weight, axes.groups_of_transposed(weight, bias))
            found[f"{place}weight"] = swapped
            remarks.append(Remark(place.rstrip("."), described(weight), axes.SWAPPED, CONVERTED))
    return Weights(found, remarks)


def layers(network: StandIn, place: str) -> Iterator[tuple[str, StandIn]]:
    """Yield the name, ending in a dot, and the object of a network and of everything in it."""
    if isinstance(network.state, Mapping):
        yield place, network
        for key, value in network.state.items():
            if isinstance(value, StandIn):
                yield from layers(value, f"{place}{key}.")
