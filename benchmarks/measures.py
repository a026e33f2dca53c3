"""Is p of every measure uniform under its own null, and how long does it take to measure a run?

`distance` is the Kolmogorov-Smirnov distance from a uniform p, and `ks_p` its own p. `p_005` is the share of p <= 0.05
(5 % is right), and `p_01` the share of p <= 0.1.
"""

from harness import figures, tables, timing  # isort: skip
import csv
import io

import numpy as np
from harness.judging import share, typical
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest

from kernelscope.measures import gaussian_noise, layer_quality, measurement, nulls, plane_measures, shape_fit
from kernelscope.stats import pvalues

NULL = 199  # draws of each null; every observed value has its own null
CASES = ((7, 1, None), (11, 1, None), (15, 1, None), (15, 1, 0.01), (7, 16, None))  # size, channels, init std
LAYERS = ((16, 1, 11, 11), (16, 16, 5, 5), (32, 16, 3, 3))
SMOOTH = ((12, 15, 0), (12, 15, 1), (12, 15, 2), (5, 15, 2), (16, 11, 2))  # kernels, size, blur in pixels
RUN = {"conv1": (40, 16, 1, 11, 11), "conv2": (40, 16, 16, 5, 5), "conv3": (40, 32, 16, 3, 3)}
FAMILY, LEVEL = 12, 0.05
TABLES = {
    "measures": {
        **{
            "null": "text",
            "case": "text",
            "measure": "text",
            "n_resamples": "count",
            "distance": "number",
            "ks_p": "p",
        },
        **{"p_005": "share", "p_01": "share"},
    },
    "measures_families": {
        **{"measure": "text", "kernels": "count", "layers": "count", "level": "p", "any_at_level": "share"},
    },
    "measures_times": {"what": "text", "seconds": "s"},
}


def kolmogorov(p: np.ndarray, steps: int) -> tuple[float, float]:
    """Return the distance from uniform and its p, exactly: a discrete p = j / steps is spread evenly over its step."""
    spread = p - np.random.default_rng(0).uniform(0, 1 / steps, len(p))
    return tuple(kstest(spread, "uniform"))


def initialized(rng: np.random.Generator, shape: tuple[int, ...], init_std: float | None) -> np.ndarray:
    return rng.uniform(-1, 1, shape) if init_std is None else rng.normal(0, init_std, shape)


def looks(planes: np.ndarray) -> dict[str, np.ndarray]:
    return plane_measures.of_kernels(plane_measures.of_planes(planes))


class Found:
    """The table of p, and all p values of the cases in the figure."""

    def __init__(self):
        self.table, self.drawn = tables.Table("measures", TABLES["measures"]), {}

    def add(self, null: str, case: str, measure: str, p: np.ndarray, steps: int = NULL + 1) -> None:
        d, chance = kolmogorov(p, steps)
        self.table.add(null, case, measure, len(p), float(d), float(chance), share(p, 0.05), share(p, 0.1))
        self.drawn.setdefault(null, {}).setdefault(measure, []).append(p)


def reinitialized(results: Found, n_resamples: int, cases: tuple = CASES) -> None:
    """Add p of re-initialized kernels, each compared with its own null."""
    for size, channels, sd in cases:
        case = f"{size}x{size}x{channels}, {'normal' if sd else 'uniform'}"
        observed = looks(initialized(np.random.default_rng(1), (n_resamples, channels, size, size), sd))
        drawn = [nulls.reinitialized(size, channels, sd, NULL, seed=i)[1] for i in range(n_resamples)]
        for name, side in nulls.SIDES.items():
            p = [pvalues.p_value(observed[name][[i]], drawn[i][name], side)[0] for i in range(n_resamples)]
            results.add("re-initialized kernels", case, name, np.array(p))


def layers(results: Found, n_resamples: int, shapes: tuple = LAYERS) -> None:
    for shape in shapes:
        rng = np.random.default_rng(2)
        observed = [layer_quality.measures(rng.uniform(-1, 1, shape)) for _ in range(n_resamples)]
        drawn = [nulls.layer(shape, None, 39, seed=i) for i in range(n_resamples)]
        for name, side in nulls.LAYER_SIDES.items():
            p = [pvalues.p_value(o[name][None], n[name], side)[0] for o, n in zip(observed, drawn, strict=True)]
            results.add("re-initialized layers", "x".join(map(str, shape)), name, np.array(p), 40)


