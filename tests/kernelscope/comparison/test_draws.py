"""Other images of the same kind: exact p over seeds, planted differences, and the shared start of a seed."""

import compare_draws
import numpy as np
import pytest
from tiers import THOROUGH

from kernelscope.comparison import draws
from kernelscope.io import array_files, cells, records

DATASETS = ["a", "b"]


def banks(seeds, *, shift=0.0, start=0.0, number=0, kernels=3):
    """Return kernels whose kind differs between datasets by `shift`, and which share a start within seeds."""
    rng = np.random.default_rng(number)
    kind, other = rng.standard_normal((2, kernels, 1, 5, 5))
    found = {}
    for seed in range(seeds):
        first = rng.standard_normal((kernels, 1, 5, 5))
        for name in DATASETS:
            own = kind + (shift * other if name == "b" else 0)
            found[name, seed] = own + start * first + 0.7 * rng.standard_normal((kernels, 1, 5, 5))
    return found


def test_kinds_that_differ_between_draws_are_found_with_six_seeds():
    row = draws.row(banks(6, shift=2), DATASETS, 1)
    assert row["difference"] == pytest.approx(row["between"] - row["within"])
    assert row["difference"] < -0.1
    assert row["high"] < 0
    assert row["p"] == row["smallest_p"] == 2 / 2**6
    assert (row["n"], row["failed"], row["datasets"], row["would_decide"]) == (6, 1, "a b", None)
    assert set(row) == set(draws.COLUMNS[3:])


def test_fewer_seeds_cannot_decide_and_say_how_many_would():
    row = draws.row(banks(5, shift=2), DATASETS, 0)
    assert (row["p"], row["smallest_p"], row["would_decide"]) == (1 / 16, 1 / 16, "6 seeds")
    one = draws.row(banks(1), DATASETS, 3)
    assert (one["p"], one["reason"], one["n"], one["would_decide"]) == (None, draws.FEW, 1, "6 seeds")


def test_a_shared_start_is_no_likeness_between_draws():
    found = [draws.row(banks(6, start=3, number=number), DATASETS, 0) for number in range(8)]
    assert abs(np.mean([row["difference"] for row in found])) < 0.03


@THOROUGH
def test_without_a_difference_p_is_small_in_one_of_twenty():
    small = [draws.row(banks(6, number=number, kernels=2), DATASETS, 0)["p"] <= 0.05 for number in range(60)]
    assert np.mean(small) < 0.15


def test_seeds_without_a_run_on_every_dataset_are_left_out():
    found = banks(7)
    del found["b", 3]
    assert draws.row(found, DATASETS, 1)["n"] == 6


def test_exchanges_are_all_different_groupings_and_the_first_changes_nothing():
    orders = draws.orders(2, 4)
    assert (orders[0] == [0, 1]).all()
    assert len({order.tobytes() for order in orders}) == len(orders) == 8
    assert draws.smallest_p(2, 4) == 1 / 8
    assert draws.smallest_p(3, 3) == 1 / 36
    assert [draws.seeds_needed(datasets) for datasets in (2, 3)] == [6, 3]
    assert len(draws.orders(2, 20)) == 4096


def test_the_table_has_a_row_for_each_architecture_state_and_layer(tmp_path):
    rng, failed = np.random.default_rng(0), ("b", 1)
    for name, seed in banks(3):
        folder = tmp_path / "runs" / name / "deep" / f"seed{seed}"
        kernels = {f"conv{i}": rng.standard_normal((4, 3, 1, 5, 5)).astype(np.float32) for i in (1, 2)}
        array_files.write_npz(folder / "kernels.npz", kernels | {"steps": np.arange(4), "epochs": np.arange(4)})
        records.write_json(folder / "run.json", {"failure": "diverged" * ((name, seed) == failed)})
    spec = {"draws": [DATASETS], "seeds": {"deep": [0, 1, 2]}}
    compare_draws.compare_draws(spec, str(tmp_path / "runs"), str(tmp_path / "draws.csv"))
    rows = cells.read(tmp_path / "draws.csv")
    assert tuple(rows[0]) == draws.COLUMNS
    assert [(row["arch"], row["state"], row["layer"]) for row in rows] == [
        ("deep", state, layer) for state in ("trained", "untrained") for layer in ("conv1", "conv2")
    ]
    assert {(row["n"], row["failed"], row["would_decide"]) for row in rows} == {(2, 1, "6 seeds")}
