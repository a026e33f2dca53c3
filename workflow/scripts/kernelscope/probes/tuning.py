"""Tuning curves: how strongly each kernel responds to bars, corners and arcs at every angle."""

import numpy as np

COLUMNS = ("layer", "kernel", "stimulus", "angle", "untrained", "trained")
PREFERENCE = ("stimulus", "angle", "response", "modulation")
SIMPLEST_FIRST = ("bar", "corner", "arc")
AS_GOOD = (
    0.99  # of the largest response; a corner contains two half bars, and must do better than a bar to be preferred
)


def curves(responses: np.ndarray) -> np.ndarray:
    """Return each kernel's largest response over positions, (n, out, h, w) -> (out, n); NaN if one is not finite."""
    flat = responses.reshape(*responses.shape[:2], -1)
    largest = np.where(np.isfinite(flat), flat, -np.inf).max(-1)
    return np.where(np.isfinite(flat).all(-1), largest, np.nan).T


def rows(layer: str, probes, untrained: np.ndarray, trained: np.ndarray) -> list[dict]:
    """Return rows of tuning.csv: the curves of every kernel before and after training.

    Parameters
    ----------
    layer : str
        The name of the layer.
    probes : stimuli.Probes
        The n stimuli.
    untrained, trained : arrays (n, out, h, w)
        The responses to them.
    """
    both = np.stack([curves(untrained), curves(trained)], -1)
    return [
        dict(zip(COLUMNS, (layer, kernel, str(name), int(angle), *map(float, values)), strict=True))
        for kernel, curve in enumerate(both)
        for name, angle, values in zip(probes.stimulus, probes.angle, curve, strict=True)
    ]


def preferred(rows: list[dict], state: str = "trained") -> dict:
    """Return the stimulus that a kernel responds to most, with its angle, response and modulation.

    The preferred stimulus is the stimulus with the largest response, or a simpler one (bar before corner before arc)
    that is as good within 1 %.

    Parameters
    ----------
    rows : list of dict
        The kernel's rows of tuning.csv.
    state : str
        `trained` or `untrained`.

    Returns
    -------
    dict
        PREFERENCE -> value. Modulation is (max - min) / (max + min) of the responses to the stimulus over its angles,
        where negative responses count as 0: 0 if all angles are alike, 1 if some angle leaves the kernel silent. All
        values are None for a kernel that responds to no stimulus, or whose responses are not finite.
    """
    stimulus_responses = [
        (row["stimulus"], row["angle"], max(row[state] or 0, 0)) for row in rows if row[state] == row[state]
    ]
    largest = max((response for *_, response in stimulus_responses), default=0)
    if len(stimulus_responses) < len(rows) or not 0 < largest < np.inf:
        return dict.fromkeys(PREFERENCE)
    name = next(
        name
        for name in SIMPLEST_FIRST
        if any(stimulus == name and strength >= AS_GOOD * largest for stimulus, _, strength in stimulus_responses)
    )
    angles, responses = zip(
        *((angle, strength) for stimulus, angle, strength in stimulus_responses if stimulus == name), strict=True
    )
    high, low = max(responses), min(responses)
    return dict(zip(PREFERENCE, (name, angles[responses.index(high)], high, (high - low) / (high + low)), strict=True))
