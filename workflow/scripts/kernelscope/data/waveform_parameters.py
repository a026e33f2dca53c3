"""Turn the ranges in a dataset's settings into the parameters of a waveform.

This module imports no drawing code: the check of the config uses it, and importing matplotlib takes a second.
"""

from kernelscope.refusal import refuse

# How far each shape of waveforms.SHAPES extends from its center, in widths; 0 if it always fills the image.
REACH = {"square": 0.5, "triangle": 1.0, "gaussian": 1.5, "sinusoid": 0.0, "sawtooth": 0.0}
HINT = "lower it, or set inside_frame: false"
NARROWEST = 0.0005  # width as a share of the cols; an image then has 1,000 periods of two widths


def waveform_parameters(settings: dict, shape: str, roll: dict[str, float]) -> dict[str, float]:
    """Return the parameters of a waveform.

    With `inside_frame`, the ranges of position and offset are narrowed so that the whole waveform is inside the frame.

    Parameters
    ----------
    settings : a definition of `source: waveforms`
    shape : name of the waveform
    roll : name of each range -> random number in [0, 1), from the lower to the upper end of the range

    Returns
    -------
    amplitude, width, position, baseline_row and line_width in pixels; noise (standard deviation) as a share of white;
    clipping as a share of the amplitude

    Raises
    ------
    ValueError
        If the waveform does not fit at any position in the ranges.
    """
    rows, cols = settings["image_size"]
    share = {name: low + roll[name] * (high - low) for name, (low, high) in ranges(settings).items()}
    amplitude, width, line_width = share["amplitude"] * rows, share["width"] * cols, share["line_width"]
    left, right = (end * cols - 0.5 for end in settings["position"])
    lowest, highest = (rows - 0.5 - end * rows for end in settings["offset"])  # largest row, smallest row
    if settings["inside_frame"]:
        edge = line_width / 2
        reach = REACH[shape] * width
        if reach:
            room = reach + edge - 0.5, cols - 0.5 - reach - edge
            left, right = _narrowed((left, right), room, ".width", f"{width:.1f} pixels for a {shape}")
        top = amplitude * share["clipping"]
        room = top - 0.5 + edge, rows - edge - 0.5
        highest, lowest = _narrowed((highest, lowest), room, ".amplitude", f"{amplitude:.1f} pixels for a {shape}")
    return {
        "amplitude": amplitude,
        "width": width,
        "position": left + roll["position"] * (right - left),
        "baseline_row": lowest + roll["offset"] * (highest - lowest),
        "line_width": line_width,
        "noise": share["noise"],
        "clipping": share["clipping"],
    }


def ranges(settings: dict) -> dict[str, list]:
    """Return the ranges that are used unchanged; position and offset may have to be narrowed."""
    return {name: settings[name] for name in ("amplitude", "width", "line_width", "noise", "clipping")}


def _narrowed(interval: tuple[float, float], room: tuple[float, float], key: str, value: str) -> tuple[float, float]:
    """Return the part of an interval inside `room`; if there is none, refuse the value of a key."""
    narrowed = max(interval[0], room[0]), min(interval[1], room[1])
    if narrowed[0] > narrowed[1]:
        refuse(key, value, "a waveform that fits inside the frame at an allowed position", HINT)
    return narrowed


def check_fits(settings: dict) -> None:
    """Raise ValueError if the widest, tallest waveform with the thickest line does not fit inside the frame.

    Also if an image would contain more than 1,000 periods. The message begins with the key, such as `.width:`.
    """
    for shape in settings["classes"]:
        if REACH[shape] == 0 and settings["width"][0] < NARROWEST:
            refuse(".width", f"{settings['width'][0]} for a {shape}", f"at least {NARROWEST}")
        waveform_parameters(
            settings, shape, dict.fromkeys(("position", "offset"), 0.0) | dict.fromkeys(ranges(settings), 1.0)
        )
