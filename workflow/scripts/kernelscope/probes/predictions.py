"""What a network predicts for images, and how sure it is."""

from collections.abc import Iterator

import numpy as np
import torch

from kernelscope.models import networks
from kernelscope.models.responses import as_input, chunks

COLUMNS = ("index", "label", "prediction", "probability")
WITH_PROBABILITIES = "cross_entropy"  # the loss whose outputs are logarithms of probabilities, up to a constant


@torch.no_grad()
def outputs(layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray) -> np.ndarray:
    """Return the outputs (n, classes) of a network for images, a few at a time.

    Parameters
    ----------
    layers : list of layers
    weights : arrays by name as in snapshots.npz, `<layer>.weight` and so on
    images : (n, h, w) or (n, h, w, 3), 0 to 255
    """
    network, parts = networks.loaded(layers, weights), []
    for chunk in chunks(layers, images.shape):
        for _, output in network.outputs(as_input(images[chunk])):
            last = output
        parts.append(last.numpy())
    return np.concatenate(parts)


def probabilities(outputs: np.ndarray) -> np.ndarray:
    """Return the softmax (n, classes) of outputs (n, classes)."""
    powers = np.exp(outputs - outputs.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def rows(outputs: np.ndarray, labels: np.ndarray, loss: str) -> Iterator[dict]:
    """Yield the rows of predictions.csv.

    Parameters
    ----------
    outputs : array (n, classes)
        Outputs of the network. If any output of an image is not finite, the image has no prediction.
    labels : array (n,)
        The class of each image, from 0.
    loss : str
        The loss that the network was trained with; only the outputs of a classification have probabilities.

    Yields
    ------
    dict
        The number of the image, its class, the class with the largest output, and that class's probability.
    """
    shares = probabilities(outputs) if loss == WITH_PROBABILITIES else np.full(outputs.shape, np.nan)
    for index, (output, share, label) in enumerate(zip(outputs, shares, labels.tolist(), strict=True)):
        best = int(output.argmax()) if np.isfinite(output).all() else None
        probability = None if best is None else share[best]
        yield dict(zip(COLUMNS, (index, label, best, probability), strict=True))
