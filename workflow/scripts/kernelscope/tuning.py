"""Tuning curves: how strongly each kernel answers to bars, corners and arcs at every angle."""

import numpy as np

from kernelscope.stimuli import STIMULI, Probes

COLUMNS = ("layer", "kernel", "stimulus", "angle", "untrained", "trained")
PREFERENCE_COLUMNS = ("layer", "kernel", "stimulus", "angle", "response", "modulation")
AS_GOOD = 0.99  # of the largest response; a corner holds two half bars, and must do better than they to be preferred


def curves(responses: np.ndarray) -> np.ndarray:
    """The largest response over positions, (n, out, h, w) -> (out, n); NaN where one is not finite."""
    flat = responses.reshape(*responses.shape[:2], -1)
    largest = np.where(np.isfinite(flat), flat, -np.inf).max(-1)
    return np.where(np.isfinite(flat).all(-1), largest, np.nan).T


def rows(layer: str, probes: Probes, untrained: np.ndarray, trained: np.ndarray) -> list[dict]:
    """Rows of tuning.csv: the curves of every kernel before and after training, both (n, out, h, w)."""
    both = np.stack([curves(untrained), curves(trained)], -1)
    return [
        dict(zip(COLUMNS, (layer, kernel, str(name), int(angle), *map(float, values)), strict=True))
        for kernel, curve in enumerate(both)
        for name, angle, values in zip(probes.stimulus, probes.angle, curve, strict=True)
    ]


def preferences(layer: str, probes: Probes, responses: np.ndarray) -> list[dict]:
    """A row per kernel: its preferred stimulus and angle, the response to it, its modulation over angles.

    responses (n, out, h, w). Preferred is the stimulus with the largest response, or a simpler one (bar before corner
    before arc) that is as good within 1 %. Modulation is (max - min) / (max + min) of the responses to the preferred
    stimulus over its angles, responses below 0 counting as 0: 0 where all angles are alike, 1 where some angle leaves
    the kernel silent. Empty where no probe gets a response above 0, or where one is not finite.
    """
    found = []
    for kernel, curve in enumerate(curves(responses)):
        row = dict.fromkeys(PREFERENCE_COLUMNS) | {"layer": layer, "kernel": kernel}
        found.append(row | (_preferred(probes, np.maximum(curve, 0)) if curve.max(initial=0) > 0 else {}))
    return found


def _preferred(probes: Probes, curve: np.ndarray) -> dict:
    """The preference of a kernel that answers to some probe; its curve (n,) is not negative."""
    of = {name: probes.stimulus == name for name in STIMULI}
    name = next(name for name in STIMULI if curve[of[name]].max() >= AS_GOOD * curve.max())
    angles, responses = probes.angle[of[name]], curve[of[name]]
    high, low = float(responses.max()), float(responses.min())
    best = int(angles[responses.argmax()])
    return {"stimulus": name, "angle": best, "response": high, "modulation": (high - low) / (high + low)}
