"""Where the power of a plane lies: at which frequencies, and in which direction. Planes (..., k, k).

The mean of the plane is taken out first. The power is that of the plane between zeros, at the 2k - 1 frequencies a
side that hold all of it: on the k frequencies of the plane itself a slope at 30 degrees shows on the two axes alone.
Only the entropy is taken there, as white noise has independent powers at those.
"""

import numpy as np

LOW = 0.25  # cycles per pixel: half of the largest frequency that pixels can carry along a row or column


def measures(planes: np.ndarray) -> dict[str, np.ndarray]:
    """Five measures (...) of planes (..., k, k); NaN for a plane without power, as a constant one.

    low_frequency_share: of the power, what lies at or below `LOW` cycles per pixel, in any direction.
    spectral_centroid: the mean frequency, cycles per pixel, each weighted with its power.
    spectral_entropy: of the power over the frequencies but 0, divided by the largest possible; 1 is white, 0 one wave.
    orientation_concentration: R = |sum P e^(2 i theta)| / sum P; 1 where all waves have one direction.
    orientation: of the stroke, which lies across its waves: degrees from 0 (along a row) counter-clockwise to 180,
    as one sees the picture, row 0 on top; 90 is upright, 45 rises to the right. Strokes and
    gratings are found within 3 degrees; a slope over the whole plane is drawn up to 15 degrees to the nearer axis.
    """
    centred = planes - planes.mean((-1, -2), keepdims=True)
    power, weights = _power(centred), _weights(2 * planes.shape[-1] - 1)
    total, cosine, sine, radius, low = np.moveaxis(power.reshape(*planes.shape[:-2], -1) @ weights, -1, 0)
    return {
        "low_frequency_share": ratio(low, total),
        "spectral_centroid": ratio(radius, total),
        "spectral_entropy": _entropy(centred),
        "orientation_concentration": ratio(np.hypot(cosine, sine), total),
        "orientation": stroke(np.where(total > 0, cosine + 1j * sine, np.nan)),
    }


ORIENTED = 0.5  # orientation concentration above which a plane counts as oriented


def oriented(planes: np.ndarray) -> np.ndarray:
    """Which planes (..., k, k) have an orientation concentration above ORIENTED; not one without power."""
    return measures(planes.astype(np.float64))["orientation_concentration"] > ORIENTED


def stroke(direction: np.ndarray) -> np.ndarray:
    """The angle of the stroke, degrees in 0..180, from the sum of P e^(2 i theta) of its waves."""
    return np.where(np.isnan(direction), np.nan, np.degrees(np.angle(direction)) / 2 + 90) % 180


def ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a / b, NaN where b is 0 or unknown."""
    with np.errstate(invalid="ignore"):
        return np.divide(a, b, out=np.full(np.shape(b), np.nan), where=np.asarray(b) != 0)


def _power(centred: np.ndarray) -> np.ndarray:
    """Squared amplitudes (..., 2k - 1, k) at the frequencies of rfft2."""
    side = 2 * centred.shape[-1] - 1
    amplitude = np.fft.rfft2(centred, s=(side, side))
    return amplitude.real**2 + amplitude.imag**2


def _weights(side: int) -> np.ndarray:
    """What each frequency of rfft2 adds to the power, its cosine, its sine, its radius, its low part: (side * ., 5).

    `side` is odd: an even one has frequencies at the border whose direction is not known. All but the first column
    stand for two frequencies. Rows count downwards, so the angle has the sign of the row frequency turned.
    """
    row, col = np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij")
    theta, radius = np.arctan2(-row, col), np.hypot(row, col)
    both = np.where(col > 0, 2, 1)
    columns = [np.ones_like(radius), np.cos(2 * theta), np.sin(2 * theta), radius, radius <= LOW]
    return np.stack([(both * column).ravel() for column in columns], -1)


def _entropy(centred: np.ndarray) -> np.ndarray:
    k = centred.shape[-1]
    if k < 2:
        return np.full(centred.shape[:-2], np.nan)
    amplitude = np.fft.rfft2(centred)
    power = amplitude.real**2 + amplitude.imag**2
    power[..., 0, 0] = 0
    both = np.full(power.shape[-1], 2)
    both[0], both[-1] = 1, 2 if k % 2 else 1
    power = power.reshape(*centred.shape[:-2], -1)
    both = np.tile(both, k)
    total = power @ both
    share = ratio(power, np.broadcast_to(total[..., None], power.shape))
    return entropy(share) @ both / np.log(k * k - 1)


def entropy(share: np.ndarray) -> np.ndarray:
    """-p ln p of shares, 0 for a share of 0; NaN stays."""
    return -share * np.log(np.where(share == 0, 1, share))
