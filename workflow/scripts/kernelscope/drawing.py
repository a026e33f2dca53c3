"""Lines to pixels: white on black, antialiased, at any sub-pixel position."""

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

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
