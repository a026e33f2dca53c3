"""Extract the conv kernels from a file of weights (PyTorch, safetensors, Keras, ONNX, NumPy), as arrays and a figure.

    python workflow/kernels_of.py model.pt --out kernels.npz --figure kernels.png

Whole pickled networks are refused, because loading them runs code. The NPZ has an array (out, in, *space) float32 for
each layer, and can be a run of `source: pretrained`.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

from kernelscope.figures import kernel_tiles, saving
from kernelscope.io import array_files
from kernelscope.pretrained import file_names, formats, kernels
from kernelscope.pretrained.axes import ORDERS
from kernelscope.refusal import reason, refuse


def main() -> None:
    parser = argparse.ArgumentParser(prog="kernels_of.py", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="the file of weights")
    parser.add_argument("--out", type=Path, help="the NPZ to write")
    parser.add_argument("--figure", type=Path, help="the PNG to write")
    parser.add_argument("--layer", action="append", help="only layers with this name or pattern; may be repeated")
    parser.add_argument("--part", help="the part of the checkpoint to read, for example ema")
    parser.add_argument("--axes", choices=ORDERS, help="the order of axes, if neither names nor the format tell it")
    arguments = parser.parse_args()
    if not (arguments.out or arguments.figure):
        parser.error("nothing to write; give --out, --figure or both")
    try:
        kernels_of(**vars(arguments))
    except (ValueError, OSError, MemoryError) as error:
        sys.exit(f"kernels_of.py: {' '.join(str(error).split()) or type(error).__name__}")


def kernels_of(
    file: Path, out: Path | None, figure: Path | None, layer: list[str] | None, part: str | None, axes: str | None
) -> None:
    """Read the conv layers of a file, choose among them, and write them.

    Parameters
    ----------
    file : of a format that `formats.read` knows
    out : the NPZ to write, or None
    figure : the PNG to write, or None
    layer : patterns of the names of layers to keep; None keeps all but 1 x 1
    part : the part of a checkpoint to read; None chooses (`model_part`)
    axes : the order of the axes of all weights; None if names and the format decide

    Raises
    ------
    ValueError, OSError
        If the file cannot be read, has no such layer, or an ending is wrong.
    """
    for path, ending in ((out, ".npz"), (figure, ".png")):
        if path is not None and path.suffix != ending:
            refuse(str(path), path.suffix or "no ending", ending)
    layers, remarks = conv_layers(file, kernels.Choice(layer, part, axes, is_square=False))
    names = file_names.usable(layers)
    layers = {names[name]: bank for name, bank in layers.items()}
    if out is not None:
        array_files.write_npz(out, layers)
    if figure is not None:
        saving.write(figure, kernel_tiles.sheet(layers, f"kernels of {file.name}", "RdBu_r"), "screen")
    for name, short in names.items():
        print(f"{short}: {described(layers[short])}" + f"; in the file: {name}" * (short != name))
    for remark in remarks:
        print(f"{remark.kind.replace('_', ' ')}: {remark}")


def described(bank: np.ndarray) -> str:
    """Return the shape of a layer, and how many weights are not finite."""
    wrong = bank.size - np.isfinite(bank).sum()
    return " x ".join(map(str, bank.shape)) + f"; not finite: {wrong} of {bank.size} weights" * bool(wrong)


def conv_layers(file: Path, choice: kernels.Choice) -> tuple[dict, list]:
    """Return the conv layers of a file, and remarks about others."""
    try:
        content = formats.read(file)
    except OSError as error:
        refuse(str(file), f"a file that cannot be read ({reason(error)})", "a file of weights")
    return kernels.whole(content, str(file), None, choice)


if __name__ == "__main__":
    main()
