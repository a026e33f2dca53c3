"""Images that come one by one, kept on the disk until all are there."""

import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kernelscope import views
from kernelscope.views import View


class Frames:
    """uint16 images of one shape in a file that nobody sees, and how often each level occurs in them."""

    def __init__(self, folder: Path, view: View):
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.view = tempfile.TemporaryFile(dir=folder), view  # noqa: SIM115
        weakref.finalize(self, self.file.close)
        self.levels = np.zeros(views.LEVELS, np.int64)
        self.row_bytes = 2 * int(np.prod(view.shape))

    def add(self, image: np.ndarray) -> None:
        self.file.write(np.ascontiguousarray(image, np.uint16).tobytes())
        if self.view.normalise == "dataset":
            self.levels += np.bincount(image.ravel(), minlength=views.LEVELS)

    def blocks(self, numbers: np.ndarray, size: int) -> Iterator[np.ndarray]:
        """The images of these numbers as they are to be, (n, h, w) or (n, h, w, 3) uint8, so many at a time."""
        self.file.flush()
        low, high = views.limits(self.levels)
        for start in range(0, len(numbers), size):
            some = numbers[start : start + size]
            images = np.empty((len(some), *self.view.shape), np.uint16)
            for image, number in zip(images, some, strict=True):
                self.file.seek(int(number) * self.row_bytes)
                image[...] = np.frombuffer(self.file.read(self.row_bytes), np.uint16).reshape(self.view.shape)
            yield views.finished(images, self.view, low, high)
