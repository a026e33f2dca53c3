"""Writing of pictures. Apart from io/array_files.py, so that a new drawing library redraws and does not retrain."""

from pathlib import Path

import numpy as np
from PIL import Image

from kernelscope.io.files import atomic

DPI = 150  # a figure of 10 inches then fills a projector's width


def write_png(path: str | Path, picture: np.ndarray) -> None:
    """A picture (h, w, 3) or (h, w) of uint8."""
    with atomic(path) as temporary:
        Image.fromarray(picture).save(temporary, dpi=(DPI, DPI))


def write_figure(path: str | Path, figure) -> None:
    """A matplotlib figure as PNG, without the version that it would write of itself."""
    with atomic(path) as temporary:
        figure.savefig(temporary, dpi=DPI, metadata={"Software": None})
