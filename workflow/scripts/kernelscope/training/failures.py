"""The ways in which a training can fail, each with a label. A failed run is a result and keeps its artifacts.

The conditions are listed in docs/explanation/methods.md#how-a-training-run-fails.
"""

import math

NON_FINITE = "non-finite loss"
DEAD = "dead network"
PLATEAU = "constant-predictor plateau"
DIVERGED = "diverged"
COLLAPSE = "collapse after success"
MISSING = "class never predicted"

NEAR = 0.9  # plateau: the last loss is above this share of the constant predictor's loss
FAR = 2.0  # diverged: above this multiple, which is worse than not learning at all
SUCCESS = 0.9  # collapse: a test accuracy that was at least this ...
DROP = 0.2  # ... has dropped by at least this much


def failure(history: list[dict], constant_loss: float, dead_layers: list[str], never_predicted: list[int]) -> str:
    """Return the label of a run, or "" for a run that did not fail; the first condition that applies wins.

    Parameters
    ----------
    history : rows of history.csv
    constant_loss : loss of the best prediction that ignores the image (`losses.constant_loss`)
    dead_layers : conv layers in which no kernel responds to any training image
    never_predicted : classes that the network predicts for no training image, for example because it cannot tell two of
        three classes apart
    """
    last = history[-1]
    if not all(math.isfinite(row["train_loss"]) for row in history):
        return NON_FINITE
    if dead_layers:
        return DEAD
    best = max(row["test_accuracy"] for row in history)
    if best >= SUCCESS and last["test_accuracy"] <= best - DROP:
        return COLLAPSE
    if last["train_loss"] > FAR * constant_loss:
        return DIVERGED
    if last["train_loss"] > NEAR * constant_loss:
        return PLATEAU
    return MISSING if never_predicted else ""
