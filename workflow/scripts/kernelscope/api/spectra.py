"""Which frequencies kernels respond to: the amplitudes of their discrete Fourier transform."""

import numpy as np

SIDE = 32  # frequencies along an axis, at least, from -1/2 to 1/2 cycles per pixel


def amplitudes(bank: np.ndarray) -> np.ndarray:
    """Return the amplitudes of kernels (out, in, rows, cols) at SIDE x SIDE frequencies, (out, 1, side, side) float32.

    Frequency 0 is in the middle; vertical frequencies go down, horizontal ones to the right. Over channels, it is the
    root of the sum of squares.

    >>> amplitudes(np.ones((1, 1, 1, 1))).mean()
    np.float32(1.0)
    """
    side = max(SIDE, *bank.shape[2:])
    spectra = np.fft.fftshift(np.fft.fft2(bank.astype(np.float64), (side, side)), axes=(2, 3))
    return np.sqrt((np.abs(spectra) ** 2).sum(1, keepdims=True)).astype(np.float32)
