"""Whiten photographs, whose amplitude spectrum falls as 1/f (Olshausen and Field, Nature 1996)."""

import numpy as np

from kernelscope.dbn.whitening_border import BORDER

CUT = 0.4  # cycles per pixel; the low-pass removes noise and the corners of the spectrum above it


def whitened(images: np.ndarray) -> np.ndarray:
    """Return images filtered by f exp(-(f / CUT)^4) at frequency f.

    BORDER is removed on each side, as the discrete Fourier transform joins opposite sides.

    Parameters
    ----------
    images : (n, h, w)

    Returns
    -------
    (n, h - 20, w - 20) float32
    """
    frequency = np.hypot(np.fft.fftfreq(images.shape[1])[:, None], np.fft.rfftfreq(images.shape[2]))
    gain = frequency * np.exp(-((frequency / CUT) ** 4))
    flat = np.fft.irfft2(np.fft.rfft2(images) * gain, s=images.shape[1:])
    return flat[:, BORDER:-BORDER, BORDER:-BORDER].astype(np.float32)


class Scale:
    """Standardization of images, fitted to a set and then applied to any images.

    images : after scaling, their mean is 0, and their standard deviation is `sd`
    """

    def __init__(self, images: np.ndarray, sd: float):
        self.mean = images.mean(dtype=np.float64)
        spread = (images - self.mean).std(dtype=np.float64)
        self.factor = sd / spread if spread > 0 else 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return ((images - self.mean) * self.factor).astype(np.float32)
