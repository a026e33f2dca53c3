import numpy as np

from kernelscope.page import comparison_payload

SIMILARITY = {"columns": ["state", "cka"], "rows": [["trained", 0.5], ["untrained", 0.9], ["trained", 0.25]]}
ENERGY = {
    "columns": ["state", "seed", "component", "energy", "cumulative"],
    "rows": [
        *(["untrained", 3, 1, 0.75, 0.75], ["untrained", 3, 2, 0.25, 1.0]),
        *(["trained", 3, 1, 0.5, 0.5], ["trained", 3, 2, 0.5, 1.0]),
        *(["trained", 10, 2, 0.125, 1.0], ["trained", 10, 1, 0.875, 0.875]),
    ],
}


def test_energy_has_a_row_per_seed_in_the_order_of_the_table():
    profiles = comparison_payload.profiles(ENERGY)
    assert {state: seeds for state, (seeds, *_) in profiles.items()} == {"untrained": [3], "trained": [3, 10]}
    np.testing.assert_array_equal(profiles["untrained"][1], [[0.75, 1]])
    np.testing.assert_array_equal(profiles["trained"][1], [[0.5, 1], [0.875, 1]])


def test_a_component_that_is_not_there_is_nan_and_without_rows_there_is_no_state():
    short = ENERGY | {"rows": ENERGY["rows"][2:5]}
    np.testing.assert_array_equal(comparison_payload.profiles(short)["trained"][1], [[0.5, 1], [np.nan, 1]])
    assert comparison_payload.profiles(ENERGY | {"rows": []}) == {}


def test_only_trained_runs_are_compared():
    other = {"columns": ["seed_a"], "rows": [[1]]}
    tables = dict.fromkeys(comparison_payload.ARCH_TABLES, other)
    energies = {"a": comparison_payload.profiles(ENERGY)}
    content = comparison_payload.content({"architectures": other, "similarity": SIMILARITY}, {"a": tables}, energies)
    assert content["architectures"] == other
    assert content["similarity"] == {"columns": ["state", "cka"], "rows": [["trained", 0.5], ["trained", 0.25]]}
    assert content["archs"]["a"] == tables | {
        "energy_seeds": {"untrained": [3], "trained": [3, 10]},
    }
    assert set(comparison_payload.arrays(energies)) == {f"cumulative/a/{state}" for state in ("trained", "untrained")}
