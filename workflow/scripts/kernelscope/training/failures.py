"""Ways in which a training fails, each with a label; a failed run is a result and keeps its artifacts.

docs/explanation/methods.md#how-a-training-fails has them as a table.
"""

import math

NON_FINITE = "non-finite loss"
DEAD = "dead network"
PLATEAU = "constant-predictor plateau"
DIVERGED = "diverged"
COLLAPSE = "collapse after success"
MISSING = "class never predicted"

NEAR = 0.9  # a last loss above this share of the constant predictor's is a plateau ...
FAR = 2.0  # ... and above this one worse than not to learn at all
SUCCESS = 0.9  # a collapse is the loss of a test accuracy above this ...
DROP = 0.2  # ... by at least this much


def failure(history: list[dict], constant_loss: float, dead_layers: list[str], never_predicted: list[int]) -> str:
    """The label of a run from its history (rows of history.csv), or "" for a run that did not fail.

    `dead_layers` are the conv layers in which no kernel responds to any training image; `never_predicted` are the
    classes that the network answers to no training image, as where it is stuck at telling two of three apart.
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
