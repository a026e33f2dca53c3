"""The page's data about the comparison of all runs on a dataset."""

import numpy as np

from kernelscope.io import tables

DATASET_TABLES = ("architectures", "similarity")
ARCH_TABLES = ("matches", "pairs", "vocabulary", "types", "energy_agreement", "cka")


def content(across: dict[str, dict], archs: dict[str, dict[str, dict]], energies: dict[str, dict]) -> dict:
    """Return the JSON of the payload.

    Parameters
    ----------
    across : dict
        DATASET_TABLES by name.
    archs : dict
        Architecture -> ARCH_TABLES by name.
    energies : dict
        Architecture -> energy profiles, as of `profiles`.
    """
    return {
        "architectures": across["architectures"],
        "similarity": tables.where(across["similarity"], "state", "trained"),
        "archs": {
            arch: tables_of_arch | {"energy_seeds": {state: seeds for state, (seeds, _, _) in energies[arch].items()}}
            for arch, tables_of_arch in archs.items()
        },
    }


def arrays(energies: dict[str, dict]) -> dict[str, np.ndarray]:
    """Return the arrays of the payload by name, from the same `energies`."""
    by_name = {}
    for arch, states in energies.items():
        for state, (_, energy, cumulative) in states.items():
            by_name |= {f"energy/{arch}/{state}": energy, f"cumulative/{arch}/{state}": cumulative}
    return by_name


def profiles(table: dict) -> dict[str, tuple[list[int], np.ndarray, np.ndarray]]:
    """Return state -> seeds, and their energy and cumulative energy (seeds, components), from an energy.csv."""
    grouped: dict[str, dict[int, list[tuple]]] = {}
    for state, seed, component, *values in table["rows"]:
        grouped.setdefault(state, {}).setdefault(seed, []).append((component, *values))
    by_state = {}
    for state, by_seed in grouped.items():
        both = np.full((2, len(by_seed), max(map(len, by_seed.values()))), np.nan, np.float32)
        for row, cells in enumerate(by_seed.values()):
            for component, *values in cells:
                both[:, row, component - 1] = values
        by_state[state] = (list(by_seed), *both)
    return by_state
