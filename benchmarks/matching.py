"""Is p of the matching uniform between independent banks, and does the matching find a shared bank?

For whole banks, with kernels rotated or permuted at random, over pairs of independent banks: the Kolmogorov-Smirnov
`distance` from a uniform p, its own p `ks_p`, the share of p <= 0.05 (5 % is right), and the mean p. The test uses
randomized p (p minus a uniform number below its step of 1 / (draws + 1)), because p itself is discrete.
matching_kernels.csv has single kernels against surrogates, over `--single` pairs: the shares of p <= 0.05 and 0.01, and
of pairs with any kernel at 0.05 after correction. matching_shared.csv has the number of shared banks that are found.
"""

from harness import figures, tables  # isort: skip
import numpy as np
from harness.judging import share
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest

from kernelscope.comparison import matching, permutation
from kernelscope.stats import pvalues

N_RESAMPLES, BORDER = 39, 24


def stationary(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    noise = rng.standard_normal((kernels, channels, size + 2 * BORDER, size + 2 * BORDER))
    return gaussian_filter(noise, (0, 0, smooth, smooth))[..., BORDER:-BORDER, BORDER:-BORDER]


def reflected(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Draw kernels that are stronger at the rim."""
    return gaussian_filter(rng.standard_normal((kernels, channels, size, size)), (0, 0, smooth, smooth))


def central(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Draw kernels that are stronger in the middle: half as strong at a distance of 0.29 sides."""
    side = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / 2 / (size / 4) ** 2)
    return stationary(rng, kernels, channels, size, smooth) * np.outer(side, side)


def scaled(rng, *shape) -> np.ndarray:
    """Draw kernels with log-normal norms (exp of a standard normal number)."""
    return equal(stationary(rng, *shape)) * np.exp(rng.normal(size=(shape[0], 1, 1, 1)))


def half(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Draw half of the kernels smooth and ten times as strong, half white."""
    strong = 10 * equal(stationary(rng, kernels // 2, channels, size, smooth))
    return np.concatenate([strong, equal(stationary(rng, kernels - len(strong), channels, size, 0))])


def mixed(rng, kernels: int, channels: int, size: int, smooth: float) -> np.ndarray:
    """Draw each kernel with a different smoothness up to `smooth`."""
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
SHARED = ((0.5, 0), (0.25, 1), (0.25, 2), (0.5, 2), (1, 0))  # noise, shift in pixels
TABLES = {
    "matching": {
        **{"case": "text", "test": "text", "pairs": "count", "distance": "number", "ks_p": "p", "p_005": "share"},
        **{"mean_p": "number"},
    },
    "matching_shared": {
        **{"noise": "number", "moved": "pixels", "test": "text", "banks": "count", "found": "count"},
    },
    "matching_kernels": {
        **{"case": "text", "pairs": "count", "kernels": "count", "p_005": "share", "p_001": "share"},
        **{"any_corrected": "share"},
    },
}
TESTS = {"rotated": permutation.rotated, "permuted": permutation.permuted}


def name_of(kind, kernels: int, channels: int, size: int, smooth: float) -> str:
    shape = f"{size} x {size}" + f" x {channels}" * (channels > 1)
    return f"{kind.__name__}: {kernels} of {shape}, smoothness {smooth}"


def p_of_kernels(a: np.ndarray, b: np.ndarray, seed: int) -> np.ndarray:
    return pvalues.p_value(matching.match(a, b).similarity, matching.chance(a, b, n_resamples=N_RESAMPLES, seed=seed))


def pairs_of(case: tuple, count: int):
    """Yield `count` pairs of independent banks from the same distribution, each with its number."""
    kind, *shape = case
    rng = np.random.default_rng([1, *(int(10 * number) for number in shape)])
    return ((kind(rng, *shape), kind(rng, *shape), pair) for pair in range(count))


def p_of_banks(test, case: tuple, count: int) -> np.ndarray:
    """Return the randomized p between independent banks, (count,)."""
    p = np.array([test(a, b, n_resamples=N_RESAMPLES, seed=pair)[1] for a, b, pair in pairs_of(case, count)])
    return p - np.random.default_rng(3).uniform(size=count) / (N_RESAMPLES + 1)


def found(test, noise: float, move: int, repeats: int) -> int:
    """Return how often a test finds a shared bank of 12 kernels of 15x15 pixels and smoothness 2.

    One copy is cut out `move` pixels away and in another order. Each copy gets independent noise, as smooth as the bank
    and `noise` times as strong.
    """
    count = 0
    for repeat in range(repeats):
        rng = np.random.default_rng([2, repeat])
        shared = equal(stationary(rng, 12, 1, 15 + move, 2))
        a, b = shared[..., :15, :15], shared[rng.permutation(12)][..., move:, move:]
        a, b = (bank + noise * equal(stationary(rng, 12, 1, 15, 2)) for bank in (a, b))
        count += int(test(a, b, n_resamples=N_RESAMPLES, seed=repeat)[1] <= 0.05)
    return count


def shared_banks(shared: tuple, repeats: int) -> None:
    table = tables.Table("matching_shared", TABLES["matching_shared"])
    for noise, move in shared:
        for name, test in TESTS.items():
            table.add(noise, move, name, repeats, found(test, noise, move, repeats))


def banks(cases: tuple, pairs: int) -> tuple[tables.Table, dict[str, dict[str, np.ndarray]]]:
    """Return the table, and {test: {case: p (pairs,)}}."""
    table = tables.Table("matching", TABLES["matching"])
    p_of = {name: {} for name in TESTS}
    for case in cases:
        for name, test in TESTS.items():
            p = p_of_banks(test, case, pairs)
            distance, chance = map(float, kstest(p, "uniform"))
            table.add(name_of(*case), name, pairs, distance, chance, share(p, 0.05), float(p.mean()))
            p_of[name][name_of(*case)] = p
    return table, p_of


def single_kernels(cases: tuple, pairs: int) -> None:
    table = tables.Table("matching_kernels", TABLES["matching_kernels"])
    for case in cases:
        p = np.array([p_of_kernels(a, b, pair) for a, b, pair in pairs_of(case, pairs)])
        smallest = pvalues.corrected(p).min(1)
        table.add(name_of(*case), pairs, p.size, share(p.ravel(), 0.05), share(p.ravel(), 0.01), share(smallest, 0.05))


def figure(p: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Draw for each test the share of pairs up to each p; the diagonal is right, below it a test is conservative."""
    page = Figure(figsize=(13, 5), layout="constrained")
    page.suptitle("independent banks: share of pairs up to each p", fontsize=14, fontweight="bold", x=0.01, ha="left")
    for axes, (name, cases) in zip(page.subplots(1, len(p), sharey=True), p.items(), strict=True):
        axes.plot([0, 1], [0, 1], color="#cccccc", linewidth=4)
        for number, (label, values) in enumerate(cases.items()):
            line = {"linestyle": ("-", "--")[number // len(figures.SERIES)], "linewidth": 1.2, "markersize": 5}
            at = {"markevery": (0.012 * number, 0.17)}  # offset, so that no marker hides another
            axes.plot(
                np.sort(values), np.linspace(0, 1, len(values)), label=label, **line, **at, **figures.look(number)
            )
        axes.set(title=f"kernels {name} at random, {len(values):,} pairs each", xlabel="p", xlim=(0, 1), ylim=(0, 1))
        axes.spines[["top", "right"]].set_visible(False)
    page.axes[0].set_ylabel("share of pairs at or below")
    page.legend(*axes.get_legend_handles_labels(), frameon=False, fontsize=8, loc="outside right center")
    return page


def main() -> None:
    options = tables.Options(__doc__, "the first case: 4 pairs of banks, one shared bank, one pair for single kernels")
    options.add_argument("--pairs", type=int, default=100, help="of independent banks, for banks as a whole")
    options.add_argument("--single", type=int, default=20, help="the same for single kernels, which take longest")
    arguments = options.parse_args()
    small = arguments.small
    cases = CASES[: 1 if small else None]
    shared_banks(SHARED[: 1 if small else None], 1 if small else 100)
    table, p = banks(cases, 4 if small else arguments.pairs)
    table.save(figure(p))
    single_kernels(cases, 1 if small else arguments.single)


if __name__ == "__main__":
    main()
