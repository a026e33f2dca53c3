"""Color of kernels of three channels: how much of it they have, and which two colors they set against each other."""

import numpy as np

from kernelscope.measures.spectra import ratio

OPPONENT = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])  # red - green, and red + green - 2 blue
AXES = ("red - green", "yellow - blue")


def color_index(kernels: np.ndarray) -> np.ndarray:
    """Return the color index of kernels, 1 - |mean over channels|^2 / mean |channel|^2.

    Parameters
    ----------
    kernels : array (out, channels, k, k)
        The kernels.

    Returns
    -------
    array (out,)
        0 if all channels are the same, which is gray; 1 if they cancel; NaN for a kernel of zeros or of one channel.
    """
    if kernels.shape[1] == 1:
        return np.full(len(kernels), np.nan)
    kernels = kernels.astype(np.float64)
    gray_energy = (kernels.mean(1) ** 2).sum((-1, -2))
    return 1 - ratio(gray_energy, (kernels**2).sum((-1, -2)).mean(1))


def opponent_axis(kernels: np.ndarray) -> np.ndarray:
    """Return the color direction along which each kernel varies most, in the plane of two opponent axes.

    Each pixel of a kernel of red, green and blue is a color; its brightness (the mean of the channels) is left out. The
    direction is the first principal one of all pixels, about zero, because zero is no color.

    Parameters
    ----------
    kernels : array (out, 3, k, k)

    Returns
    -------
    array (out,)
        Degrees from 0 to 180: 0 is red against green, 90 is yellow against blue. NaN for kernels without color, and
        for kernels of other than three channels.
    """
    if kernels.shape[1] != len(OPPONENT[0]):
        return np.full(len(kernels), np.nan)
    colors = np.einsum("ac,ocp->oap", OPPONENT, kernels.reshape(len(kernels), 3, -1).astype(np.float64))
    finite = np.isfinite(colors).all((1, 2))
    (xx, xy), (_, yy) = np.einsum("oap,obp->abo", *[np.where(finite[:, None, None], colors, 0)] * 2)
    angle = np.degrees(np.arctan2(2 * xy, xx - yy)) / 2 % 180
    return np.where(finite & (xx + yy > 0), angle, np.nan)
