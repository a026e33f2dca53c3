"""Draw outlines as the traces of an oscilloscope: rasterize, blur and add noise."""

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

COLORS = {  # red, green, blue as shares of white; all have a luma (ITU-R BT.601) of 0.62
    "yellow": (0.75, 0.674, 0.0),
    "cyan": (0.0, 0.862, 1.0),
    "magenta": (1.0, 0.36, 0.956),
    "green": (0.1, 0.967, 0.195),
}
DIVISIONS = 8, 10  # of the screen, along rows and cols


def class_names(shapes: list[str], colors: list[str]) -> list[str]:
    """Return the classes: every shape in every color, or the shapes if there are no colors."""
    return [f"{shape} {color}" for shape in shapes for color in colors] if colors else list(shapes)


def graticule(rows: int, cols: int, brightness: float) -> np.ndarray:
    """Return the lines of a screen (rows, cols) as shares of white; the middle lines are brighter by half."""
    screen = np.zeros((rows, cols))
    for axis, (side, count) in enumerate(zip((rows, cols), DIVISIONS, strict=True)):
        positions = np.rint(np.arange(1, count) * side / count).astype(int)
        lines = screen if axis == 0 else screen.T
        lines[positions] = np.maximum(lines[positions], brightness)
        middle = positions[count // 2 - 1]
        lines[middle] = np.maximum(lines[middle], min(1, 1.5 * brightness))
    return screen


def colored(line: np.ndarray, color: str, background: np.ndarray) -> np.ndarray:
    """Draw a trace in color on a gray screen.

    Parameters
    ----------
    line : (rows, cols) uint8, the share of each pixel that the trace covers, times 255
    color : a key of COLORS
    background : (rows, cols) of the screen as shares of white

    Returns
    -------
    (rows, cols, 3) uint8
    """
    covered = line[..., None] / 255
    return np.rint(255 * (covered * COLORS[color] + (1 - covered) * background[..., None])).astype(np.uint8)


POINTS_PER_INCH = 72  # at this resolution a point is a pixel
# An invisible filling: without a filling, Agg simplifies long curves, and cuts a line one pixel outside the frame, so
# that its end is visible inside.
NO_FILLING = (0.0, 0.0, 0.0, 1e-9)


class LineDrawer:
    """Draws polylines into images of one size with a single Agg renderer.

    With a matplotlib figure for each image, nearly all time would be spent on the figure.
    """

    def __init__(self, rows: int, cols: int):
        self.rows = rows
        self.renderer = RendererAgg(cols, rows, POINTS_PER_INCH)
        self.context = self.renderer.new_gc()
        self.context.set_foreground((1.0, 1.0, 1.0, 1.0))
        self.context.set_joinstyle("round")
        self.context.set_snap(False)  # snapping would move lines to whole pixels

    def draw(self, points: np.ndarray, line_width: float) -> np.ndarray:
        """Draw a polyline.

        Parameters
        ----------
        points : (n, 2) of (row, col) in pixels; pixel centers are at whole numbers
        line_width : in pixels

        Returns
        -------
        (rows, cols) uint8, the share of each pixel that the line covers, times 255
        """
        self.renderer.clear()
        self.context.set_linewidth(line_width)
        # Agg's origin is the lower left corner of the image.
        xy = np.column_stack([points[:, 1] + 0.5, self.rows - 0.5 - points[:, 0]])
        self.renderer.draw_path(self.context, Path(xy), IdentityTransform(), NO_FILLING)
        return np.asarray(self.renderer.buffer_rgba())[:, :, 3].copy()
