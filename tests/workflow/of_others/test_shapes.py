"""Kernels of every shape in an experiment: imported, extracted, measured as layers, and drawn."""

import json

import numpy as np
import pytest
import torch
from collections_of_kernels import config
from PIL import Image
from torch import nn

from experiment.plan.experiment import Experiment
from kernelscope.io import array_files, cells, csv_files, records

WHERE = {"dataset": "found", "arch": "unknown", "seed": "0"}


def network(seed):
    torch.manual_seed(seed)
    layers = {"square": nn.Conv2d(3, 4, 5), "row": nn.Conv2d(4, 3, (1, 7)), "tall": nn.Conv2d(3, 2, (5, 3))}
    layers |= {"line": nn.Conv1d(2, 3, 9), "volume": nn.Conv3d(1, 2, (2, 3, 4)), "point": nn.Conv2d(2, 2, 1)}
    return nn.ModuleDict(layers)


def imported(folder, **settings):
    import extract_kernels
    import import_kernels

    made = config(str(folder / "runs"), files="{run}/{epoch}.pt", min_max_normalized=False, **settings)
    made["experiment"]["seeds"] = [0]
    plan = Experiment(made)
    files = {name: str(folder / name) for name in ("snapshots.npz", "history.csv", "run.json")}
    import_kernels.import_kernels(json.loads(plan.spec("import_kernels", WHERE)), str(folder / "runs"), *files.values())
    kernels = [str(folder / name) for name in ("kernels.npz", "kernels.csv", "decay.csv")]
    extract_kernels.extract_kernels({}, files["snapshots.npz"], files["run.json"], *kernels)
    return plan, files | {"kernels": kernels}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "runs/a").mkdir(parents=True)
    for epoch in (0, 3):
        torch.save(network(epoch).state_dict(), tmp_path / f"runs/a/{epoch}.pt")
    return tmp_path


def test_every_shape_is_extracted_and_only_squares_go_where_squares_are_needed(place):
    _, files = imported(place)
    kernels = array_files.read_npz(files["kernels"][0])
    assert kernels.keys() == {"steps", "epochs", "square"}
    state = network(3).state_dict()
    table = csv_files.read_csv(files["kernels"][1])
    for layer, space in (("square", (5, 5)), ("row", (1, 7)), ("tall", (5, 3)), ("line", (9,)), ("volume", (2, 3, 4))):
        rows = [row for row in table if row["layer"] == layer and row["step"] == "3"]
        weights = state[f"{layer}.weight"].numpy()
        assert np.array_equal([np.float32(row["weight"]) for row in rows], weights.ravel())
        known = [name for name in ("depth", "row", "col") if rows[0][name] != ""]
        assert known == ["depth", "row", "col"][3 - len(space) :]
        assert [int(rows[-1][name]) for name in known] == [side - 1 for side in space]
    left_out = {one["name"]: one["why"] for one in records.read_json(files["run.json"])["pretrained"]["left_out"]}
    assert left_out.keys() == {"row", "tall", "line", "volume", "point"}
    assert "layer_measures.csv" in left_out["line"] and "1 x 1" in left_out["point"]


def test_layers_of_every_shape_are_measured_and_drawn(place):
    import measure_layers

    plan, files = imported(place)
    spec = json.loads(plan.spec("measure_layers", WHERE))
    made = str(place / "layer_measures.csv"), [str(place / "shapes.png")]
    measure_layers.measure_layers(spec, files["snapshots.npz"], *made)
    rows = cells.read(made[0])
    assert [(row["step"], row["layer"]) for row in rows] == [
        (step, name) for step in (0, 3) for name in ("square", "row", "tall", "line", "volume")
    ]
    assert [row["shape"] for row in rows[:5]] == ["5 x 5", "1 x 7", "5 x 3", 9, "2 x 3 x 4"]
    assert all(0 < row["orthogonality_p"] <= 1 and row["pca_1"] > 0 for row in rows)
    with Image.open(made[1][0]) as picture:
        assert picture.height > 600


def test_a_network_without_square_kernels_is_refused_in_one_line(tmp_path):
    (tmp_path / "runs/a").mkdir(parents=True)
    torch.save(nn.Sequential(nn.Conv1d(2, 3, 9)).state_dict(), tmp_path / "runs/a/0.pt")
    with pytest.raises(ValueError, match=r"a/0\.pt: got only 0 3 x 2 x 9, expected at least one conv weight"):
        imported(tmp_path)
