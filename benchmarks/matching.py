"""Is p of every test across seeds right between banks that share no kernel, and is a shared bank found?

matching.csv: the share of draws with p <= 0.01, 0.05 and 0.10, and at how many of these levels it is `above` the 99 %
point of a binomial count of this many draws (`most`). Where the null is true of a bank, this must be none; where it is
not (`null`), the share is reported.
matching_shared.csv: how many of 100 shared banks are found. matching_detectable.csv: the excess that a test says it
finds in 80 % of cases, and the share of planted cases of about that excess that it does find.
"""

from collections.abc import Callable

from harness import banks, figures, tables, targets  # isort: skip
import numpy as np
from matplotlib.figure import Figure
from scipy.stats import binom

from kernelscope.comparison import cka_tests, control_comparison, energy_tests, permutation, planted, pool, vocabulary
from kernelscope.comparison import draws as other_images
from kernelscope.comparison import types as kernel_types
from kernelscope.measures import cka

SEEDS, KERNELS, SIZE = 3, 6, 9
N_RESAMPLES = 99  # so that p is uniform on hundredths, and each of LEVELS is a possible p
CONTROLS, NETWORKS = 6, 6  # seeds of each group where seeds are exchanged: 2 / 2^6 is the smallest p
LEVELS = (0.01, 0.05, 0.10)
TRUE, NOT_TRUE = "true", "not true"
ABOVE, FOUND = ("matching", "above"), ("matching_shared", "found")  # columns with a target
TABLES = {
    "matching": {
        **{"bank": "text", "test": "text", "null": "text", "draws": "count", "p_001": "share", "p_005": "share"},
        **{"p_010": "share", "most_001": "share", "most_005": "share", "most_010": "share", "above": "count"},
    },
    "matching_shared": {
        **{"kernels": "count", "noise": "number", "moved": "pixels", "test": "text", "banks": "count"},
        "found": "count",
    },
    "matching_detectable": {
        **{"bank": "text", "shared": "count", "excess": "number", "detectable": "number", "cases": "count"},
        "found": "share",
    },
}
TARGETS = (
    targets.at_most(0, "levels at which a test across seeds rejects a true null too often", *ABOVE, null=TRUE),
    *(
        targets.at_least(95, f"shared banks of 8 kernels found of 100, {test}", *FOUND, kernels=8, moved=2, test=test)
        for test in ("rotated", "permuted")
    ),
)


def pool_of(draw: Callable, rng: np.random.Generator, seeds: int = SEEDS) -> pool.Pool:
    """Return a pool of independent banks of one law."""
    return pooled({seed: draw(rng, KERNELS, SIZE) for seed in range(seeds)})


def pooled(drawn: dict[int, np.ndarray]) -> pool.Pool:
    return pool.pooled(drawn, {seed: np.ones(len(bank), bool) for seed, bank in drawn.items()})


def p_of_pool(kernels: pool.Pool, seed: int) -> dict[str, float]:
    """Return p of every test that compares the kernels of all seeds with each other."""
    types = kernel_types.found(kernels).of
    tested = {
        "rotated": permutation.rotated(kernels, N_RESAMPLES, seed),
        "permuted": permutation.permuted(kernels, None, N_RESAMPLES, seed),
        "permuted within types": permutation.permuted(kernels, types, N_RESAMPLES, seed),
        "cells": vocabulary.tested(vocabulary.filled, kernels, types, N_RESAMPLES, seed),
        "shared types": vocabulary.tested(vocabulary.in_every_seed, kernels, types, N_RESAMPLES, seed),
    }
    return {name: test.p for name, test in tested.items()}


