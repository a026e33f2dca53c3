"""Waveforms as on a colour oscilloscope: a trace in one of several colours, and a grey graticule behind it."""

import numpy as np

COLOURS = {  # red, green, blue as shares of white, all of the same luma (ITU-R BT.601): 0.62
    "yellow": (0.75, 0.674, 0.0),
    "cyan": (0.0, 0.862, 1.0),
    "magenta": (1.0, 0.36, 0.956),
    "green": (0.1, 0.967, 0.195),
}
DIVISIONS = 8, 10  # of the rows and cols of a screen


def class_names(shapes: list[str], colours: list[str]) -> list[str]:
    """Every shape in every colour; without colours the shapes."""
    return [f"{shape} {colour}" for shape in shapes for colour in colours] if colours else list(shapes)


def graticule(rows: int, cols: int, brightness: float) -> np.ndarray:
    """The lines of a screen (rows, cols), shares of white: the middle ones brighter by half than the others."""
    screen = np.zeros((rows, cols))
    for axis, (side, count) in enumerate(zip((rows, cols), DIVISIONS, strict=True)):
        places = np.rint(np.arange(1, count) * side / count).astype(int)
        lines = screen if axis == 0 else screen.T
        lines[places] = np.maximum(lines[places], brightness)
        middle = places[count // 2 - 1]
        lines[middle] = np.maximum(lines[middle], min(1, 1.5 * brightness))
    return screen


def coloured(line: np.ndarray, colour: str, background: np.ndarray) -> np.ndarray:
    """A trace (rows, cols) uint8, the share of each pixel that it covers, over a grey screen: (rows, cols, 3) uint8."""
    covered = line[..., None] / 255
    return np.rint(255 * (covered * COLOURS[colour] + (1 - covered) * background[..., None])).astype(np.uint8)
