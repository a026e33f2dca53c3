"""What every layer of a trained convolutional deep belief network makes of images."""

import numpy as np
import torch

from kernelscope import cdbn


def layers(arrays: dict[str, np.ndarray], when: str, settings: dict) -> list[cdbn.Layer]:
    """The `first` or the `last` state of all layers from snapshots.npz; fewer where a training failed."""
    weights = {
        name.removeprefix(f"{when}/"): np.asarray(of) for name, of in arrays.items() if name.startswith(f"{when}/")
    }
    count = sum(name.endswith(".kernels") for name in weights)
    return cdbn.loaded(weights, settings | {"kernels": settings["kernels"][:count]})


def states(**layers: list[cdbn.Layer]) -> dict[str, np.ndarray]:
    """The arrays that `layers` reads, of the `first` and the `last` state."""
    return {
        f"{when}/{name}": array
        for when, network in layers.items()
        for number, layer in enumerate(network, 1)
        for name, array in cdbn.arrays(f"conv{number}", layer).items()
    }


def maps(network: list[cdbn.Layer], images: np.ndarray) -> list[np.ndarray]:
    """Of every layer the pooled probabilities (n, out, rows, cols) for prepared images (n, h, w)."""
    with torch.no_grad():
        found = [cdbn.activities(network, torch.from_numpy(image[None])) for image in images]
    return [torch.stack(of_layer).numpy() for of_layer in zip(*found, strict=True)]
