"""A second initialization goes through all tests as if it were trained; benchmarks/units.py counts what passes."""

import numpy as np
import pytest
from fabricated import do, experiment, weights
from tiers import THOROUGH

from kernelscope.data.image_file import ImageFile
from kernelscope.io import csv_files
from kernelscope.models import responses
from kernelscope.models.architectures import stacked
from kernelscope.probes import kernel_tests, probing, response_tests

LAYERS = stacked(3, 5, 1, (2, 2))
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("d")
    do(experiment({"templates": {"network": "templates"}}, [0]), folder, "make_dataset")
    file, rows = ImageFile(folder / "data/d/images.npz"), csv_files.read_csv(folder / "data/d/parameters.csv")
    splits = [probing.split(file, rows, name, 50, "none") for name in ("train", "test")]
    states = [weights(LAYERS, file.images["train"].shape, len(file.class_names), seed) for seed in (0, 1)]
    return probing.Run(LAYERS, *states, *splits, file.class_names)


def arrays_of(run) -> dict:
    maps = [responses.responses(run.layers, run.trained, split.images) for split in (run.train, run.test)]
    ablated, init_std = probing.ablation_rows(run, run.trained), {"conv": None, "linear": None}
    return probing.tests(run, probing.patterns_of(run), ablated, maps, init_std, 3)


def rows_of(run, arrays):
    largest = {name for name in arrays if name.startswith("largest/")}
    tests = kernel_tests.from_arrays({name: array for name, array in arrays.items() if name not in largest})
    alive = {state: {layer: np.ones(9, bool) for layer in layers} for state, layers in tests.items()}
    return list(kernel_tests.rows(tests, [], alive))


def test_both_states_have_a_row_for_every_kernel_and_claim_and_an_empty_p_has_a_reason(run):
    arrays = arrays_of(run)
    rows = rows_of(run, arrays)
    claims = [claim for claim in kernel_tests.CLAIMS if claim not in ("smoother", "oriented", "shape")]
    assert len(rows) == 2 * (3 + 2 + 2) * len(claims)
    assert {row["claim"] for row in rows} == set(claims)
    assert all(np.isfinite(row["p"]) != bool(row["reason"]) for row in rows)
    reasons = {(row["layer"], row["claim"]): row["reason"] for row in rows if row["reason"]}
    assert reasons["conv2", "span_pca"] == response_tests.NOT_PIXELS
    assert "better than chance" in reasons["conv1", "needed"]
    assert {row["null"] for row in rows if row["claim"] == "class"} == {"re-initialized kernels, same procedure"}
    named = [row for row in rows if row["claim"] == "feature" and row["rank"]]
    assert named
    assert all(", " in row["label"] for row in named)


def test_without_places_of_features_the_claims_about_them_have_a_reason(run):
    blind = run._replace(**{name: getattr(run, name)._replace(truth=[]) for name in ("train", "test")})
    rows = rows_of(run, arrays_of(blind))
    for row in rows:
        assert (row["reason"] == response_tests.NO_PLACES) == (row["claim"] in ("feature", "feature_beyond_noise"))


@THOROUGH
def test_equal_runs_have_equal_tests_and_the_first_null_is_the_same_in_both_states(run):
    first, again = (arrays_of(run) for _ in range(2))
    assert first.keys() == again.keys()
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    trained, untrained = (first[f"{state}/conv1/class/null"] for state in ("trained", "untrained"))
    np.testing.assert_array_equal(trained, untrained)
    assert (first["trained/conv2/class/null"] != first["untrained/conv2/class/null"]).any()
