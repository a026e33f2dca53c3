"""Kernels along one axis (in, length) as curves, each above its frequency response."""

import numpy as np
from PIL import Image, ImageDraw

WIDTH, HEIGHT, RESPONSE = 160, 60, 30  # pixels of a curve, and of a frequency response
MARGIN = 3
FINE = 3  # drawn so many times larger, then reduced, for smooth lines
CHANNELS = ((0, 0, 0), (202, 0, 32), (5, 113, 176), (140, 140, 140))  # colors of the first channels
FILL = (90, 90, 90)
BINS = 128  # frequencies of a response, at least
NOTE = (
    "A kernel along one axis is a curve for each channel (black, red, blue, gray). Below it is its frequency response, "
    "from 0 to half a cycle per sample: the root of the sum over these channels of squared amplitudes."
)


def response(kernel: np.ndarray) -> np.ndarray:
    """Return the amplitudes of a kernel (in, length) at frequencies from 0 to 1/2 per sample, over all channels."""
    spectra = np.fft.rfft(np.asarray(kernel, np.float64), max(2 * BINS, kernel.shape[-1]), axis=-1)
    return np.sqrt((np.abs(spectra) ** 2).sum(0))


def tile(kernel: np.ndarray) -> np.ndarray:
    """Return one kernel (in, length) as pixels, on its own scale; a gray line is zero.

    Numbers that are not finite leave a gap in a curve, and then there is no response.
    """
    finite = np.abs(kernel[np.isfinite(kernel)])
    limit = float(finite.max(initial=0)) or 1.0
    curve = lines(kernel / limit, -1, HEIGHT)
    amplitudes = response(kernel) if len(finite) == kernel.size else np.full((1, BINS), np.nan)
    highest = float(np.nanmax(amplitudes, initial=0)) or 1.0
    below = lines(np.atleast_2d(amplitudes / highest), 0, RESPONSE, (FILL,))
    return np.pad(np.concatenate([curve, below]), ((1, 1), (1, 1), (0, 0)), constant_values=178)


def lines(values: np.ndarray, lowest: float, height: int, colors=CHANNELS) -> np.ndarray:
    """Return curves (n, length) with values from `lowest` to 1 as pixels (height, WIDTH, 3) on white."""
    image = Image.new("RGB", (WIDTH * FINE, height * FINE), "white")
    draw = ImageDraw.Draw(image)
    across = np.linspace(MARGIN, WIDTH - MARGIN, values.shape[1]) if values.shape[1] > 1 else np.array([WIDTH / 2])
    draw.line([(0, level(0, lowest, height)), (WIDTH * FINE, level(0, lowest, height))], (200, 200, 200), FINE)
    for curve, color in reversed(list(zip(values, colors, strict=False))):
        points = [(x * FINE, level(y, lowest, height)) for x, y in zip(across, curve, strict=True)]
        for run in runs(points, np.isfinite(curve)):
            draw.line(run if len(run) > 1 else [*run, *run], color, FINE)
    return np.asarray(image.resize((WIDTH, height), Image.Resampling.BOX))


def level(value: float, lowest: float, height: int) -> float:
    """Return how far below the top a value is, in fine pixels."""
    return (MARGIN + (height - 2 * MARGIN) * (1 - value) / (1 - lowest)) * FINE


def runs(points: list, is_there: np.ndarray) -> list[list]:
    """Return the points in a row that are there."""
    found: list[list] = [[]]
    for point, there in zip(points, is_there, strict=True):
        if there:
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]
