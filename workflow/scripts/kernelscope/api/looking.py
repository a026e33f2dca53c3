"""Look at the kernels of a file or a model: a figure, and a row of measures for each layer."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from kernelscope.api import reading, spectra, tables
from kernelscope.figures import drawing, kernel_tiles, saving
from kernelscope.io import array_files
from kernelscope.measures import layer_quality, plane_measures
from kernelscope.pretrained import file_names
from kernelscope.refusal import refuse

COLORMAP = "RdBu_r"
NOT_SQUARE = "not square planes"
MEDIANS = {"smoothness (lag 1)": "lag1", "orientation R": "orientation_concentration", "localization": "localization"}


class Look:
    """The kernels of a file or a model. A notebook shows the figure and the table; `print` shows the table.

    Attributes
    ----------
    kernels : Kernels
        A mapping from layer to array `(out, in / groups, *space)`.
    """

    def __init__(self, kernels: reading.Kernels):
        self.kernels = kernels

    def measures(self) -> list[dict]:
        """Return a row for each layer; docs/explanation/methods.md defines the measures.

        `constant` counts kernels without any structure, `not finite` those with a weight that is no number. Measures
        are medians over the other kernels, and None, with a `reason`, where they are undefined.
        """
        return [row(name, bank) for name, bank in self.kernels.items()]

    def drawn(self) -> Image.Image:
        """Return the figure as an image."""
        sheet = kernel_tiles.sheet(dict(self.kernels), f"kernels of {self.title}", COLORMAP)
        return Image.fromarray(drawing.painted(sheet))

    @property
    def title(self) -> str:
        """The name of the file without its folder, or of the class of the model."""
        return Path(self.kernels.source).name or "arrays"

    def save(self, path: str | Path) -> None:
        """Write the figure (.png), or the kernels as arrays (.npz), by the ending of the path."""
        path, layers = Path(path), dict(self.kernels)
        if path.suffix == ".npz":
            array_files.write_npz(path, {short: layers[name] for name, short in self.names().items()})
        elif path.suffix == ".png":
            saving.write(path, kernel_tiles.sheet(layers, f"kernels of {self.title}", COLORMAP), "screen")
        else:
            refuse(str(path), path.suffix or "no ending", ".png or .npz")

    def spectra(self) -> "Look":
        """Return the amplitudes of kernels in two dimensions at each frequency, as kernels to draw and save.

        Raises
        ------
        ValueError
            If no layer has kernels in two dimensions.
        """
        planes = {name: bank for name, bank in self.kernels.items() if bank.ndim == 4}
        if not planes:
            refuse("layers", "none in two dimensions", "kernels (out, in, rows, cols)")
        remarks = [f"left out: {name}: not in two dimensions" for name in self.kernels if name not in planes]
        found = {name: spectra.amplitudes(bank) for name, bank in planes.items()}
        return Look(reading.Kernels(found, remarks, f"spectra of {self.title}"))

    def names(self) -> dict[str, str]:
        """Return the name of each layer in arrays that are saved: its own, where a file can have it."""
        return file_names.usable(dict(self.kernels))

    def __repr__(self) -> str:
        return "\n".join([tables.as_text(self.measures()), *self.kernels.remarks])

    def _repr_html_(self) -> str:
        self.drawn().save(buffer := BytesIO(), "PNG")
        picture = f'<img alt="kernels of {escape(self.title)}" src="data:image/png;base64,'
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in self.kernels.remarks)
        return f'{picture}{b64encode(buffer.getvalue()).decode()}">{tables.as_html(self.measures())}{remarks}'


def look(
    source,
    *,
    layers: Sequence[str] | None = None,
    part: str | None = None,
    axes: str | None = None,
    step: int | None = None,
) -> Look:
    """Look at the kernels of a file, a model, or arrays; the parameters are those of `read`.

    >>> look({"conv1.weight": np.ones((2, 1, 5, 5))}).measures()[0]["reason"]
    'all kernels are constant'
    """
    return Look(reading.read(source, layers=layers, part=part, axes=axes, step=step))


def row(name: str, bank: np.ndarray) -> dict:
    """Return the row of a layer (out, in, *space)."""
    finite = np.isfinite(bank).reshape(len(bank), -1).all(1)
    flat = bank.reshape(*bank.shape[:2], -1)
    constant = finite & (flat.max(2) == flat.min(2)).all(1)
    about = {"layer": name, "kernels": len(bank), "size": " x ".join(map(str, bank.shape[1:]))}
    is_point = flat.shape[2] == 1  # of a single weight for each channel, which has no structure to lack
    about |= {"constant": None if is_point else int(constant.sum()), "not finite": int((~finite).sum())}
    usable = bank[finite & ~constant]
    reason = why_not(bank, usable)
    values = plane_measures.of_kernels(plane_measures.of_planes(usable)) if not reason else {}
    medians = {words: median(values.get(key)) for words, key in MEDIANS.items()}
    orthogonal = layer_quality.measures(bank)["orthogonality"] if bank.ndim == 4 and finite.all() else None
    return about | medians | {"orthogonality": median(orthogonal), "reason": reason}


def why_not(bank: np.ndarray, usable: np.ndarray) -> str:
    """Return why the kernels of a layer have no measures of their planes; "" if they have."""
    if bank.ndim != 4 or bank.shape[-1] != bank.shape[-2]:
        return NOT_SQUARE
    if bank.shape[-1] == 1:
        return "1 x 1"
    return "" if len(usable) else "all kernels are constant" if np.isfinite(bank).all() else "no usable kernel"


def median(values: np.ndarray | None) -> float | None:
    """Return the median of the values that are numbers; None if none is."""
    known = np.array([]) if values is None else np.atleast_1d(values)[np.isfinite(np.atleast_1d(values))]
    return float(np.median(known)) if len(known) else None
