"""The power spectrum of planes (..., k, k): the frequencies and directions of their power.

The mean of the plane is subtracted first. The plane is padded with zeros to 2k - 1 frequencies a side, which hold all
of its power: at the k frequencies of the plane itself, a slope at 30 degrees would appear only on the two axes. Only
the entropy uses these k frequencies, because white noise has independent powers there.
"""

from functools import cache

import numpy as np

LOW = 0.25  # cycles per pixel: half of the Nyquist frequency along a row or column


def measures(planes: np.ndarray) -> dict[str, np.ndarray]:
    """Return five measures of the power spectrum of each plane.

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    dict
        Arrays (...), float64, by name; NaN for a plane without power, such as a constant plane.

        low_frequency_share
            Share of the power at or below `LOW` cycles per pixel, in any direction.
        spectral_centroid
            Mean frequency weighted by power, in cycles per pixel.
        spectral_entropy
            Entropy of the power over all frequencies except 0, divided by the largest possible entropy; 1 for white
            noise, 0 for a single wave.
        orientation_concentration
            R = |sum P e^(2 i theta)| / sum P over the power P at the angles theta; 1 if all waves have one direction.
        orientation
            Direction of the stroke, which is perpendicular to its waves, in degrees from 0 to 180, counterclockwise
            with row 0 on top: 0 is along a row, 90 is upright, 45 rises to the right.

    Notes
    -----
    The null of the first four is the re-initialized layer. Larger values of `low_frequency_share` and
    `orientation_concentration` are tested, and smaller values of the other two; an angle has no p. The orientation of
    strokes and gratings is exact within 3 degrees. A slope over the whole plane is drawn up to 15 degrees toward the
    nearer axis.
    """
    centered = planes - planes.mean((-1, -2), keepdims=True)
    power, weights = _power(centered), _weights(2 * planes.shape[-1] - 1)
    total, cosine, sine, radius, low = np.moveaxis(power.reshape(*planes.shape[:-2], -1) @ weights, -1, 0)
    return {
        "low_frequency_share": ratio(low, total),
        "spectral_centroid": ratio(radius, total),
        "spectral_entropy": _entropy(centered),
        "orientation_concentration": ratio(np.hypot(cosine, sine), total),
        "orientation": stroke(np.where(total > 0, cosine + 1j * sine, np.nan)),
    }


def of_kernels(bank: np.ndarray) -> dict[str, np.ndarray]:
    """Return measures of the power of each kernel, summed over its channels.

    A wave in one channel counts as much as its power, however many other channels are empty, and channels with
    independent noise together have less of a direction than each.

    Parameters
    ----------
    bank : (..., in, k, k) array

    Returns
    -------
    dict
        `orientation_concentration` and `orientation` as in `measures`, and `frequency`, that of the largest power, in
        cycles per pixel; (...) each, NaN for a kernel without power.
    """
    centered = bank - bank.mean((-1, -2), keepdims=True)
    power, side = _power(centered).sum(-3), 2 * bank.shape[-1] - 1
    power = power.reshape(*bank.shape[:-3], -1)
    total, cosine, sine, _, _ = np.moveaxis(power @ _weights(side), -1, 0)
    row, col = np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij")
    peak = np.hypot(row, col).ravel()[np.nan_to_num(power).argmax(-1)]
    return {
        "orientation_concentration": ratio(np.hypot(cosine, sine), total),
        "orientation": stroke(np.where(total > 0, cosine + 1j * sine, np.nan)),
        "frequency": np.where(total > 0, peak, np.nan),
    }


ORIENTED = 0.5  # a plane is oriented if its orientation concentration is above this


def oriented(planes: np.ndarray) -> np.ndarray:
    """Return which planes have an orientation concentration above ORIENTED; False for a plane without power.

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    (...) bool array
    """
    return measures(planes.astype(np.float64))["orientation_concentration"] > ORIENTED


def stroke(direction: np.ndarray) -> np.ndarray:
    """Return the angle of the stroke.

    Parameters
    ----------
    direction : (...) complex array
        Sum of P e^(2 i theta) over its waves.

    Returns
    -------
    (...) float array
        Degrees from 0 to 180; NaN stays NaN.
    """
    return np.where(np.isnan(direction), np.nan, np.degrees(np.angle(direction)) / 2 + 90) % 180


def ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a / b; NaN if b is 0 or NaN."""
    with np.errstate(invalid="ignore"):
        return np.divide(a, b, out=np.full(np.shape(b), np.nan), where=np.asarray(b) != 0)


def _power(centered: np.ndarray) -> np.ndarray:
    """Return the squared amplitudes (..., 2k - 1, k) at the frequencies of rfft2."""
    k = centered.shape[-1]
    return _squared_amplitudes(centered, 2 * k - 1)


SMALL = 7  # rows of planes for which a product of matrices is faster than many short transforms


def _squared_amplitudes(planes: np.ndarray, side: int) -> np.ndarray:
    """Return the squared amplitudes (..., side, side // 2 + 1) of rfft2 of planes (..., k, k), padded with zeros."""
    k = planes.shape[-1]
    if k > SMALL:
        amplitude = np.fft.rfft2(planes, s=(side, side))
        return amplitude.real**2 + amplitude.imag**2
    flat = planes.reshape(-1, k * k)
    real, imaginary = (flat @ part for part in _waves(k, side))
    return (real**2 + imaginary**2).reshape(*planes.shape[:-2], side, side // 2 + 1)


@cache
def _waves(k: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the cosines and sines (k^2, frequencies) of rfft2 with `side` rows, at the places of a plane."""
    places = np.arange(k)
    down = np.outer(places, np.arange(side))[:, None, :, None]
    across = np.outer(places, np.arange(side // 2 + 1))[None, :, None, :]
    phase = (2 * np.pi / side * ((down + across) % side)).reshape(k * k, -1)
    return np.cos(phase), np.sin(phase)


def _weights(side: int) -> np.ndarray:
    """Return what each frequency of rfft2 adds to power, cosine, sine, radius and low part, (side * (side + 1) / 2, 5).

    `side` is odd: with an even side, the direction of the Nyquist frequencies would be ambiguous. All columns but the
    first represent two frequencies each. Rows count downwards, so the row frequency enters the angle with a minus sign.
    """
    row, col = np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij")
    theta, radius = np.arctan2(-row, col), np.hypot(row, col)
    both = np.where(col > 0, 2, 1)
    columns = [np.ones_like(radius), np.cos(2 * theta), np.sin(2 * theta), radius, radius <= LOW]
    return np.stack([(both * column).ravel() for column in columns], -1)


def _entropy(centered: np.ndarray) -> np.ndarray:
    """Return the entropy (...) of the power at the k frequencies of the plane, as a share of the largest possible."""
    k = centered.shape[-1]
    if k < 2:
        return np.full(centered.shape[:-2], np.nan)
    power = _squared_amplitudes(centered, k)
    power[..., 0, 0] = 0
    both = np.full(power.shape[-1], 2)
    both[0], both[-1] = 1, 2 if k % 2 else 1
    power = power.reshape(*centered.shape[:-2], -1)
    both = np.tile(both, k)
    total = power @ both
    share = ratio(power, np.broadcast_to(total[..., None], power.shape))
    return entropy(share) @ both / np.log(k * k - 1)


def entropy(share: np.ndarray) -> np.ndarray:
    """Return -p ln p of shares p, which is 0 for a share of 0; NaN stays NaN."""
    return -share * np.log(np.where(share == 0, 1, share))
