"""Take the conv kernels out of a file of anyone's PyTorch network, as arrays and as a picture.

    python workflow/kernels_of.py model.pt --out kernels.npz --picture kernels.png

The file may hold a state_dict, or a mapping with one in it; whole pickled networks are refused, as they run code.
The NPZ has an array (out, in, k, k) float32 for each layer, and can be a run of `source: published`.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

from kernelscope.figures import kernel_sheet, saving
from kernelscope.io import array_files
from kernelscope.pretrained import file_names, kernels, state_dicts


def main() -> None:
    parser = argparse.ArgumentParser(prog="kernels_of.py", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="a .pt or .pth file, or an .npz with an array for each layer")
    parser.add_argument("--out", type=Path, help="the NPZ to write")
    parser.add_argument("--picture", type=Path, help="the PNG to write")
    parser.add_argument("--layer", action="append", help="only this layer; may be given several times")
    arguments = parser.parse_args()
    if not (arguments.out or arguments.picture):
        parser.error("nothing to write; give --out, --picture or both")
    try:
        kernels_of(**vars(arguments))
    except (ValueError, OSError, MemoryError) as error:
        sys.exit(f"kernels_of.py: {' '.join(str(error).split()) or type(error).__name__}")


def kernels_of(file: Path, out: Path | None, picture: Path | None, layer: list[str] | None) -> None:
    """Read, choose, write. ValueError or OSError for what is wrong."""
    for path, ending in ((out, ".npz"), (picture, ".png")):
        if path is not None and path.suffix != ending:
            raise ValueError(f"{path}: found {path.suffix or 'no ending'}; allowed: {ending}")
    layers = chosen(found(file), layer, file)
    for name in layers:
        file_names.check_layer(name, str(file))
    if out is not None:
        array_files.write_npz(out, layers)
    if picture is not None:
        saving.write_png(picture, kernel_sheet.sheet(layers, f"kernels of {file.name}", "RdBu_r"))
    for name, bank in layers.items():
        print(f"{name}: {' x '.join(map(str, bank.shape))}")


def found(file: Path) -> dict:
    """The conv layers of a file."""
    content = kernels.read(file)
    if not isinstance(content, dict):
        raise ValueError(f"{file}: found no state_dict, but {type(content).__name__}")
    try:
        return state_dicts.conv_kernels(content)
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None


def chosen(layers: dict, wanted: list[str] | None, file: Path) -> dict:
    """The layers that are wanted, in their order in the file."""
    for name in wanted or ():
        if name not in layers:
            raise ValueError(f"{file}: found no conv layer {name!r}; allowed: {', '.join(layers)[:200]}")
    return {name: bank for name, bank in layers.items() if wanted is None or name in wanted}


if __name__ == "__main__":
    main()
