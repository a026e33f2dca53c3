"""The page's data about the comparison of all runs on a dataset."""

import numpy as np

from kernelscope.io import tables
from kernelscope.page import payloads

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
            arch: tables_of_arch | {"energy_seeds": {state: seeds for state, (seeds, _) in energies[arch].items()}}
            for arch, tables_of_arch in archs.items()
        },
    }


def arrays(energies: dict[str, dict]) -> dict[str, np.ndarray]:
    """Return the arrays of the payload by name, from the same `energies`."""
    by_name = {}
    for arch, states in energies.items():
        for state, (_, cumulative) in states.items():
            by_name[f"cumulative/{arch}/{state}"] = payloads.rounded(cumulative)
    return by_name


def profiles(table: dict) -> dict[str, tuple[list[int], np.ndarray]]:
    """Return state -> seeds, and their cumulative energy (seeds, components), from an energy.csv."""
    grouped: dict[str, dict[int, list[tuple]]] = {}
    state_at, seed_at, component_at, cumulative_at = (
        table["columns"].index(name) for name in ("state", "seed", "component", "cumulative")
    )
    for row in table["rows"]:
        curve = grouped.setdefault(row[state_at], {}).setdefault(row[seed_at], [])
        curve.append((row[component_at], row[cumulative_at]))
    by_state = {}
    for state, by_seed in grouped.items():
        curves = np.full((len(by_seed), max(map(len, by_seed.values()))), np.nan, np.float32)
        for row, cells in enumerate(by_seed.values()):
            for component, cumulative in cells:
                curves[row, component - 1] = cumulative
        by_state[state] = (list(by_seed), curves)
    return by_state
