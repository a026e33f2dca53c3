import numpy as np
import pytest

from kernelscope.page import comparison_payload

ENTRIES = [("a", 0, "c"), ("b", 0, "c"), ("a", 1, "c"), ("b", 1, "c")]
CKA = {("a", "b"): 0.1, ("a", "a"): 0.9, ("b", "b"): 0.8}
ENDS = [f"{part}_{end}" for end in "ab" for part in ("arch", "seed", "layer")]
SIMILARITY = {
    "columns": ["state", *ENDS, "cka"],
    "rows": [
        *(
            ["trained", *first, *second, CKA[first[0], second[0]]]
            for i, first in enumerate(ENTRIES)
            for second in ENTRIES[i + 1 :]
            if (first[0], second[0]) in CKA
        ),
        ["trained", *ENTRIES[1], *ENTRIES[2], None],
        ["untrained", *ENTRIES[0], *ENTRIES[1], 0.7],
    ],
}
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


def test_layers_that_see_images_alike_are_neighbors_and_failed_runs_come_last():
    cka, matrix = comparison_payload.similarities(SIMILARITY, {("b", 0)})
    assert cka["entries"][3] == ["b", 0, "c"]
    assert sorted(cka["entries"][:3]) == [["a", 0, "c"], ["a", 1, "c"], ["b", 1, "c"]]
    places = {tuple(entry): i for i, entry in enumerate(cka["entries"])}
    assert abs(places["a", 0, "c"] - places["a", 1, "c"]) == 1
    for row in SIMILARITY["rows"][:-2]:
        first, second = places[tuple(row[1:4])], places[tuple(row[4:7])]
        assert matrix[first, second] == matrix[second, first] == row[-1]
    assert np.isnan(matrix[places["b", 0, "c"], places["a", 1, "c"]])
    assert (np.diag(matrix) == 1).all()
    assert [group[:2] for group in cka["groups"]] in ([[0, 1], [2, 2], [3, 3]], [[0, 0], [1, 2], [3, 3]])
    assert cka["groups"][-1][2] == "b · c · seed 0 (failed)"


def test_without_any_pair_the_matrix_is_empty():
    cka, matrix = comparison_payload.similarities(SIMILARITY | {"rows": []}, set())
    assert (cka, matrix.shape) == ({"entries": [], "groups": []}, (0, 0))


def test_the_payload_has_the_tables_of_every_architecture_and_cumulative_energy():
    other = {"columns": ["seed_a"], "rows": [[1]]}
    tables = dict.fromkeys(comparison_payload.TABLES, other)
    energies = {"a": comparison_payload.profiles(ENERGY)}
    content = comparison_payload.content({"a": tables}, {"entries": []}, energies)
    assert content["cka"] == {"entries": []}
    assert content["archs"]["a"] == tables | {"energy_seeds": {"untrained": [3], "trained": [3, 10]}}
    arrays = comparison_payload.arrays(np.eye(2), energies)
    assert set(arrays) == {"cka", "cumulative/a/trained", "cumulative/a/untrained"}
    assert arrays["cumulative/a/untrained"] == pytest.approx(np.array([[0.75, 1.0]]))
