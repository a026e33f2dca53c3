"""How many rows or cols convolutional RBMs leave of an image, from the settings alone."""


def fitted(side: int, kernel_size: int, pooling: int) -> int:
    """The most of `side` pixels that make whole blocks; ValueError where that is none."""
    blocks = (side - kernel_size + 1) // pooling
    if blocks < 1:
        least = kernel_size + pooling - 1
        raise ValueError(
            f"found {side} pixels or units; allowed for kernels of {kernel_size} in blocks of {pooling}: "
            f"at least {least}"
        )
    return blocks * pooling + kernel_size - 1


def pooled_sides(side: int, kernel_sizes: list[int], pooling: int) -> list[int]:
    """The side of the pooled map of every layer, from that of an image."""
    found = []
    for kernel_size in kernel_sizes:
        side = (fitted(side, kernel_size, pooling) - kernel_size + 1) // pooling
        found.append(side)
    return found


def check(crops: list[int], side: int) -> None:
    """ValueError where a crop is larger than the smaller side of what is left of an image."""
    if max(crops) > side:
        raise ValueError(f"found crops of {max(crops)} pixels; allowed: at most {side}, what is left of an image")
