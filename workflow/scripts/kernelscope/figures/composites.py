"""Several channels as one picture in color: every channel adds its own color.

Unless others are given, up to seven channels have the colors of ImageJ, so three are red, green and blue.
"""

from collections.abc import Sequence

import numpy as np

NAMED = {
    **{"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "gray": (255, 255, 255)},
    **{"cyan": (0, 255, 255), "magenta": (255, 0, 255), "yellow": (255, 255, 0), "black": (0, 0, 0)},
}
ORDER = ("red", "green", "blue", "gray", "cyan", "magenta", "yellow")  # of ImageJ's channels


def palette(count: int, names: Sequence[str] | None = None) -> np.ndarray:
    """Return the color of each channel, (count, 3) from 0 to 1; without colors for all, the gray of their mean.

    names : of NAMED, or #RRGGBB
    """
    names = names or ORDER
    if count > len(names):
        return np.full((count, 3), 1 / count)
    return np.array([NAMED.get(name) or tuple(bytes.fromhex(name[1:])) for name in names[:count]]) / 255


def of_images(images: np.ndarray, names: Sequence[str] | None = None) -> np.ndarray:
    """Return images (n, h, w) or (n, h, w, channels) uint8 in color, (n, h, w, 3) uint8.

    Channels are added, so that two bright ones may be clipped. Three channels without other colors stay as they are.
    """
    if images.ndim == 3:
        return np.repeat(images[..., None], 3, -1)
    if images.shape[-1] == 3 and names is None:
        return images
    return np.rint(np.clip(images @ palette(images.shape[-1], names), 0, 255)).astype(np.uint8)


def of_weights(shares: np.ndarray, names: Sequence[str] | None = None) -> np.ndarray:
    """Return weights (out, channels, k, k), as shares of the largest from -1 to 1, in color (out, k, k, 3) uint8.

    Zero is mid-gray. A channel with a positive weight adds its color, and one with a negative weight takes it away.
    """
    mixed = np.einsum("ncij,cp->nijp", shares, palette(shares.shape[1], names))
    return np.rint(127.5 * (np.clip(mixed, -1, 1) + 1)).astype(np.uint8)


def is_possible(channels: int, names: Sequence[str] | None = None) -> bool:
    """Whether a composite says more than the channels themselves: there are several, with a color for each."""
    return 1 < channels <= len(names or ORDER)
