"""How many rows or columns of an image convolutional RBMs leave, from the settings alone."""

from collections.abc import Sequence

from kernelscope.dbn.whitening_border import BORDER
from kernelscope.refusal import refuse


def fitted(side: int, kernel_size: int, pooling: int) -> int:
    """Return how many of `side` rows or columns make whole blocks; ValueError if there is not one block."""
    blocks = (side - kernel_size + 1) // pooling
    if blocks < 1:
        least = kernel_size + pooling - 1
        refuse(
            "cdbn.kernel_sizes",
            f"{kernel_size} for {side} pixels or units",
            f"at least {least} pixels or units for kernels of {kernel_size} in blocks of {pooling}",
        )
    return blocks * pooling + kernel_size - 1


def pooled_sides(side: int, kernel_sizes: list[int], pooling: int) -> list[int]:
    """Return the side of every layer's pooled map, given the side of an image."""
    sides = []
    for kernel_size in kernel_sizes:
        side = (fitted(side, kernel_size, pooling) - kernel_size + 1) // pooling
        sides.append(side)
    return sides


def check(settings: dict, image_size: Sequence[int] | None) -> None:
    """Raise ValueError if crops are larger than images of (rows, cols), if known, or too small for the layers."""
    crops, kernel_sizes, pooling = (settings[key] for key in ("crops", "kernel_sizes", "pooling"))
    if image_size is not None:
        side = min(image_size) - 2 * BORDER * settings["whiten"]
        if max(crops) > side:
            refuse("cdbn.crops", f"{max(crops)} pixels", f"at most {side}, the smaller side of a prepared image")
        pooled_sides(side, kernel_sizes, pooling)
    for number, crop in enumerate(crops, 1):
        pooled_sides(crop, kernel_sizes[:number], pooling)
