"""Do the energy profiles of two seeds agree more than the profiles of kernels that learned nothing?"""

from collections.abc import Callable

import numpy as np

from kernelscope.comparison import permutation
from kernelscope.comparison.energy_profiles import correlation, profile
from kernelscope.measures import isotropic_noise, kernels
from kernelscope.stats import intervals

COLUMNS = (
    *("state", "null", "seeds", "failed", "value", "null_mean", "null_sd"),
    *("excess", "low", "high", "p", "smallest_p", "sides", "reason"),
)
AS_SMOOTH, INITIAL = "isotropic noise as smooth as each kernel", "re-initialized layers"
N_RESAMPLES, AT_ONCE = 999, 111
Banks = dict[int, np.ndarray]  # seed -> first-layer kernels (out, in, k, k)
Draw = Callable[[np.ndarray, int, int], np.ndarray]  # bank, number, seed -> banks (number, out, in, k, k)


def as_smooth(bank: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draw banks (draws, out, in, k, k) of isotropic noise with the lag-1 autocorrelation and norm of each kernel.

    Where the noise is undefined, as for a constant kernel, the kernel stays.
    """
    noise = isotropic_noise.noise(bank, draws, [seed]).swapaxes(0, 1)
    return np.where(np.isfinite(noise), noise, bank)


def initial(law) -> Draw:
    """Return a function that draws banks from the initial distribution of the layer.

    law: as in `kernels.reinitialized`. Energies are shares, so the scale of the weights has no meaning.
    """

    def draw(bank: np.ndarray, draws: int, seed: int) -> np.ndarray:
        return kernels.reinitialized(np.random.default_rng(seed), (draws, *bank.shape), law)

    return draw


def rows(states: dict[str, Banks], components: np.ndarray, nulls: dict[str, Draw], failed: set[int]) -> list[dict]:
    """Return the rows of energy_agreement.csv.

    The statistic is the mean correlation of the profiles' square roots over pairs of seeds (Chowers and Weiss 2023).
    Trained kernels are smooth, and the first principal components of patches are smooth, so profiles agree for that
    reason alone: hence the null of equally smooth noise. The initial distribution is known, so that null allows any p.

    Parameters
    ----------
    states : dict
        State -> seed -> first-layer kernels.
    components : array (d, in k k)
        Principal components of the patches.
    nulls : dict
        The name of each null -> a function that draws banks in place of a bank.
    failed : set of int
        Seeds whose training failed, which take no part.

    Returns
    -------
    list of dict
        A row with COLUMNS for each state and null, two-sided, with a jackknife interval over seeds.
    """
    return [
        {"state": state, "null": name} | tested(banks, components, draw, failed)
        for state, banks in states.items()
        for name, draw in nulls.items()
    ]


def tested(
    banks: Banks, components: np.ndarray, draw: Draw, failed: set[int] = frozenset(), n_resamples: int = N_RESAMPLES
) -> dict:
    """Return the columns of one row from `seeds` on."""
    usable = {seed: bank for seed, bank in banks.items() if seed not in failed and has_profile(bank, components)}
    count = {"seeds": len(usable), "failed": len(failed.intersection(banks))}
    if len(usable) < 2:
        return count | dict.fromkeys(COLUMNS[4:-1]) | {"reason": "fewer than two seeds with a profile"}
    observed = correlation(np.stack([profile(bank, components) for bank in usable.values()]))
    null = drawn(list(usable.values()), components, draw, n_resamples)
    pairs = np.triu_indices(len(usable), 1)
    test = permutation.judged(float(observed[pairs].mean()), null[:, *pairs].mean(1), 0, 2)
    low, high = jackknife(observed - null.mean(0))
    numbers = (test.value, test.null.mean(), test.null.std(), permutation.above(test), low, high)
    few = "" if low is not None else f"an interval needs {permutation.FEWEST} seeds"
    columns = dict(zip(COLUMNS[4:-1], (*numbers, test.p, test.smallest_p, 2), strict=True))
    return count | columns | {"reason": few}


def has_profile(bank: np.ndarray, components: np.ndarray) -> bool:
    """Whether the profile of a bank is finite and not flat, so that it has a correlation."""
    return bool(np.isfinite(correlation(profile(bank, components)[None])).all())


def drawn(banks: list[np.ndarray], components: np.ndarray, draw: Draw, n_resamples: int) -> np.ndarray:
    """Return the correlations of the profiles of all banks in every draw (n_resamples, seeds, seeds)."""
    profiles = np.empty((n_resamples, len(banks), len(components)))
    for start in range(0, n_resamples, AT_ONCE):
        for number, bank in enumerate(banks):
            sampled = draw(bank, min(AT_ONCE, n_resamples - start), start * len(banks) + number)
            profiles[start : start + AT_ONCE, number] = profile(sampled, components)
    return correlation(profiles)


def jackknife(excess: np.ndarray) -> tuple[float | None, float | None]:
    """Return the jackknife interval of the mean over pairs of seeds, from a symmetric array (seeds, seeds)."""
    n = len(excess)
    if n < permutation.FEWEST:
        return None, None
    apart = ~np.eye(n, dtype=bool)
    rest = [np.arange(n) != seed for seed in range(n)]
    without = [excess[np.ix_(r, r)][~np.eye(n - 1, dtype=bool)].mean() for r in rest]
    return intervals.jackknife(float(excess[apart].mean()), np.array(without))
