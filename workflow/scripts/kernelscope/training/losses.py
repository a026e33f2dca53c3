"""Losses, accuracies, and the loss of a constant prediction."""

import numpy as np
import torch
from torch.nn import functional

REGRESSIONS = ("l1", "mse")
TOLERANCE = 0.1  # of cnnkernels: an image is right if every output is within this distance of its target


def targets(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Return one-hot targets (n, classes) of 0 and 1, float32, as in cnnkernels."""
    return functional.one_hot(labels, classes).float()


def class_weights(kind: str, labels: torch.Tensor) -> torch.Tensor | None:
    """Return the weight of the images of each class, (classes,), or None if all images count the same.

    kind : `balanced` for n / (classes * images of the class), as in scikit-learn (`compute_class_weight`), or `none`
    labels : (n,) of all training images
    """
    if kind == "none":
        return None
    counts = torch.bincount(labels)
    return len(labels) / (len(counts) * counts.float())


def loss(name: str, outputs: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
    """Return the mean loss: `cross_entropy` over images (nats), `l1` and `mse` over images and outputs.

    weights : from `class_weights`: the loss of each image is multiplied by the weight of its class
    """
    reduction = "mean" if weights is None else "none"
    if name == "cross_entropy":
        losses = functional.cross_entropy(outputs, labels, reduction=reduction)
    else:
        compare = {"l1": functional.l1_loss, "mse": functional.mse_loss}[name]
        losses = compare(outputs, targets(labels, outputs.shape[1]), reduction=reduction)
    if weights is None:
        return losses
    return (weights[labels] * (losses if losses.ndim == 1 else losses.mean(1))).mean()


def constant_loss(name: str, labels: np.ndarray, classes: int, weights: np.ndarray | None = None) -> float:
    """Return the loss of the best prediction that ignores the image.

    It predicts the class shares for `cross_entropy`, their medians for `l1`, and their means for `mse`. `labels` is
    (n,). With weights of the classes, of which the mean over the images is 1, the shares are weighted.
    """
    share = np.bincount(labels, minlength=classes) / len(labels)
    share = share if weights is None else share * weights
    if name == "cross_entropy":
        return float(-np.sum(share[share > 0] * np.log(share[share > 0])))
    if name == "l1":
        return float(np.minimum(share, 1 - share).mean())
    return float((share * (1 - share)).mean())


def scores(
    name: str, outputs: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor | None = None
) -> dict[str, float]:
    """Return loss, accuracy (by argmax) and `within` of outputs (n, classes) for labels (n,).

    Only the loss is weighted.

    `within` is the share of images whose outputs are all within `TOLERANCE` of their targets; None unless the loss is a
    regression.
    """
    right = (outputs.argmax(1) == labels).float().mean()
    within = None
    if name in REGRESSIONS:
        distance = (outputs - targets(labels, outputs.shape[1])).abs()
        within = float((distance < TOLERANCE).all(1).float().mean())
    return {"loss": float(loss(name, outputs, labels, weights)), "accuracy": float(right), "within": within}
