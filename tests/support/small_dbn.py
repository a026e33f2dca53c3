"""The settings and images of a small convolutional deep belief network."""

import numpy as np

from kernelscope.dbn import whitening

SETTINGS = {
    **{
        "kernels": [4, 3],
        "kernel_sizes": [5, 3],
        "sparsity_targets": [0.02, 0.02],
        "steps": [250, 60],
        "crops": [16, 20],
    },
    **{"pooling": 2, "sparsity": 5.0, "l2": 0.01, "sigma": [0.2, 0.1], "learning_rate": 0.05},
    **{"whiten": False, "contrast": 0.316, "visible_units": "real", "snapshots": 4},
}


def bars(count: int, seed: int) -> np.ndarray:
    """Draw images of vertical bars on noise."""
    rng = np.random.default_rng(seed)
    images = 0.1 * rng.normal(size=(count, 24, 24))
    for image in images:
        image[:, rng.integers(0, 24, 3)] += 1
    return whitening.Scale(images, 0.316)(images)
