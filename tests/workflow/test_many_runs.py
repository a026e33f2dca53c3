"""Jobs over many runs: what they keep in memory, and what they draw."""

import compare_seeds
import fabricated
import pytest

from kernelscope.figures import architectures
from kernelscope.io import csv_files, run_info
from kernelscope.measures import kernels

NETWORK = {"network": "templates", "kernels": 4, "kernel_size": 5, "stride": 1}


@pytest.fixture
def runs(tmp_path, one_thread):
    """Make two architectures with two seeds each, up to their kernels and matches."""
    experiment = fabricated.experiment({"a": NETWORK, "b": NETWORK}, [0, 1])
    fabricated.do(experiment, tmp_path, "make_dataset")
    fabricated.train(experiment, tmp_path)
    fabricated.do(experiment, tmp_path, "extract_kernels", "match_kernels")
    return experiment, tmp_path


def test_only_the_compared_snapshots_stay_in_memory(runs):
    _, folder = runs
    banks = compare_seeds.first_layers(f"{folder}/runs/d", "a", [0, 1], {})
    assert [bank.base for by_seed in banks.values() for bank in by_seed.values()] == [None] * 4
    layers = run_info.read_kernels(folder / "runs/d/a/seed0/kernels.npz")
    trained = kernels.last(layers)
    assert [bank.base for bank in trained.values()] == [None]
    assert (banks["untrained"][0] == layers["conv1"][0]).all()
    assert (banks["trained"][0] == layers["conv1"][-1]).all()
    assert (trained["conv1"] == layers["conv1"][-1]).all()


@pytest.mark.parametrize("most", [1, 2])
def test_of_many_architectures_some_are_drawn_and_all_are_in_the_table(runs, monkeypatch, most):
    experiment, folder = runs
    calls, figure = [], architectures.figure
    monkeypatch.setattr(architectures, "MOST_DRAWN", {"screen": most})
    monkeypatch.setattr(architectures, "figure", lambda *given: calls.append(given) or figure(*given))
    fabricated.do(experiment, folder, "compare_architectures")
    fabricated.do(experiment, folder, "draw_architectures")
    ((archs, runs_drawn, *_),) = calls
    assert archs == ["a", "b"]
    assert {row["arch"] for row in runs_drawn} == set(archs[:most])
    rows = csv_files.read_csv(folder / "compare/d/architectures.csv")
    assert [row["arch"] for row in rows] == ["a", "b"]
