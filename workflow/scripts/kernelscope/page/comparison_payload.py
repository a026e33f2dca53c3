"""What the page holds of the comparison of all runs on a dataset."""

import numpy as np

from kernelscope.io import tables

DATASET_TABLES = ("architectures", "similarity")
ARCH_TABLES = ("matches", "pairs", "universal", "universal_kernels", "energy_agreement", "cka")


def content(across: dict[str, dict], archs: dict[str, dict[str, dict]], energies: dict[str, dict]) -> dict:
    """The JSON of the block. across: DATASET_TABLES by name; archs: of each architecture ARCH_TABLES by name;
    energies: of each architecture those of `profiles`."""
    return {
        "architectures": across["architectures"],
        "similarity": tables.where(across["similarity"], "state", "trained"),
        "archs": {
            arch: mine
            | {"matches": tables.without(mine["matches"], "p")}
            | {"energy_seeds": {state: seeds for state, (seeds, _, _) in energies[arch].items()}}
            for arch, mine in archs.items()
        },
    }


def arrays(energies: dict[str, dict]) -> dict[str, np.ndarray]:
    """The arrays of the block by name, from the same `energies`."""
    found = {}
    for arch, states in energies.items():
        for state, (_, energy, cumulative) in states.items():
            found |= {f"energy/{arch}/{state}": energy, f"cumulative/{arch}/{state}": cumulative}
    return found


def profiles(table: dict) -> dict[str, tuple[list[int], np.ndarray, np.ndarray]]:
    """state -> seeds, and their energy and cumulative energy (seeds, components), of an energy.csv."""
    grouped: dict[str, dict[int, list[tuple]]] = {}
    for state, seed, component, *values in table["rows"]:
        grouped.setdefault(state, {}).setdefault(seed, []).append((component, *values))
    found = {}
    for state, of in grouped.items():
        both = np.full((2, len(of), max(map(len, of.values()))), np.nan, np.float32)
        for row, cells in enumerate(of.values()):
            for component, *values in cells:
                both[:, row, component - 1] = values
        found[state] = (list(of), *both)
    return found
