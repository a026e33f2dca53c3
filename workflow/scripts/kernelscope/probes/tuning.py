"""Tuning curves: how strongly each kernel answers to bars, corners and arcs at every angle."""

import numpy as np

COLUMNS = ("layer", "kernel", "stimulus", "angle", "untrained", "trained")
PREFERENCE = ("stimulus", "angle", "response", "modulation")
SIMPLEST_FIRST = ("bar", "corner", "arc")
AS_GOOD = 0.99  # of the largest response; a corner holds two half bars, and must do better than they to be preferred


def curves(responses: np.ndarray) -> np.ndarray:
    """The largest response over positions, (n, out, h, w) -> (out, n); NaN where one is not finite."""
    flat = responses.reshape(*responses.shape[:2], -1)
    largest = np.where(np.isfinite(flat), flat, -np.inf).max(-1)
    return np.where(np.isfinite(flat).all(-1), largest, np.nan).T


def rows(layer: str, probes, untrained: np.ndarray, trained: np.ndarray) -> list[dict]:
    """Rows of tuning.csv: the curves of every kernel before and after training, from responses (n, out, h, w) each.

    probes: `stimuli.Probes`, the n images that were answered.
    """
    both = np.stack([curves(untrained), curves(trained)], -1)
    return [
        dict(zip(COLUMNS, (layer, kernel, str(name), int(angle), *map(float, values)), strict=True))
        for kernel, curve in enumerate(both)
        for name, angle, values in zip(probes.stimulus, probes.angle, curve, strict=True)
    ]


def preferred(rows: list[dict], state: str = "trained") -> dict:
    """What one kernel answers to most, from its rows of tuning.csv: stimulus, angle, response and modulation.

    Preferred is the stimulus with the largest response, or a simpler one (bar before corner before arc) that is as
    good within 1 %. Modulation is (max - min) / (max + min) of the responses to it over its angles, responses below 0
    counting as 0: 0 where all angles are alike, 1 where some angle leaves the kernel silent. All None for a kernel
    that answers to no probe, or not by a number.
    """
    answers = [(row["stimulus"], row["angle"], max(row[state] or 0, 0)) for row in rows if row[state] == row[state]]
    most = max((response for *_, response in answers), default=0)
    if len(answers) < len(rows) or not 0 < most < np.inf:
        return dict.fromkeys(PREFERENCE)
    name = next(name for name in SIMPLEST_FIRST if any(s == name and r >= AS_GOOD * most for s, _, r in answers))
    angles, responses = zip(*((angle, r) for s, angle, r in answers if s == name), strict=True)
    high, low = max(responses), min(responses)
    return dict(zip(PREFERENCE, (name, angles[responses.index(high)], high, (high - low) / (high + low)), strict=True))