def families(n_resamples: int) -> None:
    """Compare all kernels of a layer with one null of 999, as in a run; count layers with any p_corrected too small."""
    smallest = {name: [] for name in nulls.SIDES}
    rng = np.random.default_rng(3)
    for i in range(n_resamples):
        observed, null = looks(rng.uniform(-1, 1, (FAMILY, 1, 11, 11))), nulls.reinitialized(11, seed=i)[1]
        for name, side in nulls.SIDES.items():
            p = pvalues.p_value(observed[name], null[name], side)
            smallest[name].append(pvalues.corrected(p[None]).min())
    table = tables.Table("measures_families", TABLES["measures_families"])
    for name, p in smallest.items():
        table.add(name, FAMILY, n_resamples, LEVEL, share(np.array(p), LEVEL))


def smooth_noise(rng: np.random.Generator, kernels: int, size: int, blur: float) -> np.ndarray:
    planes = gaussian_filter(rng.normal(size=(kernels, 1, size + 30, size + 30)), (0, 0, blur, blur))
    return planes[..., 15:-15, 15:-15]


def beside_surrogates(results: Found, n_resamples: int, banks: tuple = SMOOTH) -> None:
    """Add p of kernels from banks of stationary noise, compared with surrogates of their own bank.

    The kernels of a bank share a null that is estimated from them, so p of the distance is too small.
    """
    for kernels, size, blur in banks:
        p = []
        rng = np.random.default_rng(4)
        for i in range(-(-n_resamples // kernels)):
            bank = smooth_noise(rng, kernels, size, blur)
            drawn = gaussian_noise.noise(bank, NULL, seed=i)[:, 0]
            p += list(
                pvalues.p_value(plane_measures.localization(bank[:, 0]), plane_measures.localization(drawn), "greater")
            )
        results.add("surrogates", f"{kernels} of {size}x{size}, blur {blur}", "localization", np.array(p))


def times(run: dict[str, tuple[int, ...]], planes: int, repeats: int) -> None:
    rng = np.random.default_rng(5)
    banks = {name: rng.normal(size=shape).astype(np.float32) for name, shape in run.items()}
    snapshots = len(next(iter(banks.values())))
    made, factors = [], {name: np.ones(snapshots) for name in banks}

    def measure() -> None:
        made[:] = measurement.rows(np.arange(snapshots), banks, factors, dict.fromkeys(banks), {}, {})

    measure()
    fit = rng.normal(size=(planes, 15, 15))
    shape_fit.fit(fit[:1])
    shapes = ", ".join("x".join(map(str, shape)) for shape in run.values())
    table = tables.Table("measures_times", TABLES["measures_times"])
    for what, action in (
        (f"a run of {shapes}", measure),
        (f"writing its {len(made)} rows", lambda: csv.writer(io.StringIO()).writerows(made)),
        (f"shapes of {planes} kernels of 15x15, null kernels or not", lambda: shape_fit.fit(fit)),
    ):
        table.add(what, typical(timing.repeated(action, repeats)))


def figure(drawn: dict[str, dict[str, list[np.ndarray]]]) -> Figure:
    """Draw a panel for each null and a curve for each measure over all cases; below the diagonal, a test is
    conservative."""
    page = Figure(figsize=(13, 5.2), layout="constrained")
    page.suptitle(
        "kernels of which the null is true: a curve on the diagonal is right, below it a test is cautious",
        x=0.01,
        ha="left",
    )
    for axes, (null, curves) in zip(page.subplots(1, len(drawn), sharey=True), drawn.items(), strict=True):
        axes.plot([0, 1], [0, 1], color="#888888", linestyle="--", linewidth=1)
        for number, (name, p) in enumerate(curves.items()):
            values = np.sort(np.concatenate(p))
            share = (np.arange(len(values)) + 1) / len(values)
            axes.plot(values, share, label=name, markevery=0.1, markersize=5, linewidth=1.2, **figures.look(number))
        axes.set(title=f"{null}, {len(curves)} measures", xlabel="p", xlim=(0, 1), ylim=(0, 1))
        figures.plain(axes)
        axes.legend(frameon=False, loc="lower right")
    page.axes[0].set_ylabel("share of p at or below")
    return page


def main() -> None:
    options = tables.Options(__doc__, "3 resamples of the first case of each null")
    options.add_argument("--n-resamples", type=int, default=400, help="of every case; layers get a quarter")
    arguments = options.parse_args()
    small = arguments.small
    n_resamples, first = 3 if small else arguments.n_resamples, slice(1 if small else None)
    times(*(({"conv1": (4, 2, 1, 7, 7)}, 4, 1) if small else (RUN, 215, 3)))
    results = Found()
    reinitialized(results, n_resamples, CASES[first])
    layers(results, max(n_resamples // 4, 1), LAYERS[first])
    beside_surrogates(results, n_resamples, SMOOTH[first])
    families(1 if small else n_resamples)
    results.table.save(figure(results.drawn))


if __name__ == "__main__":
    main()
