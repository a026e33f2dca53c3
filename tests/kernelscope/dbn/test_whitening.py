import numpy as np
import pytest

from kernelscope.dbn import whitening
from kernelscope.dbn.whitening_border import BORDER


def test_a_wave_comes_out_with_the_gain_of_its_frequency():
    cols = np.arange(60)
    for cycles in (3, 12, 24):
        frequency = cycles / 60
        wave = np.broadcast_to(np.cos(2 * np.pi * frequency * cols), (1, 60, 60))
        expected = wave * frequency * np.exp(-((frequency / 0.4) ** 4))
        inside = expected[:, BORDER:-BORDER, BORDER:-BORDER]
        np.testing.assert_allclose(whitening.whitened(wave), inside, atol=1e-6)


def test_noise_with_the_spectrum_of_photographs_becomes_flat():
    rng = np.random.default_rng(0)
    frequency = np.hypot(np.fft.fftfreq(84)[:, None], np.fft.rfftfreq(84))
    frequency[0, 0] = 1
    photo = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(40, 84, 84))) / frequency)
    power = (np.abs(np.fft.rfft2(whitening.whitened(photo))) ** 2).mean(0)
    radius = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.rfftfreq(64))
    low, high = (power[(radius > a) & (radius < b)].mean() for a, b in ((0.04, 0.1), (0.15, 0.22)))
    assert low == pytest.approx(high, rel=0.25)


def test_scaled_images_have_mean_zero_and_one_spread_for_all():
    images = np.random.default_rng(0).normal(3, 2, (5, 8, 8))
    scale = whitening.Scale(images, 0.316)
    result = scale(images)
    assert result.mean() == pytest.approx(0, abs=1e-6)
    assert result.std() == pytest.approx(0.316, rel=1e-5)
    np.testing.assert_allclose(scale(images[:2] + 1), result[:2] + scale.factor, rtol=1e-5)  # others in the same way
    np.testing.assert_array_equal(whitening.Scale(np.ones((2, 4, 4)), 0.3)(np.ones((2, 4, 4))), np.zeros((2, 4, 4)))
