"""The learning rate of each update, as a formula; without torch, so that tables over runs can use it."""

import math

import numpy as np

WARM_UP = 0.3  # share of the steps before the peak
START, END = 1 / 25, 1 / 25e4  # first and last rate, relative to the peak


def learning_rate(schedule: str, peak: float, step: int, total_steps: int) -> float:
    """Return the learning rate of update `step` (from 0).

    `constant` is always `peak`. `one_cycle` rises and falls along one cosine each (Smith and Topin 2018, with the shape
    and constants of torch's OneCycleLR).
    """
    if schedule == "constant" or total_steps < 2:
        return peak
    top = WARM_UP * total_steps - 1
    if step <= top:
        start, end, share = START, 1.0, step / top
    else:
        start, end, share = 1.0, END, (step - top) / (total_steps - 1 - top)
    return peak * (end + (start - end) * (1 + math.cos(math.pi * share)) / 2)


def spent(schedule: str, peak: float, total_steps: int) -> np.ndarray:
    """Return the share of the summed learning rate that is spent after each step, (total_steps + 1,) from 0 to 1."""
    rates = [learning_rate(schedule, peak, step, total_steps) for step in range(total_steps)]
    summed = np.cumsum([0.0, *rates])
    return summed / summed[-1] if total_steps else summed
