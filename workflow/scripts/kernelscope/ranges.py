"""From the ranges in a dataset's settings to the parameters of one waveform.

No drawing here: the check of the config uses this too, and has no second to spare for matplotlib.
"""

import numpy as np

from kernelscope.waveforms import REACH

NARROWEST = 0.0005  # share of the cols: 1,000 periods of two widths


def waveform_parameters(settings: dict, shape: str, roll: dict[str, float]) -> dict[str, float]:
    """Rolls in [0, 1) to values in the ranges of `settings`, in pixels.

    With `inside_frame` the ranges of position and offset are narrowed to where the whole waveform fits.

    Raises
    ------
    ValueError
        If nothing is left of a range.
    """
    rows, cols = settings["image_size"]
    share = {name: low + roll[name] * (high - low) for name, (low, high) in ranges(settings).items()}
    amplitude, width, line_width = share["amplitude"] * rows, share["width"] * cols, share["line_width"]
    position = np.array(settings["position"]) * cols - 0.5
    baseline = rows - 0.5 - np.array(settings["offset"]) * rows  # from the largest row to the smallest
    if settings["inside_frame"]:
        edge = line_width / 2
        reach = REACH[shape] * width
        if reach:
            position = _narrowed(
                position, reach + edge - 0.5, cols - 0.5 - reach - edge, f"width {width:.1f} pixels of a {shape}"
            )
        top = amplitude * share["clipping"]
        baseline = -_narrowed(
            -baseline, edge - rows + 0.5, 0.5 - top - edge, f"amplitude {amplitude:.1f} pixels of a {shape}"
        )
    return {
        "amplitude": amplitude,
        "width": width,
        "position": position[0] + roll["position"] * (position[1] - position[0]),
        "baseline_row": baseline[0] + roll["offset"] * (baseline[1] - baseline[0]),
        "line_width": line_width,
        "noise": share["noise"],
        "clipping": share["clipping"],
    }


def ranges(settings: dict) -> dict[str, list]:
    """The ranges that are drawn from directly; position and offset may have to be narrowed first."""
    return {name: settings[name] for name in ("amplitude", "width", "line_width", "noise", "clipping")}


def _narrowed(interval: np.ndarray, low: float, high: float, what: str) -> np.ndarray:
    narrowed = np.array([max(interval[0], low), min(interval[1], high)])
    if narrowed[0] > narrowed[1]:
        raise ValueError(
            f"{what} does not fit inside the frame at any allowed place; lower it, or set inside_frame: false"
        )
    return narrowed


def check_fits(settings: dict) -> None:
    """Raise ValueError if the widest, tallest waveform with the thickest line does not fit where it has to.

    Or if an image would hold more than 1,000 periods.
    """
    for shape in settings["classes"]:
        if REACH[shape] == 0 and settings["width"][0] < NARROWEST:
            raise ValueError(f"width {settings['width'][0]} of a {shape}; allowed: at least {NARROWEST}")
        waveform_parameters(
            settings, shape, dict.fromkeys(("position", "offset"), 0.0) | dict.fromkeys(ranges(settings), 1.0)
        )
