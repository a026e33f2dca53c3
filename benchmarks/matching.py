"""Is p of the matching uniform between independent banks, and is a shared bank found?

.venv/bin/python benchmarks/matching.py [--pairs 1000] [--figure p.png]

For both tests, against surrogates and against kernels dealt at random: Kolmogorov-Smirnov D and its p, share of
p <= 0.05 (5 % is right), mean p. The randomised p (a uniform number below each step of 1 / (draws + 1)) is tested, as
p itself has steps. Dealing takes always 1,000 pairs, surrogates `--pairs`.
"""

import common  # noqa: F401  # the path to the library  # isort: skip
import argparse

import numpy as np
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest

from kernelscope import dealing, matching

DRAWS, BORDER, DEALT = 39, 24, 1000


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


def p_of_surrogates(a: np.ndarray, b: np.ndarray, seed: int) -> float:
    null = matching.chance(a, b, draws=DRAWS, seed=seed).mean(1)
    return matching.p_value(np.array([matching.match(a, b).similarity.mean()]), null)[0]


def p_of_dealing(a: np.ndarray, b: np.ndarray, seed: int) -> float:
    return dealing.dealt(a, b, draws=DRAWS, seed=seed)[1]


def null_p(test, case: tuple, pairs: int) -> np.ndarray:
    """Randomised p between so many pairs of independent banks of one law."""
    kind, *shape = case
    rng = np.random.default_rng([1, *(int(10 * number) for number in shape)])
    p = np.array([test(kind(rng, *shape), kind(rng, *shape), pair) for pair in range(pairs)])
    return p - rng.uniform(size=pairs) / (DRAWS + 1)


def in_numbers(p: np.ndarray) -> str:
    d, d_p = kstest(p, "uniform")
    return f"{len(p)} pairs: D {d:.3f} (p {d_p:.1g}), p <= 0.05 in {np.mean(p <= 0.05):.1%}, mean p {p.mean():.2f}"


def found(test, noise: float, move: int, repeats: int = 100) -> str:
    """Of a shared bank of 12 kernels 15x15, smoothness 2, cut out `move` pixels apart, in another order, under noise.

    Each bank gets its own noise, as smooth as the bank and `noise` times as strong.
    """
    count = 0
    for repeat in range(repeats):
        rng = np.random.default_rng([2, repeat])
        shared = equal(stationary(rng, 12, 1, 15 + move, 2))
        a, b = shared[..., :15, :15], shared[rng.permutation(12)][..., move:, move:]
        a, b = (bank + noise * equal(stationary(rng, 12, 1, 15, 2)) for bank in (a, b))
        count += test(a, b, repeat) <= 0.05
    return f"{count} of {repeats}"


def figure(p: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Per test the share of pairs with a p up to each p; the diagonal is right, below it a test is cautious."""
    page = Figure(figsize=(11, 5), dpi=110, layout="constrained")
    page.suptitle("independent banks: share of pairs up to each p", fontsize=14, fontweight="bold", x=0.01, ha="left")
    for axes, (name, cases) in zip(page.subplots(1, len(p), sharey=True), p.items(), strict=True):
        axes.plot([0, 1], [0, 1], color="#888888", linestyle="--", linewidth=1)
        for label, values in cases.items():
            axes.plot(np.sort(values), np.linspace(0, 1, len(values)), linewidth=1.2, label=label)
        axes.set(title=f"{name}, {len(values):,} pairs each", xlabel="p", xlim=(0, 1), ylim=(0, 1))
        axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=7, loc="lower right")
    return page


TESTS = {"against surrogates": p_of_surrogates, "dealt at random": p_of_dealing}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--figure")
    arguments = parser.parse_args()
    for noise, move in ((0.5, 0), (0.25, 1), (0.25, 2), (0.5, 2), (1, 0)):
        counts = ", ".join(f"{name} {found(test, noise, move)}" for name, test in TESTS.items())
        print(f"shared bank, noise {noise}, moved by {move}: {counts}", flush=True)
    p = {name: {} for name in TESTS}
    for case in CASES:
        label = f"{case[0].__name__} {' '.join(map(str, case[1:]))}"
        for name, test in TESTS.items():
            p[name][label] = null_p(test, case, arguments.pairs if test is p_of_surrogates else DEALT)
            print(f"{label}, {name}, {in_numbers(p[name][label])}", flush=True)
    if arguments.figure:
        figure(p).savefig(arguments.figure, metadata={"Software": None})
