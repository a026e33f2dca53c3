"""Energy profiles: how much of a bank is along each principal component of the patches it reads, without any matching.

Chowers and Weiss (ICML 2023) found nearly the same profile across seeds, architectures and even labels.
"""

from itertools import product

import numpy as np

COLUMNS = ("state", "seed", "component", "energy", "cumulative")
AGREEMENT_COLUMNS = ("state", "other", "seeds", "failed", "within", "between", "difference", "p", "smallest_p")
EXACT = 12  # largest number of seeds for which all 2^n exchanges are made
DRAWN = 4095  # random exchanges for more seeds


def profile(bank: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Return the energy of a bank along each component, e_i = mean over kernels of <w, u_i>^2, as shares of the sum.

    Parameters
    ----------
    bank : array (out, in, k, k)
        The kernels. They are neither centered nor scaled, as in the paper, so strong kernels count more.
    components : array (d, in k k)
        Principal components of the patches, one unit vector a row, largest variance first.

    Returns
    -------
    array (d,)
        The shares; NaN if the bank is zero or not finite. Source: Chowers and Weiss (ICML 2023).
    """
    if not np.isfinite(bank).all() or not bank.any():
        return np.full(len(components), np.nan)
    flat = bank.reshape(len(bank), -1).astype(np.float64)
    energy = ((flat / np.abs(flat).max()) @ components.T.astype(np.float64)) ** 2
    total = energy.mean(0).sum()
    return energy.mean(0) / total if total > 0 else np.full(len(components), np.nan)


def profiles(banks: dict[str, dict[int, np.ndarray]], components: np.ndarray) -> dict[str, dict[int, np.ndarray]]:
    """Return state -> seed -> energy profile, from state -> seed -> first-layer kernels."""
    return {
        state: {seed: profile(bank, components) for seed, bank in by_seed.items()} for state, by_seed in banks.items()
    }


def rows(by_state: dict[str, dict[int, np.ndarray]]):
    """Yield the rows of energy.csv; components count from 1."""
    for state, by_seed in by_state.items():
        for seed, energy in by_seed.items():
            for i, (share, cumulative) in enumerate(zip(energy, np.cumsum(energy), strict=True)):
                yield {"state": state, "seed": seed, "component": i + 1, "energy": share, "cumulative": cumulative}


def correlation(energies: np.ndarray) -> np.ndarray:
    """Return the Pearson correlation of the square roots of profiles, the measure of Chowers and Weiss (ICML 2023).

    Parameters
    ----------
    energies : array (n, d)
        Energy profiles.

    Returns
    -------
    array (n, n)
        The correlation of each pair; NaN for a flat or missing profile.
    """
    roots = np.sqrt(energies)
    centered = roots - roots.mean(1, keepdims=True)
    norms = np.sqrt((centered**2).sum(1))
    flat = ~(norms > 1e-12 * np.sqrt(roots.shape[1]))
    unit = centered / np.where(flat, 1, norms)[:, None]
    unit[flat] = np.nan
    return unit @ unit.T


def agreement(
    by_state: dict[str, dict[int, np.ndarray]], state: str, failed: set[int] = frozenset(), seed: int = 0
) -> list[dict]:
    """Test whether the profiles of two seeds agree more within a state than between two states.

    Null: it does not matter which of a seed's two states is which. p comes from exchanging the two states in each seed
    independently (both states of a seed share its initial weights): all 2^n exchanges for up to EXACT seeds, so that p
    is exact and never below 2^-n, and DRAWN random exchanges for more.

    Parameters
    ----------
    by_state : dict
        State -> seed -> energy profile (d,).
    state : str
        The state that is compared with every other state.
    failed : set of int
        Seeds whose training failed. They take part; column `failed` says how many there are.
    seed : int
        Seed of the random exchanges.

    Returns
    -------
    list of dict
        A row with AGREEMENT_COLUMNS for each other state. `within` and `between` are mean correlations over pairs of
        different seeds. `smallest_p` is the smallest p that the number of seeds allows. Seeds without both profiles do
        not take part; with fewer than two seeds all numbers are None.
    """
    return [
        _agreement(by_state, state, other, failed, seed) for other in by_state if other != state and state in by_state
    ]


def _agreement(by_state: dict, state: str, other: str, failed: set[int], seed: int) -> dict:
    """Return one row of `agreement`."""
    usable = [
        s
        for s in by_state[state]
        if s in by_state[other] and _usable(by_state[state][s]) and _usable(by_state[other][s])
    ]
    n = len(usable)
    key = {"state": state, "other": other, "seeds": n, "failed": len(failed.intersection(usable))}
    if n < 2:
        return key | dict.fromkeys(AGREEMENT_COLUMNS[4:])
    r = correlation(np.stack([by_state[name][s] for name in (state, other) for s in usable]))
    within, between = _means(r, np.zeros((1, n), int))
    null = np.subtract(*_means(r, _exchanges(n, seed)))
    reached = np.mean(null >= within - between - 1e-12)
    numbers = (within[0], between[0], within[0] - between[0], reached, 1 / len(null))
    return key | dict(zip(AGREEMENT_COLUMNS[4:], numbers, strict=True))


def _usable(energy: np.ndarray) -> bool:
    """Return whether a profile has a correlation: it is finite and not flat."""
    return bool(np.isfinite(correlation(energy[None])).all())


def _exchanges(n: int, seed: int) -> np.ndarray:
    """Return which seeds exchange their two states, 0 or 1 (exchanges, n); the first row exchanges none."""
    if n <= EXACT:
        return np.array(list(product((0, 1), repeat=n)))
    drawn = np.random.default_rng([seed, n]).integers(0, 2, (DRAWN, n))
    return np.concatenate([np.zeros((1, n), int), drawn])


def _means(r: np.ndarray, exchanges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean correlations within the first state and between both, over pairs of seeds, for each exchange."""
    n = exchanges.shape[1]
    first, second = np.arange(n) + n * exchanges, np.arange(n) + n * (1 - exchanges)
    apart = ~np.eye(n, dtype=bool)
    within, between = (r[first[:, :, None], partner[:, None, :]][:, apart].mean(1) for partner in (first, second))
    return within, between
