"""How much of a bank lies along each principal component of the patches it reads: a profile that needs no matching.

After Chowers and Weiss (ICML 2023), who found nearly the same profile over seeds, architectures and even labels.
"""

from itertools import product

import numpy as np

COLUMNS = ("state", "seed", "component", "energy", "cumulative")
AGREEMENT_COLUMNS = ("state", "other", "seeds", "failed", "within", "between", "difference", "p", "smallest_p")
EXACT = 12  # seeds up to which all 2^n exchanges are made
DRAWN = 4095  # random exchanges beyond that


def profile(bank: np.ndarray, components: np.ndarray) -> np.ndarray:
    """The energy along each component (d,), as shares of its sum: e_i = mean over kernels of <w_k, u_i>^2.

    bank (out, in, k, k); components (d, in k k), one unit vector a row, largest variance first. Kernels are neither
    centred nor scaled, as published, so that strong kernels count more. NaN where the bank is zero or not finite.
    """
    if not np.isfinite(bank).all() or not bank.any():
        return np.full(len(components), np.nan)
    flat = bank.reshape(len(bank), -1).astype(np.float64)
    energy = ((flat / np.abs(flat).max()) @ components.T.astype(np.float64)) ** 2
    total = energy.mean(0).sum()
    return energy.mean(0) / total if total > 0 else np.full(len(components), np.nan)


def profiles(banks: dict[str, dict[int, np.ndarray]], components: np.ndarray) -> dict[str, dict[int, np.ndarray]]:
    """state -> seed -> profile, of state -> seed -> first-layer kernels."""
    return {state: {seed: profile(bank, components) for seed, bank in of.items()} for state, of in banks.items()}


def rows(found: dict[str, dict[int, np.ndarray]]):
    """Rows of the table; components count from 1."""
    for state, of in found.items():
        for seed, energy in of.items():
            for i, (share, sum_) in enumerate(zip(energy, np.cumsum(energy), strict=True)):
                yield {"state": state, "seed": seed, "component": i + 1, "energy": share, "cumulative": sum_}


def correlation(energies: np.ndarray) -> np.ndarray:
    """Pearson correlation of the roots of profiles (n, d), (n, n), as published; NaN for a flat or missing profile."""
    roots = np.sqrt(energies)
    centred = roots - roots.mean(1, keepdims=True)
    norms = np.sqrt((centred**2).sum(1))
    flat = ~(norms > 1e-12 * np.sqrt(roots.shape[1]))
    unit = centred / np.where(flat, 1, norms)[:, None]
    unit[flat] = np.nan
    return unit @ unit.T


def agreement(
    found: dict[str, dict[int, np.ndarray]], state: str, failed: set[int] = frozenset(), seed: int = 0
) -> list[dict]:
    """A row for `state` against each other state: do profiles of two seeds agree more within it than between them?

    within and between are mean correlations over pairs of different seeds. p is that of exchanging the two states in
    each seed on its own (a seed's two states share its start): all 2^n exchanges up to EXACT seeds, so p is exact and
    never below 2^-n (smallest_p), and 4,095 random ones beyond. Seeds without both profiles do not count; with fewer
    than two all numbers are None. `failed` are the seeds whose training failed; those that count all the same are
    in the column of that name.
    """
    return [_agreement(found, state, other, failed, seed) for other in found if other != state and state in found]


def _agreement(found: dict, state: str, other: str, failed: set[int], seed: int) -> dict:
    usable = [s for s in found[state] if s in found[other] and _usable(found[state][s]) and _usable(found[other][s])]
    n = len(usable)
    key = {"state": state, "other": other, "seeds": n, "failed": len(failed.intersection(usable))}
    if n < 2:
        return key | dict.fromkeys(AGREEMENT_COLUMNS[4:])
    r = correlation(np.stack([found[name][s] for name in (state, other) for s in usable]))
    within, between = _means(r, np.zeros((1, n), int))
    null = np.subtract(*_means(r, _exchanges(n, seed)))
    reached = np.mean(null >= within - between - 1e-12)
    numbers = (within[0], between[0], within[0] - between[0], reached, 1 / len(null))
    return key | dict(zip(AGREEMENT_COLUMNS[4:], numbers, strict=True))


def _usable(energy: np.ndarray) -> bool:
    return bool(np.isfinite(correlation(energy[None])).all())


def _exchanges(n: int, seed: int) -> np.ndarray:
    """Which seeds exchange their two states, 0 or 1 (exchanges, n); the first exchanges none."""
    if n <= EXACT:
        return np.array(list(product((0, 1), repeat=n)))
    drawn = np.random.default_rng([seed, n]).integers(0, 2, (DRAWN, n))
    return np.concatenate([np.zeros((1, n), int), drawn])


def _means(r: np.ndarray, exchanges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean correlation within the first state and between the two, over pairs of seeds, for every exchange."""
    n = exchanges.shape[1]
    first, second = np.arange(n) + n * exchanges, np.arange(n) + n * (1 - exchanges)
    apart = ~np.eye(n, dtype=bool)
    within, between = (r[first[:, :, None], mate[:, None, :]][:, apart].mean(1) for mate in (first, second))
    return within, between
