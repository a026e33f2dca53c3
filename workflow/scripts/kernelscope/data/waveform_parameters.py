"""From the ranges in a dataset's settings to the parameters of one waveform.

No drawing here: the check of the config uses this too, and has no second to spare for matplotlib.
"""

# How far each shape of waveforms.SHAPES reaches from its centre, in widths; 0 where it fills the image anyway.
REACH = {"square": 0.5, "triangle": 1.0, "gaussian": 1.5, "sinusoid": 0.0, "sawtooth": 0.0}
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
    left, right = (place * cols - 0.5 for place in settings["position"])
    lowest, highest = (rows - 0.5 - place * rows for place in settings["offset"])  # the largest row and the smallest
    if settings["inside_frame"]:
        edge = line_width / 2
        reach = REACH[shape] * width
        if reach:
            what = f"width {width:.1f} pixels of a {shape}"
            left, right = _narrowed((left, right), (reach + edge - 0.5, cols - 0.5 - reach - edge), what)
        top = amplitude * share["clipping"]
        what = f"amplitude {amplitude:.1f} pixels of a {shape}"
        highest, lowest = _narrowed((highest, lowest), (top - 0.5 + edge, rows - edge - 0.5), what)
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
    """The ranges that are drawn from directly; position and offset may have to be narrowed first."""
    return {name: settings[name] for name in ("amplitude", "width", "line_width", "noise", "clipping")}


def _narrowed(interval: tuple[float, float], room: tuple[float, float], what: str) -> tuple[float, float]:
    """The part of an interval that lies in the room for it."""
    narrowed = max(interval[0], room[0]), min(interval[1], room[1])
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
