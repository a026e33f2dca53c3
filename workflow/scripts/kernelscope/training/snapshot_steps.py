"""The steps at which kernels are kept: untrained, then log-spaced while kernels change fast, then uniform."""

import numpy as np


def snapshot_steps(total_steps: int, count: int) -> np.ndarray:
    """Return the steps at which to keep the kernels, (n,) int64, strictly increasing from 0 to `total_steps`.

    About half of the steps are log-spaced, from step 1 to where the uniform half begins. n is `count`, or `total_steps
    + 1` if there are fewer steps.
    """
    if count >= total_steps + 1:
        return np.arange(total_steps + 1)
    uniform = count // 2
    spacing = total_steps / (uniform + 1)  # distance between two uniform steps
    early = np.geomspace(1, spacing, count - uniform - 1)
    late = np.linspace(total_steps, spacing, uniform, endpoint=False)[::-1]
    steps = np.rint(np.concatenate([[0], early, late])).astype(np.int64)
    for i in range(1, count):  # rounding merges the first log-spaced steps
        steps[i] = max(steps[i], steps[i - 1] + 1)
    return steps
