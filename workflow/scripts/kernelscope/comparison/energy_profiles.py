"""Energy profiles: how much of a bank is along each principal component of the patches it reads, without any matching.

Chowers and Weiss (ICML 2023) found nearly the same profile across seeds, architectures and even labels.
"""

import numpy as np

COLUMNS = ("state", "seed", "component", "energy", "cumulative")


def profile(banks: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Return the energy of banks along each component, e_i = mean over kernels of <w, u_i>^2, as shares of the sum.

    Parameters
    ----------
    banks : array (..., out, in, k, k)
        The kernels. They are neither centered nor scaled, as in the paper, so strong kernels count more.
    components : array (d, in k k)
        Principal components of the patches, one unit vector a row, largest variance first.

    Returns
    -------
    array (..., d)
        The shares; NaN if a bank is zero or not finite. Source: Chowers and Weiss (ICML 2023).
    """
    flat = banks.reshape(*banks.shape[:-3], -1).astype(np.float64)
    largest = np.abs(flat).max((-2, -1), keepdims=True)
    usable = np.isfinite(largest) & (largest > 0)
    scaled = np.where(usable, flat, 0) / np.where(usable, largest, 1)
    energy = ((scaled @ components.T.astype(np.float64)) ** 2).mean(-2)
    total = energy.sum(-1, keepdims=True)
    return np.divide(energy, total, out=np.full(energy.shape, np.nan), where=total > 0)


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
    energies : array (..., n, d)
        Energy profiles.

    Returns
    -------
    array (..., n, n)
        The correlation of each pair; NaN for a flat or missing profile.
    """
    roots = np.sqrt(energies)
    centered = roots - roots.mean(-1, keepdims=True)
    norms = np.sqrt((centered**2).sum(-1))
    flat = ~(norms > 1e-12 * np.sqrt(roots.shape[-1]))
    unit = centered / np.where(flat, 1, norms)[..., None]
    unit[flat] = np.nan
    return unit @ unit.swapaxes(-1, -2)
