"""Losses, accuracies, and the loss of a constant prediction."""

import numpy as np
import torch
from torch.nn import functional

REGRESSIONS = ("l1", "mse")
TOLERANCE = 0.1  # of cnnkernels: an image is right if every output is within this distance of its target


def targets(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Return one-hot targets (n, classes) of 0 and 1, float32, as in cnnkernels."""
    return functional.one_hot(labels, classes).float()


def loss(name: str, outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the mean loss: `cross_entropy` over images (nats), `l1` and `mse` over images and outputs."""
    if name == "cross_entropy":
        return functional.cross_entropy(outputs, labels)
    compare = {"l1": functional.l1_loss, "mse": functional.mse_loss}[name]
    return compare(outputs, targets(labels, outputs.shape[1]))


def constant_loss(name: str, labels: np.ndarray, classes: int) -> float:
    """Return the loss of the best prediction that ignores the image.

    It predicts the class shares for `cross_entropy`, their medians for `l1`, and their means for `mse`. `labels` is
    (n,).
    """
    share = np.bincount(labels, minlength=classes) / len(labels)
    if name == "cross_entropy":
        return float(-np.sum(share[share > 0] * np.log(share[share > 0])))
    if name == "l1":
        return float(np.minimum(share, 1 - share).mean())
    return float((share * (1 - share)).mean())


def scores(name: str, outputs: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
    """Return loss, accuracy (by argmax) and `within` of outputs (n, classes) for labels (n,).

    `within` is the share of images whose outputs are all within `TOLERANCE` of their targets; None unless the loss is a
    regression.
    """
    right = (outputs.argmax(1) == labels).float().mean()
    within = None
    if name in REGRESSIONS:
        distance = (outputs - targets(labels, outputs.shape[1])).abs()
        within = float((distance < TOLERANCE).all(1).float().mean())
    return {"loss": float(loss(name, outputs, labels)), "accuracy": float(right), "within": within}
