"""A labeled sheet of images, some of each class."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from kernelscope.figures import drawing, kernel_tiles, styling, table
from kernelscope.figures.drawing import Drawing, above, beside
from kernelscope.refusal import listed

PER_CLASS = 9
MOST_CLASSES = {"screen": 100, "slide": 6, "paper": 100}
SIDE = 128  # about the side of a drawn image, in pixels
GAP = 4
LONGEST = 2000  # letters of the counts of classes


def sheet(
    images,
    labels: np.ndarray,
    class_names: list[str],
    dataset: str,
    use: str,
    remark: str = "",
    channel_colors: Sequence[str] | None = None,
) -> Drawing:
    """Return a row per class with its first images.

    Parameters
    ----------
    images : array (n, h, w) or (n, h, w, channels) uint8
        The images, as an array or as rows that are read when needed.
    labels : array (n,)
        The class of each image.
    class_names : list of str
        The names of the classes.
    dataset : str
        The name of the dataset.
    use : str
        What the figure is made for.
    remark : str
        What else a reader should know.
    channel_colors : sequence of str, optional
        The colors of the channels.
    """
    size, (n, h, w) = styling.USES[use], images.shape[:3]
    drawn = class_names[: MOST_CLASSES[use]]
    short = [drawing.shortened(name, size.width // 5, drawing.HEADING, True) for name in drawn]
    names = [table.heading(name) for name in short]
    inside = size.width - 2 * table.MARGIN - max(name.width for name in names) - 10
    room = min(SIDE, (size.height - 110) // len(drawn) - GAP if size.height else SIDE)
    side = max(16, min(room, inside // (3 if w > 3 * h else 6)))
    width = max(1, round(side * w / max(h, w)))
    per_class = max(1, min(PER_CLASS, inside // (width + GAP)))
    rows = []
    for label in range(len(drawn)):
        of_class = drawing.in_rgb(images[np.flatnonzero(labels == label)[:per_class]], channel_colors)
        fit = (
            partial(kernel_tiles.resampled, width=width) if w > width else partial(drawing.enlarged, factor=width // w)
        )
        rows.append(beside(*map(fit, of_class), gap=GAP))
    counts = listed((f"{np.sum(labels == label)} {name}" for label, name in enumerate(class_names)), LONGEST)
    note = f"{n} training images of {h} x {w} pixels: {counts}"
    note += f"; {len(drawn)} of {len(class_names)} classes" * (len(drawn) < len(class_names))
    note += f"; {remark}" * bool(remark)
    lines = [drawing.middle(name, row.height) for name, row in zip(names, rows, strict=True)]
    body = beside(above(*lines, align=1, gap=GAP), above(*rows, gap=GAP), gap=10)
    return table.page([*table.head(dataset, note, size.width), body], gap=8)
