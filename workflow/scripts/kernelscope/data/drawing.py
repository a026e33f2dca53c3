"""Draw outlines as the traces of an oscilloscope: rasterize, blur and add noise."""

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

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


POINTS_PER_INCH = 72  # at this resolution a point is a pixel
# A filling that nobody can see: without one, Agg cuts a line a pixel outside the frame, with an end that shows inside,
# and it simplifies long curves.
NO_FILLING = (0.0, 0.0, 0.0, 1e-9)


class LineDrawer:
    """Draws polylines into images of one size with one renderer, which is what makes it fast.

    One matplotlib figure per image spends nearly all its time on the figure; here Agg alone draws.
    """

    def __init__(self, rows: int, cols: int):
        self.rows = rows
        self.renderer = RendererAgg(cols, rows, POINTS_PER_INCH)
        self.context = self.renderer.new_gc()
        self.context.set_foreground((1.0, 1.0, 1.0, 1.0))
        self.context.set_joinstyle("round")
        self.context.set_snap(False)  # snapping would move lines to whole pixels

    def draw(self, points: np.ndarray, line_width: float) -> np.ndarray:
        """The polyline through `points` (n, 2) of (row, col), pixel centres at whole numbers, as (rows, cols) uint8.

        `line_width` is in pixels. A value is the share of its pixel that the line covers, times 255.
        """
        self.renderer.clear()
        self.context.set_linewidth(line_width)
        xy = np.column_stack(
            [points[:, 1] + 0.5, self.rows - 0.5 - points[:, 0]]
        )  # Agg counts from the lower left edge
        self.renderer.draw_path(self.context, Path(xy), IdentityTransform(), NO_FILLING)
        return np.asarray(self.renderer.buffer_rgba())[:, :, 3].copy()
