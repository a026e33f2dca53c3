"""How many rows or columns of an image convolutional RBMs leave, from the settings alone."""

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


def check(crops: list[int], side: int) -> None:
    """Raise ValueError if a crop is larger than the smaller side of a prepared image."""
    if max(crops) > side:
        refuse("cdbn.crops", f"{max(crops)} pixels", f"at most {side}, the smaller side of a prepared image")
