"""Whether every p of the measures is uniform under its own null, and how long a run takes to measure.

.venv/bin/python benchmarks/measures.py [--draws 1000] [--figure p.png]
"""

import common  # isort: skip
import argparse
import csv
import io

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest

from kernelscope import gabor, measurement, measures, nulls, pvalues, quality, stationary

NULL = 199  # draws of each null; a fresh one for every observed value
CASES = ((7, 1, None), (11, 1, None), (15, 1, None), (15, 1, 0.01), (7, 16, None))  # size, channels, initial sd
LAYERS = ((16, 1, 11, 11), (16, 16, 5, 5), (32, 16, 3, 3))
SMOOTH = ((12, 15, 0), (12, 15, 1), (12, 15, 2), (5, 15, 2), (16, 11, 2))  # kernels, size, blur in pixels
RUN = {"conv1": (40, 16, 1, 11, 11), "conv2": (40, 16, 16, 5, 5), "conv3": (40, 32, 16, 3, 3)}
FAMILY, LEVEL = 12, 0.05


def kolmogorov(p: np.ndarray, steps: int) -> tuple[float, float]:
    """Distance from uniform and its p; a discrete p = j / steps is spread evenly over its step, which is exact."""
    spread = p - np.random.default_rng(0).uniform(0, 1 / steps, len(p))
    return tuple(kstest(spread, "uniform"))


def initialised(rng: np.random.Generator, shape: tuple[int, ...], initial_sd: float | None) -> np.ndarray:
    return rng.uniform(-1, 1, shape) if initial_sd is None else rng.normal(0, initial_sd, shape)


def looks(planes: np.ndarray) -> dict[str, np.ndarray]:
    return measures.of_kernels(measures.of_planes(planes))


def report(name: str, p: np.ndarray, steps: int = NULL + 1) -> None:
    d, chance = kolmogorov(p, steps)
    bold = f"p <= 0.05 in {np.mean(p <= 0.05):.1%}, p <= 0.1 in {np.mean(p <= 0.1):.1%}"
    print(f"  {name:26} D {d:.3f} (p {chance:.3f})  {bold}")


def reinitialised(draws: int) -> dict[str, np.ndarray]:
    """p of re-initialised kernels, each beside a null drawn for it; of the last case with 1 channel and 15x15."""
    found = {}
    for size, channels, sd in CASES:
        print(f"re-initialised, {draws} kernels of {size} x {size} x {channels}, initial sd {sd}")
        observed = looks(initialised(np.random.default_rng(1), (draws, channels, size, size), sd))
        drawn = [nulls.reinitialised(size, channels, sd, NULL, seed=i)[1] for i in range(draws)]
        for name, side in nulls.SIDES.items():
            p = np.array([pvalues.p_value(observed[name][[i]], drawn[i][name], side)[0] for i in range(draws)])
            report(name, p)
            found.setdefault(name, p)
    return found


def layers(draws: int) -> None:
    for shape in LAYERS:
        print(f"re-initialised, {draws // 4} layers of {shape}")
        rng = np.random.default_rng(2)
        observed = [quality.measures(rng.uniform(-1, 1, shape)) for _ in range(draws // 4)]
        drawn = [nulls.layer(shape, None, 39, seed=i) for i in range(draws // 4)]
        for name, side in nulls.LAYER_SIDES.items():
            p = [pvalues.p_value(o[name][None], n[name], side)[0] for o, n in zip(observed, drawn, strict=True)]
            report(name, np.array(p), 40)


def families(draws: int) -> None:
    """As in a run: all kernels of a layer beside one null of 999."""
    print(f"some p_corrected <= {LEVEL} among {FAMILY} re-initialised kernels of 11 x 11, {draws} layers, null of 999")
    wrong = dict.fromkeys(nulls.SIDES, 0)
    rng = np.random.default_rng(3)
    for i in range(draws):
        observed, null = looks(rng.uniform(-1, 1, (FAMILY, 1, 11, 11))), nulls.reinitialised(11, seed=i)[1]
        for name, side in nulls.SIDES.items():
            p = pvalues.p_value(observed[name], null[name], side)
            wrong[name] += pvalues.corrected(p[None]).min() <= LEVEL
    for name, count in wrong.items():
        print(f"  {name:26} in {count / draws:.1%}")


def smooth_noise(rng: np.random.Generator, kernels: int, size: int, blur: float) -> np.ndarray:
    planes = gaussian_filter(rng.normal(size=(kernels, 1, size + 30, size + 30)), (0, 0, blur, blur))
    return planes[..., 15:-15, 15:-15]


def beside_surrogates(draws: int) -> dict[str, np.ndarray]:
    """p of the kernels of banks of stationary noise beside surrogates of their own bank.

    The kernels of a bank share a null that is estimated from them, so the p of the distance is too small.
    """
    found = {}
    for kernels, size, blur in SMOOTH:
        banks = -(-draws // kernels)
        print(f"surrogates, {banks} banks of {kernels} kernels of {size} x {size}, blur {blur}")
        p = {"localisation": [], "gabor_r2": []}
        rng = np.random.default_rng(4)
        for i in range(banks):
            bank = smooth_noise(rng, kernels, size, blur)
            drawn = stationary.noise(bank, NULL, seed=i)[:, 0]
            p["localisation"] += list(
                pvalues.p_value(measures.localisation(bank[:, 0]), measures.localisation(drawn), "greater")
            )
            if i % 4 == 0:
                p["gabor_r2"] += list(pvalues.p_value(gabor.fit(bank[:, 0]).r2, gabor.fit(drawn).r2, "greater"))
        for name, values in p.items():
            report(name, np.array(values))
            found.setdefault(name, np.array(values))
    return found


def times() -> None:
    rng = np.random.default_rng(5)
    banks = {name: rng.normal(size=shape).astype(np.float32) for name, shape in RUN.items()}
    made = []

    def measure() -> None:
        made[:] = measurement.rows(np.arange(40), banks, dict.fromkeys(banks), {}, {})

    fit = rng.normal(size=(215, 15, 15))
    gabor.fit(fit[:1])  # makes the dictionary
    print(f"a run of {RUN}: {min(common.seconds(measure) for _ in range(3)):.2f} s, {len(made)} rows")
    print(f"written: {common.seconds(lambda: csv.writer(io.StringIO()).writerows(made)):.2f} s")
    fits = min(common.seconds(lambda: gabor.fit(fit)) for _ in range(3))
    print(f"Gabor of 16 kernels and 199 surrogates of 15 x 15: {fits:.2f} s")


def figure(path: str, found: dict[str, np.ndarray]) -> None:
    from matplotlib.figure import Figure

    page = Figure(figsize=(5, 5), layout="constrained")
    axes = page.subplots()
    axes.plot([0, 1], [0, 1], color="#888888", linewidth=1)
    for name, p in found.items():
        axes.plot(np.sort(p), (np.arange(len(p)) + 1) / len(p), linewidth=1, label=name)
    axes.set(xlabel="p under its own null", ylabel="share of draws at or below", xlim=(0, 1), ylim=(0, 1))
    axes.legend(fontsize=8)
    page.savefig(path, dpi=100)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--figure", help="where to draw the distributions of p")
    arguments = parser.parse_args()
    times()
    found = reinitialised(arguments.draws)
    layers(arguments.draws)
    families(arguments.draws)
    found |= beside_surrogates(arguments.draws)
    if arguments.figure:
        figure(arguments.figure, found)
