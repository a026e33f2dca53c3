"""A picture of which only some parts change: the rest is laid out and drawn once."""

from collections.abc import Callable

import numpy as np

from kernelscope import pictures


class Stage:
    """What `compose` makes of parts of these sizes, (h, w) each. It may pad parts, but neither change nor hide them."""

    def __init__(self, compose: Callable[..., np.ndarray], sizes: list[tuple[int, int]]):
        self.sizes = sizes
        self.still = compose(*(pictures.blank(*size, _marker(i)) for i, size in enumerate(sizes)))
        self.places = [_place(self.still, _marker(i)) for i in range(len(sizes))]

    def at(self, *parts: np.ndarray) -> np.ndarray:
        """`compose(*parts)`, for a small part of its time."""
        whole = self.still.copy()
        for part, (height, width), (row, col) in zip(parts, self.sizes, self.places, strict=True):
            whole[row : row + height, col : col + width] = part
        return whole


def _marker(number: int) -> tuple[int, int, int]:
    """A colour that nothing else in a picture has."""
    return (1, 255 - number // 256, number % 256)


def _place(picture: np.ndarray, colour: tuple[int, int, int]) -> tuple[int, int]:
    """Where this colour begins."""
    return divmod(int((picture == colour).all(-1).argmax()), picture.shape[1])
