"""The page's data about the comparison of all runs on a dataset."""

import numpy as np

from kernelscope.comparison import cka_matrix
from kernelscope.page import payloads

TABLES = ("matches", "pairs", "vocabulary")  # of an architecture: those that a view shows


def content(archs: dict[str, dict[str, dict]], cka: dict, energies: dict[str, dict]) -> dict:
    """Return the JSON of the payload.

    Parameters
    ----------
    archs : dict
        Architecture -> TABLES by name.
    cka : dict
        The layers of the matrix of CKA, as of `similarities`.
    energies : dict
        Architecture -> energy profiles, as of `profiles`.
    """
    return {
        "cka": cka,
        "archs": {
            arch: tables_of_arch | {"energy_seeds": {state: seeds for state, (seeds, _) in energies[arch].items()}}
            for arch, tables_of_arch in archs.items()
        },
    }


def arrays(matrix: np.ndarray, energies: dict[str, dict]) -> dict[str, np.ndarray]:
    """Return the arrays of the payload by name: the matrix of CKA, and cumulative energy from the same `energies`."""
    profiles_of = [(arch, state, energy) for arch, states in energies.items() for state, (_, energy) in states.items()]
    return {"cka": matrix} | {
        f"cumulative/{arch}/{state}": payloads.rounded(energy) for arch, state, energy in profiles_of
    }


def similarities(table: dict, failed: set[tuple[str, int]]) -> tuple[dict, np.ndarray]:
    """Return the layers of all runs in the order and groups of similarity.png, and the CKA (n, n) of every two.

    Parameters
    ----------
    table : dict
        similarity.csv, as of tables.py.
    failed : set
        (architecture, seed) of the runs that failed.

    Returns
    -------
    dict
        `entries`: [architecture, seed, layer] of each row. `groups`: [first row, last row, name] of neighbors that are
        the same layer of the same architecture.
    array
        1 on the diagonal, NaN where CKA is undefined.
    """
    entries, values = cka_matrix.matrix([dict(zip(table["columns"], row, strict=True)) for row in table["rows"]])
    order = cka_matrix.order(entries, values, failed) if entries else []
    ordered = [entries[i] for i in order]
    groups = [list(group) for group in cka_matrix.names(ordered, failed)]
    return {"entries": [list(entry) for entry in ordered], "groups": groups}, values[np.ix_(order, order)]


def profiles(table: dict) -> dict[str, tuple[list[int], np.ndarray]]:
    """Return state -> seeds, and their cumulative energy (seeds, components), from an energy.csv."""
    state, seed, component, cumulative = map(table["columns"].index, ("state", "seed", "component", "cumulative"))
    grouped: dict[str, dict[int, list[tuple]]] = {}
    for row in table["rows"]:
        grouped.setdefault(row[state], {}).setdefault(row[seed], []).append((row[component], row[cumulative]))
    by_state = {}
    for name, by_seed in grouped.items():
        energy = np.full((len(by_seed), max(map(len, by_seed.values()))), np.nan, np.float32)
        for place, cells in enumerate(by_seed.values()):
            for number, value in cells:
                energy[place, number - 1] = value
        by_state[name] = list(by_seed), energy
    return by_state