def p_of_partners(draw: Callable, rng: np.random.Generator, seed: int) -> dict[str, float]:
    """Return p of the comparisons with a control and with other images; networks of one seed share kernels."""
    half = KERNELS // 2
    real = [draw(rng, KERNELS, SIZE)[:half] for _ in range(CONTROLS)]
    other = [np.concatenate([bank[: half // 2], draw(rng, KERNELS, SIZE)[half // 2 : half]]) for bank in real]
    images = {(name, i): bank for name, of in (("a", real), ("b", other)) for i, bank in enumerate(of)}
    return p_of_control(real, other, seed) | {"other images": other_images.row(images, ["a", "b"], 0)["p"]}


def p_of_control(real: list[np.ndarray], control: list[np.ndarray], seed: int) -> dict[str, float]:
    """Return p of the comparison with a control."""
    together = pooled(dict(enumerate([*real, *control])))
    groups = [pool.subset(together, np.flatnonzero((together.seed >= CONTROLS) == side)) for side in (False, True)]
    groups = [group._replace(seed=group.seed % CONTROLS) for group in groups]
    return {"control": control_comparison.tested(control_comparison.banks(*groups, together.value), seed).p}


def p_of_energy(draw: Callable, rng: np.random.Generator, components: np.ndarray) -> float:
    """Return p of energy profiles against equally smooth noise."""
    drawn = {seed: draw(rng, KERNELS, SIZE) for seed in range(SEEDS)}
    return energy_tests.tested(drawn, components, energy_tests.as_smooth, n_resamples=N_RESAMPLES)["p"]


def p_of_cka(rng: np.random.Generator, noise: float) -> float:
    """Return p of CKA where a trained network is as unlike other networks as an untrained one."""
    shared = rng.standard_normal((30, 6))
    images = [cka.gram(shared + noise * rng.standard_normal((30, 6))) for _ in range(2 * NETWORKS)]
    value = np.array([[cka.debiased(K, L) for L in images] for K in images])
    n = NETWORKS
    return cka_tests.tested(np.stack([value[:n, :n], value[n:, n:], value[:n, n:]])).p


def calibration(laws: tuple, draws: int) -> tuple[tables.Table, dict[str, dict[str, np.ndarray]]]:
    """Return the table, and test -> bank -> p (draws,)."""
    table, p_of = tables.Table("matching", TABLES["matching"]), {}
    components = np.linalg.svd(banks.patches(np.random.default_rng(9), 2000, SIZE).reshape(2000, -1))[2]
    for law in laws:
        of_pool, of_partners, of_energy = (np.random.default_rng([1, LAWS.index(law), part]) for part in range(3))
        rows = [p_of_pool(pool_of(law, of_pool), n) | p_of_partners(law, of_partners, n) for n in range(draws)]
        for test in rows[0]:
            add(table, p_of, law.__name__, test, np.array([row[test] for row in rows]))
        few = draws if law is banks.noise else max(6, draws // 5)
        p_energy = [p_of_energy(law, of_energy, components) for _ in range(few)]
        add(table, p_of, law.__name__, "energy", np.array(p_energy))
    rng = np.random.default_rng(2)
    add(table, p_of, "features", "CKA", np.array([p_of_cka(rng, 1.0) for _ in range(draws)]))
    return table, p_of


LAWS = banks.LAWS


def add(table: tables.Table, p_of: dict, bank: str, test: str, p: np.ndarray) -> None:
    """Add a row, and keep p for the figure."""
    p_of.setdefault(test, {})[bank] = p
    null = NOT_TRUE if (bank, test) in banks.NOT_TRUE or (test == "energy" and bank != "noise") else TRUE
    share, most = [float((p <= level + 1e-12).mean()) for level in LEVELS], most_of(len(p))
    above = sum(s > m for s, m in zip(share, most, strict=True))
    table.add(bank, test, null, len(p), *share, *most, above)


def most_of(draws: int) -> list[float]:
    """Return the 99 % points of the shares of p at or below LEVELS if p is uniform."""
    return [float(binom.ppf(0.99, draws, level)) / draws for level in LEVELS]


def found(test: str, kernels: int, noise: float, move: int, repeats: int) -> int:
    """Return how often a test finds a shared bank."""
    count = 0
    for repeat in range(repeats):
        of = pooled(banks.moved(np.random.default_rng([2, repeat]), SEEDS, kernels, 15, noise, move))
        tested = (
            permutation.rotated(of, N_RESAMPLES, repeat)
            if test == "rotated"
            else permutation.permuted(of, None, N_RESAMPLES, repeat)
        )
        count += int(tested.p <= 0.05)
    return count


def shared_banks(cases: tuple, repeats: int) -> None:
    table = tables.Table("matching_shared", TABLES["matching_shared"])
    for kernels, noise, move in cases:
        for test in ("rotated", "permuted"):
            table.add(kernels, noise, move, test, repeats, found(test, kernels, noise, move, repeats))


def detectable(laws: tuple, cases: int, seeds: int, counts: tuple) -> None:
    """Plant kernels that all seeds share among independent ones, and count how often they are found."""
    table = tables.Table("matching_detectable", TABLES["matching_detectable"])
    for law in laws:
        for count in counts:
            tests = []
            for case in range(cases):
                rng = np.random.default_rng([3, case])
                shared = law(rng, count, SIZE)
                drawn = {s: np.concatenate([noisy(rng, shared), law(rng, 12 - count, SIZE)]) for s in range(seeds)}
                tests.append(permutation.permuted(pooled(drawn), None, N_RESAMPLES, case))
            excess = float(np.mean([permutation.above(test) for test in tests]))
            predicted = float(np.mean([planted.detectable(test) for test in tests]))
            share = float(np.mean([test.p <= 0.05 for test in tests]))
            table.add(law.__name__, count, excess, predicted, cases, share)


def noisy(rng: np.random.Generator, kernels: np.ndarray) -> np.ndarray:
    """Return the kernels under noise half as strong."""
    return kernels + 0.5 * banks.blurred(rng, len(kernels), SIZE, 1.5)


def figure(p_of: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Draw for each test the share of draws up to each p; the diagonal is right, below it a test is conservative."""
    page = Figure(figsize=(12, 10), layout="constrained")
    page.suptitle(
        "banks without a common kernel: share of draws up to each p", fontsize=14, fontweight="bold", x=0.01, ha="left"
    )
    panels = page.subplots(3, 3, sharex=True, sharey=True).ravel()
    for axes, (test, by_bank) in zip(panels, p_of.items(), strict=False):
        axes.plot([0, 1], [0, 1], color="#cccccc", linewidth=4)
        for number, (bank, p) in enumerate(by_bank.items()):
            dashed = "--" if (bank, test) in banks.NOT_TRUE or (test == "energy" and bank != "noise") else "-"
            axes.plot(
                np.sort(p),
                np.linspace(0, 1, len(p)),
                linestyle=dashed,
                linewidth=1.2,
                label=bank,
                **figures.look(number) | {"marker": ""},
            )
        axes.set(title=test, xlim=(0, 1), ylim=(0, 1))
        axes.spines[["top", "right"]].set_visible(False)
    for axes in panels[len(p_of) :]:
        axes.set_axis_off()
    page.supxlabel("p (dashed: the null is not true of this bank)")
    page.legend(*panels[0].get_legend_handles_labels(), frameon=False, fontsize=9, loc="outside right center")
    return page


def main() -> None:
    options = tables.Options(__doc__, "one kind of banks, 6 draws of each, and one shared bank")
    options.add_argument("--draws", type=int, default=1000, help="of banks for each law and test")
    arguments = options.parse_args()
    small = arguments.small
    shared_banks(SHARED[: 1 if small else None], 2 if small else 100)
    detectable(LAWS[: 1 if small else 2], 4 if small else 100, 3 if small else 8, (1,) if small else (2, 4, 6, 8))
    table, p_of = calibration(LAWS[: 1 if small else None], 6 if small else arguments.draws)
    table.save(figure(p_of))
    targets.say(TARGETS, TABLES)


SHARED = ((8, 0.5, 2), (8, 0.5, 0), (12, 0.5, 2), (12, 1.0, 0))  # kernels, noise, shift in pixels


if __name__ == "__main__":
    main()
