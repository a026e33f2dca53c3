"""Whitening of photographs, whose spectrum falls as 1/f (Olshausen and Field, Nature 1996)."""

import numpy as np

from kernelscope.data.whitening_border import BORDER

CUT = 0.4  # cycles per pixel, where the low-pass begins to take noise and the corners of the spectrum away


def whitened(images: np.ndarray) -> np.ndarray:
    """Images (n, h, w) times f exp(-(f / CUT)^4) in frequency, without BORDER, as the transform joins opposite
    borders: (n, h - 20, w - 20) float32."""
    frequency = np.hypot(np.fft.fftfreq(images.shape[1])[:, None], np.fft.rfftfreq(images.shape[2]))
    gain = frequency * np.exp(-((frequency / CUT) ** 4))
    flat = np.fft.irfft2(np.fft.rfft2(images) * gain, s=images.shape[1:])
    return flat[:, BORDER:-BORDER, BORDER:-BORDER].astype(np.float32)


class Scale:
    """Makes of the images it is measured on ones with mean 0 and standard deviation `sd`; of others the same way."""

    def __init__(self, images: np.ndarray, sd: float):
        self.mean = images.mean(dtype=np.float64)
        spread = (images - self.mean).std(dtype=np.float64)
        self.factor = sd / spread if spread > 0 else 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return ((images - self.mean) * self.factor).astype(np.float32)
