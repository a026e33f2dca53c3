"""What a network is trained for: losses, accuracies, and what a constant answer would score."""

import numpy as np
import torch
from torch.nn import functional

REGRESSIONS = ("l1", "mse")
TOLERANCE = 0.1  # the origin counts an image as right if every output is within this of its target


def targets(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """One-hot targets (n, classes) of 0 and 1, as the origin's."""
    return functional.one_hot(labels, classes).float()


def loss(name: str, outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean loss: `cross_entropy` over images (nats); `l1`, `mse` over images and outputs."""
    if name == "cross_entropy":
        return functional.cross_entropy(outputs, labels)
    compare = {"l1": functional.l1_loss, "mse": functional.mse_loss}[name]
    return compare(outputs, targets(labels, outputs.shape[1]))


def constant_loss(name: str, labels: np.ndarray, classes: int) -> float:
    """The loss of the best answer that does not look at the image: class shares, their medians, or their means."""
    share = np.bincount(labels, minlength=classes) / len(labels)
    if name == "cross_entropy":
        return float(-np.sum(share[share > 0] * np.log(share[share > 0])))
    if name == "l1":
        return float(np.minimum(share, 1 - share).mean())
    return float((share * (1 - share)).mean())


def scores(name: str, outputs: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
    """Loss; accuracy by argmax; and, for a regression, the share `within` the origin's tolerance (else None)."""
    right = (outputs.argmax(1) == labels).float().mean()
    within = None
    if name in REGRESSIONS:
        distance = (outputs - targets(labels, outputs.shape[1])).abs()
        within = float((distance < TOLERANCE).all(1).float().mean())
    return {"loss": float(loss(name, outputs, labels)), "accuracy": float(right), "within": within}
