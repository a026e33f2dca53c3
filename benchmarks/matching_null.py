"""How often p <= 0.05 between independent banks of smooth noise: 5 % if the null of the matching is right."""

import common  # noqa: F401  # isort: skip
import numpy as np
from scipy.ndimage import gaussian_filter

from kernelscope import matching

PAIRS, DRAWS, BORDER = 200, 39, 12
CASES = (  # kernels, channels, kernel size, smoothness (standard deviation of the blur, pixels)
    (12, 1, 15, 0),
    (12, 1, 15, 1),
    (12, 1, 15, 2),
    (12, 1, 15, 4),
    (16, 1, 11, 2),
    (5, 1, 15, 3),
    (16, 16, 5, 1),
)


def bank(rng: np.random.Generator, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    noise = rng.standard_normal((kernels, channels, size + 2 * BORDER, size + 2 * BORDER))
    return gaussian_filter(noise, (0, 0, smooth, smooth))[..., BORDER:-BORDER, BORDER:-BORDER]


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    for kernels, channels, size, smooth in CASES:
        p, shift = [], []
        for pair in range(PAIRS):
            a, b = bank(rng, kernels, channels, size, smooth), bank(rng, kernels, channels, size, smooth)
            observed = matching.match(a, b).similarity.mean()
            null = matching.chance(a, b, draws=DRAWS, seed=pair).mean(1)
            p.append(matching.p_value(np.array([observed]), null)[0])
            shift.append(observed - null.mean())
        print(f"{kernels} kernels of {size} x {size} x {channels}, smoothness {smooth}:", end=" ")
        print(f"p <= 0.05 in {np.mean(np.array(p) <= 0.05):.1%}, mean p {np.mean(p):.2f}", end=", ")
        print(f"observed minus null {np.mean(shift):+.3f}")
