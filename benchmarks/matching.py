"""Is p of the matching uniform between independent banks, and is a shared bank found?

.venv/bin/python benchmarks/matching.py [--pairs 1000] [--figure p.png]

For banks as a whole, with kernels turned and dealt at random: Kolmogorov-Smirnov D and its p, share of p <= 0.05 (5 %
is right), mean p; always of 1,000 pairs. The randomised p (a uniform number below each step of 1 / (draws + 1)) is
tested, as p itself has steps. For single kernels, against surrogates, `--pairs` pairs: the share of p <= 0.05 and of
0.01, and of pairs with any kernel at 0.05 after correction.
"""

import common  # noqa: F401  # the path to the library  # isort: skip
import argparse

import numpy as np
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest

from kernelscope import matching, pvalues, randomisation

DRAWS, BORDER, PAIRS = 39, 24, 1000


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


def name_of(kind, kernels: int, channels: int, size: int, smooth: float) -> str:
    shape = f"{size} x {size}" + f" x {channels}" * (channels > 1)
    return f"{kind.__name__}: {kernels} of {shape}, smoothness {smooth}"


def p_of_kernels(a: np.ndarray, b: np.ndarray, seed: int) -> np.ndarray:
    return pvalues.p_value(matching.match(a, b).similarity, matching.chance(a, b, draws=DRAWS, seed=seed))


def pairs_of(case: tuple, count: int):
    """So many pairs of independent banks of one law, each with its number."""
    kind, *shape = case
    rng = np.random.default_rng([1, *(int(10 * number) for number in shape)])
    return ((kind(rng, *shape), kind(rng, *shape), pair) for pair in range(count))


def p_of_banks(test, case: tuple) -> np.ndarray:
    """Randomised p between independent banks."""
    p = np.array([test(a, b, draws=DRAWS, seed=pair)[1] for a, b, pair in pairs_of(case, PAIRS)])
    return p - np.random.default_rng(3).uniform(size=PAIRS) / (DRAWS + 1)


def in_numbers(p: np.ndarray) -> str:
    d, d_p = kstest(p, "uniform")
    return f"D {d:.3f} (p {d_p:.1g}), p <= 0.05 in {np.mean(p <= 0.05):.1%}, mean p {p.mean():.2f}"


def single_kernels(case: tuple, pairs: int) -> str:
    p = np.array([p_of_kernels(a, b, pair) for a, b, pair in pairs_of(case, pairs)])
    wrong = (pvalues.corrected(p) <= 0.05).any(1).mean()
    small = ", ".join(f"p <= {level} in {np.mean(p <= level):.1%}" for level in (0.05, 0.01))
    return f"{pairs} pairs, {small}, any after correction in {wrong:.1%}"


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
        count += test(a, b, draws=DRAWS, seed=repeat)[1] <= 0.05
    return f"{count} of {repeats}"


def figure(p: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Per test the share of pairs with a p up to each p; the diagonal is right, below it a test is cautious."""
    page = Figure(figsize=(13, 5), dpi=110, layout="constrained")
    page.suptitle("independent banks: share of pairs up to each p", fontsize=14, fontweight="bold", x=0.01, ha="left")
    for axes, (name, cases) in zip(page.subplots(1, len(p), sharey=True), p.items(), strict=True):
        axes.plot([0, 1], [0, 1], color="#888888", linestyle="--", linewidth=1)
        for number, (label, values) in enumerate(cases.items()):
            line = {"color": f"C{number % 10}", "linestyle": ("-", "--")[number // 10], "linewidth": 1.2}
            axes.plot(np.sort(values), np.linspace(0, 1, len(values)), label=label, **line)
        axes.set(title=f"kernels {name} at random, {len(values):,} pairs each", xlabel="p", xlim=(0, 1), ylim=(0, 1))
        axes.spines[["top", "right"]].set_visible(False)
    page.legend(*axes.get_legend_handles_labels(), frameon=False, fontsize=8, loc="outside right center")
    return page


TESTS = {"turned": randomisation.turned, "dealt": randomisation.dealt}

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
        label = name_of(*case)
        for name, test in TESTS.items():
            p[name][label] = p_of_banks(test, case)
            print(f"{label}, {name}, {in_numbers(p[name][label])}", flush=True)
        print(f"{label}, single kernels, {single_kernels(case, arguments.pairs)}", flush=True)
    if arguments.figure:
        figure(p).savefig(arguments.figure, metadata={"Software": None})
