"""When the kernels are kept: the untrained state, then log-spaced steps, where they change fast, then uniform ones."""

import numpy as np


def snapshot_steps(total_steps: int, count: int) -> np.ndarray:
    """The steps (n,) int64 at which to keep the kernels, from 0 to `total_steps`, strictly increasing.

    Half of the `count` are log-spaced from step 1 to where the other, uniform half starts; n is `count`, or
    `total_steps + 1` where there are fewer steps than that.
    """
    if count >= total_steps + 1:
        return np.arange(total_steps + 1)
    uniform = count // 2
    spacing = total_steps / (uniform + 1)  # the uniform half goes on at this distance
    early = np.geomspace(1, spacing, count - uniform - 1)
    late = np.linspace(total_steps, spacing, uniform, endpoint=False)[::-1]
    steps = np.rint(np.concatenate([[0], early, late])).astype(np.int64)
    for i in range(1, count):  # rounding makes the first log-spaced steps fall together
        steps[i] = max(steps[i], steps[i - 1] + 1)
    return steps
