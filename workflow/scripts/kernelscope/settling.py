"""When each kernel comes to rest."""

import numpy as np
import pandas as pd

SETTLED = 0.9  # a kernel has settled once its cosine to its last state stays at or above this


def settled(frame: pd.DataFrame) -> dict[tuple[str, int], float]:
    """(layer, kernel) -> the first step from which on its cosine to its last state stays at or above SETTLED."""
    rows = frame[frame["measure"] == "cosine_last"].sort_values("step")
    found = {}
    for key, kernel in rows.groupby(["layer", "kernel"], sort=False):
        below = np.flatnonzero(~(kernel["value"].to_numpy() >= SETTLED))
        steps = kernel["step"].to_numpy()
        after = below[-1] + 1 if len(below) else 0
        found[key[0], int(key[1])] = float(steps[after]) if after < len(steps) else np.nan
    return found
