"""Numbers as colors: color maps as tables of 256 colors, the limits of their scales, and composites of channels.

In a composite, every channel adds its own color. Unless others are given, up to seven channels have the colors of
ImageJ, so three are red, green and blue.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

RDBU_R = (  # ColorBrewer's diverging RdBu with 11 classes (colorbrewer2.org), from blue to red
    *((5, 48, 97), (33, 102, 172), (67, 147, 195), (146, 197, 222), (209, 229, 240), (247, 247, 247)),
    *((253, 219, 199), (244, 165, 130), (214, 96, 77), (178, 24, 43), (103, 0, 31)),
)
GRAY = ((0, 0, 0), (255, 255, 255))
ANCHORS = {"RdBu_r": RDBU_R, "gray": GRAY}  # these maps need no import of matplotlib
NOT_FINITE = (240, 160, 0)
NAMED = {
    **{"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "gray": (255, 255, 255)},
    **{"cyan": (0, 255, 255), "magenta": (255, 0, 255), "yellow": (255, 255, 0), "black": (0, 0, 0)},
}
ORDER = ("red", "green", "blue", "gray", "cyan", "magenta", "yellow")  # of ImageJ's channels


@cache
def table(colormap: str) -> np.ndarray:
    """Return the 256 colors of a map from low to high, (256, 3) uint8, read-only."""
    if colormap in ANCHORS:
        colors = between(ANCHORS[colormap])
    else:
        import matplotlib

        colors = matplotlib.colormaps[colormap](np.arange(256), bytes=True)[:, :3].copy()
    colors.flags.writeable = False
    return colors


def between(anchors: tuple) -> np.ndarray:
    """Return 256 colors, linear between anchors at equal distances."""
    steps, colors = len(anchors) - 1, np.array(anchors)
    place = np.arange(256)[:, None] * steps  # in units of 1/255 of the way from one anchor to the next
    below = np.minimum(place // 255, steps - 1)
    low, high = colors[below[:, 0]], colors[below[:, 0] + 1]
    return (low + (place - 255 * below) * (high - low) // 255).astype(np.uint8)


def limit(values: np.ndarray) -> float:
    """Return the 99.5 % point of |values| over the whole run: one scale, which a few large weights do not determine."""
    finite = np.abs(values[np.isfinite(values)])
    return float(np.quantile(finite, 0.995) or finite.max()) if finite.any() else 1.0


def largest(values: np.ndarray, axis=None):
    """Return the largest finite |value|, over all values or over `axis`; 0 if no value is finite."""
    return np.max(np.abs(values), axis=axis, initial=0, where=np.isfinite(values))


def colors(values: np.ndarray, low: float, high: float, colormap: str) -> np.ndarray:
    """Return numbers (...) as colors (..., 3) uint8, with `low` and `high` the ends of the map; the rest is clipped.

    Values that are not finite are orange.
    """
    finite, span = np.isfinite(values), high - low
    share = np.where(finite, values, low) - low
    share = share / span if span > 0 else np.full(np.shape(values), 0.5)
    drawn = table(colormap)[np.clip(share * 256, 0, 255).astype(np.uint8)]
    drawn[~finite] = NOT_FINITE
    return drawn


def signed(values: np.ndarray, limit, colormap: str) -> np.ndarray:
    """Return numbers as colors on -limit..limit, so that zero is the middle; `limit` may vary along leading axes."""
    finite, limit = np.isfinite(values), np.broadcast_to(limit, np.shape(values))
    share = np.divide(values, limit, out=np.where(finite, 0.0, np.nan), where=finite & (limit > 0))
    return colors(share, -1, 1, colormap)


def palette(count: int, names: Sequence[str] | None = None) -> np.ndarray:
    """Return the color of each channel, (count, 3) from 0 to 1; without colors for all, the gray of their mean.

    names : of NAMED, or #RRGGBB
    """
    names = names or ORDER
    if count > len(names):
        return np.full((count, 3), 1 / count)
    return np.array([NAMED.get(name) or tuple(bytes.fromhex(name[1:])) for name in names[:count]]) / 255


def composite_images(images: np.ndarray, names: Sequence[str] | None = None) -> np.ndarray:
    """Return images (n, h, w) or (n, h, w, channels) uint8 in color, (n, h, w, 3) uint8.

    Channels are added, so that two bright ones may be clipped. Three channels without other colors stay as they are.
    """
    if images.ndim == 3:
        return np.repeat(images[..., None], 3, -1)
    if images.shape[-1] == 3 and names is None:
        return images
    return np.rint(np.clip(images @ palette(images.shape[-1], names), 0, 255)).astype(np.uint8)


def composite_weights(shares: np.ndarray, names: Sequence[str] | None = None) -> np.ndarray:
    """Return weights (out, channels, k, k), as shares of the largest from -1 to 1, in color (out, k, k, 3) uint8.

    Zero is mid-gray. A channel with a positive weight adds its color, and one with a negative weight takes it away.
    """
    mixed = np.einsum("ncij,cp->nijp", shares, palette(shares.shape[1], names))
    return np.rint(127.5 * (np.clip(mixed, -1, 1) + 1)).astype(np.uint8)


def has_composite(channels: int, names: Sequence[str] | None = None) -> bool:
    """Whether a composite says more than the channels themselves: there are several, with a color for each."""
    return 1 < channels <= len(names or ORDER)
