"""Write figures. Separate from io/array_files.py, so that a new drawing library causes redrawing but no retraining."""

from pathlib import Path

import numpy as np
from PIL import Image

from kernelscope.io.files import atomic

DPI = 150  # so that a figure of 10 inches fills the width of a projector


def write_png(path: str | Path, image: np.ndarray) -> None:
    """Write an image (h, w, 3) or (h, w) uint8 as PNG."""
    with atomic(path) as temporary:
        Image.fromarray(image).save(temporary, dpi=(DPI, DPI))


def write_figure(path: str | Path, figure) -> None:
    """Write a matplotlib figure as PNG, without the version that matplotlib would add."""
    with atomic(path) as temporary:
        figure.savefig(temporary, dpi=DPI, metadata={"Software": None})
