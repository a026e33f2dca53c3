"""Numbers as colors: color maps as tables of 256 colors, and the limit of the scale they are used with."""

from functools import cache

import numpy as np

RDBU_R = (  # ColorBrewer's diverging RdBu with 11 classes (colorbrewer2.org), from blue to red
    *((5, 48, 97), (33, 102, 172), (67, 147, 195), (146, 197, 222), (209, 229, 240), (247, 247, 247)),
    *((253, 219, 199), (244, 165, 130), (214, 96, 77), (178, 24, 43), (103, 0, 31)),
)
GRAY = ((0, 0, 0), (255, 255, 255))
ANCHORS = {"RdBu_r": RDBU_R, "gray": GRAY}  # these maps need no import of matplotlib
NOT_FINITE = (240, 160, 0)


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
