"""Is p of the matching uniform between independent banks, and is a shared bank found? `matching.py [pairs]`.

Uniform p: Kolmogorov-Smirnov D and its p, share of p <= 0.05 (5 % is right), mean p. The randomised p (a uniform
number below each step of 1 / (draws + 1)) is tested, as p itself has steps.
"""

import sys

import common  # isort: skip
import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest

from kernelscope import matching

DRAWS, BORDER = 39, 24


def stationary(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    noise = rng.standard_normal((kernels, channels, size + 2 * BORDER, size + 2 * BORDER))
    return gaussian_filter(noise, (0, 0, smooth, smooth))[..., BORDER:-BORDER, BORDER:-BORDER]


def reflected(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Stronger at the rim."""
    return gaussian_filter(rng.standard_normal((kernels, channels, size, size)), (0, 0, smooth, smooth))


def central(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Stronger in the middle: half as strong at 0.29 sides from it."""
    side = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / 2 / (size / 4) ** 2)
    return stationary(rng, kernels, channels, size, smooth) * np.outer(side, side)


def scaled(rng, *shape) -> np.ndarray:
    """Norms that differ as exp of a standard normal number."""
    return equal(stationary(rng, *shape)) * np.exp(rng.normal(size=(shape[0], 1, 1, 1)))


def half(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Half smooth and ten times as strong, half white."""
    strong = 10 * equal(stationary(rng, kernels // 2, channels, size, smooth))
    return np.concatenate([strong, equal(stationary(rng, kernels - len(strong), channels, size, 0))])


def mixed(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Each kernel of its own smoothness, up to `smooth`."""
    blurs = rng.uniform(0, smooth, kernels)
    return np.concatenate([equal(stationary(rng, 1, channels, size, blur)) for blur in blurs])


def equal(bank: np.ndarray) -> np.ndarray:
    return bank / bank.std((1, 2, 3), keepdims=True)


CASES = (  # kind, kernels, channels, kernel size, smoothness (standard deviation of the blur, pixels)
    *((stationary, 12, 1, 15, smooth) for smooth in (0, 1, 2, 4)),
    (stationary, 5, 1, 15, 3),
    (reflected, 8, 1, 11, 2),
    (central, 12, 1, 15, 2),
    (scaled, 12, 1, 15, 2),
    (half, 12, 1, 15, 3),
    (mixed, 12, 1, 15, 4),
    (stationary, 16, 3, 11, 2),
    *((stationary, 24, 1, 20, smooth) for smooth in (3, 1, 6)),
)


def p_of_mean(a: np.ndarray, b: np.ndarray, seed: int) -> float:
    null = matching.chance(a, b, draws=DRAWS, seed=seed).mean(1)
    return matching.p_value(np.array([matching.match(a, b).similarity.mean()]), null)[0]


def uniform(case: tuple, pairs: int) -> str:
    kind, *shape = case
    rng = np.random.default_rng([1, *(int(10 * number) for number in shape)])
    p = np.array([p_of_mean(kind(rng, *shape), kind(rng, *shape), pair) for pair in range(pairs)])
    d, d_p = kstest(p - rng.uniform(size=pairs) / (DRAWS + 1), "uniform")
    return f"D {d:.3f} (p {d_p:.1g}), p <= 0.05 in {np.mean(p <= 0.05):.1%}, mean p {p.mean():.2f}"


def found(noise: float, move: int, repeats: int = 100) -> str:
    """Of a shared bank of 12 kernels 15x15, smoothness 2, cut out `move` pixels apart, in another order, under noise.

    Each bank gets its own noise, as smooth as the bank and `noise` times as strong.
    """
    count = 0
    for repeat in range(repeats):
        rng = np.random.default_rng([2, repeat])
        shared = equal(stationary(rng, 12, 1, 15 + move, 2))
        a, b = shared[..., :15, :15], shared[rng.permutation(12)][..., move:, move:]
        a, b = (bank + noise * equal(stationary(rng, 12, 1, 15, 2)) for bank in (a, b))
        count += p_of_mean(a, b, repeat) <= 0.05
    return f"{count} of {repeats}"


if __name__ == "__main__":
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for noise, move in ((0.5, 0), (0.25, 1), (0.25, 2), (0.5, 2), (1, 0)):
        print(f"shared bank, noise {noise}, moved by {move}: found in", found(noise, move), flush=True)
    for case in CASES:
        seconds = common.seconds(lambda case=case: print(case[0].__name__, case[1:], uniform(case, pairs), end=""))
        print(f", {seconds / pairs:.3f} s a pair", flush=True)
