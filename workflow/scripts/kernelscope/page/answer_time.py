"""When the kernels of an architecture change: the change per step, the likeness to the end, and the test accuracy."""

from typing import NamedTuple

import numpy as np

DIGITS = 4  # decimals of curves, which nobody sees finer


class Course(NamedTuple):
    """How one run went.

    steps, epochs: (t,) of the kept snapshots. movement: (t - 1,) net movement from each to the next. likeness: (t,)
    median cosine of the first layer's kernels with their last state, or None. accuracy: (step, test accuracy) of every
    epoch for which it is known.
    """

    steps: np.ndarray
    epochs: np.ndarray
    movement: np.ndarray
    likeness: np.ndarray | None
    accuracy: list[tuple[int, float]]


def times(courses: dict[int, Course]) -> dict:
    """Return the time line of the page, and the curves of each seed.

    Parameters
    ----------
    courses : dict
        Seed -> Course; at least one.

    Returns
    -------
    dict
        steps, epochs: the snapshots of the slider, which are those of the run with the last step and the most
        snapshots, of runs with several if there are any. rates: change per step from each to the next, the mean over
        seeds. curves: seed -> {"steps", "likeness", "accuracy": [[step, share]]}.
    """
    longest = max(courses.values(), key=lambda course: (len(course.steps) > 1, course.steps[-1], len(course.steps)))
    return {
        "steps": longest.steps.tolist(),
        "epochs": longest.epochs.tolist(),
        "rates": rates(courses, longest.steps),
        "curves": {str(seed): curves(course) for seed, course in courses.items()},
    }


def rates(courses: dict[int, Course], steps: np.ndarray) -> list[float]:
    """Return the mean over seeds of the net movement per step between neighboring `steps`, (t - 1,).

    Between its own snapshots, a run counts as moving evenly; after its last one, as not moving.
    """
    if len(steps) < 2:
        return []
    paths = [np.interp(steps, course.steps, path(course)) for course in courses.values() if len(course.steps) > 1]
    return (np.diff(np.mean(paths, 0)) / np.diff(steps)).tolist()


def path(course: Course) -> np.ndarray:
    """Return the net movement summed up to each snapshot, (t,)."""
    return np.concatenate([[0.0], np.nancumsum(course.movement)])


def curves(course: Course) -> dict:
    """Return the curves of one run for the page."""
    return {
        "steps": course.steps.tolist(),
        "likeness": None if course.likeness is None else np.round(course.likeness, DIGITS).tolist(),
        "accuracy": [[step, round(share, DIGITS)] for step, share in course.accuracy],
    }
