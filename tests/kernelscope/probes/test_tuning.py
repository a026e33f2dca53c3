import numpy as np
import pytest

from kernelscope.io import csv_files
from kernelscope.models import responses as models_responses
from kernelscope.models.layer_lists import RELU, conv
from kernelscope.probes import stimuli, tuning

PROBES = stimuli.probes(40, 40, 2.0)


def templates(*wanted, size=15) -> np.ndarray:
    """Return kernels (out, 1, size, size) that are the middle of a probe, with sum 0."""
    at = [np.flatnonzero((PROBES.stimulus == name) & (PROBES.angle == angle))[0] for name, angle in wanted]
    low = (40 - size) // 2
    kernels = PROBES.images[at, None, low : low + size, low : low + size] / 255.0
    return kernels - kernels.mean((-1, -2), keepdims=True)


def responses(kernels: np.ndarray) -> np.ndarray:
    layers = [conv("conv1", len(kernels), kernels.shape[-1]), RELU]
    weights = {"conv1.weight": kernels.astype(np.float32), "conv1.bias": np.zeros(len(kernels), np.float32)}
    return models_responses.responses(layers, weights, PROBES.images)["conv1"]


def of_kernels(trained: np.ndarray) -> list[list[dict]]:
    rows = tuning.rows("conv1", PROBES, trained, trained)
    return [[row for row in rows if row["kernel"] == kernel] for kernel in range(trained.shape[1])]


WANTED = [("bar", 0), ("bar", 60), ("bar", 90), ("bar", 150), ("corner", 0), ("corner", 135), ("corner", 315)]


def test_a_kernel_that_is_a_probe_prefers_that_probe():
    preferred = [tuning.preferred(rows) for rows in of_kernels(responses(templates(*WANTED)))]
    assert [(row["stimulus"], row["angle"]) for row in preferred] == WANTED
    assert min(row["modulation"] for row in preferred) > 0.3


def test_a_kernel_that_is_a_whole_arc_prefers_it():
    wanted = [("arc", 0), ("arc", 90), ("arc", 225)]
    preferred = [tuning.preferred(rows) for rows in of_kernels(responses(templates(*wanted, size=27)))]
    assert [(row["stimulus"], row["angle"]) for row in preferred] == wanted


def test_the_curves_are_the_largest_responses_by_a_plain_loop():
    rng = np.random.default_rng(0)
    untrained, trained = rng.normal(size=(2, 60, 3, 5, 4))
    rows = tuning.rows("conv2", PROBES, untrained, trained)
    assert len(rows) == 180
    at = 0
    for kernel in range(3):
        for i in range(60):
            row = rows[at]
            assert tuple(row) == tuning.COLUMNS
            assert (row["layer"], row["kernel"]) == ("conv2", kernel)
            assert (row["stimulus"], row["angle"]) == (PROBES.stimulus[i], PROBES.angle[i])
            assert row["untrained"] == max(untrained[i, kernel].ravel())
            assert row["trained"] == max(trained[i, kernel].ravel())
            at += 1


def literal(bar, corner, arc):
    names = [("bar", 0, bar[0]), ("bar", 90, bar[1]), ("corner", 45, corner[0]), ("corner", 90, corner[1])]
    names += [("arc", 0, arc[0]), ("arc", 180, arc[1])]
    return [{"stimulus": name, "angle": angle, "trained": value, "untrained": 0.0} for name, angle, value in names]


def test_preference_and_modulation_of_literal_curves():
    preferred = tuning.preferred(literal((1, 0), (3, 1), (2, 2)))
    assert preferred == {"stimulus": "corner", "angle": 45, "response": 3, "modulation": 0.5}
    assert tuning.preferred(literal((-5, -1), (-1, -1), (-1, 2)))["modulation"] == 1
    assert tuning.preferred(literal((2, 2), (1, 1), (0, 0)))["modulation"] == 0


def test_a_corner_that_is_no_better_than_its_half_bars_is_none():
    assert tuning.preferred(literal((0, 2.99), (3, 1), (2, 2)))["stimulus"] == "bar"
    assert tuning.preferred(literal((0, 2.9), (3, 1), (2, 2)))["stimulus"] == "corner"


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, None])
def test_silent_and_broken_kernels_prefer_nothing(value, tmp_path):
    nothing = dict.fromkeys(tuning.PREFERENCE)
    assert tuning.preferred(literal((value, value), (value, value), (value, value))) == nothing
    if value is not None and not np.isfinite(value):
        assert tuning.preferred(literal((1, 2), (3, value), (1, 1))) == nothing
    assert tuning.preferred(literal((1, 2), (3, 4), (1, 1)), "untrained") == nothing
    assert tuning.preferred([]) == nothing


def test_responses_that_are_not_finite_leave_empty_cells(tmp_path):
    broken = np.ones((60, 2, 3, 3))
    broken[4, 1, 2, 2], broken[5, 1, 0, 0] = np.nan, np.inf
    rows = tuning.rows("conv1", PROBES, broken, broken)
    csv_files.write_csv(tmp_path / "tuning.csv", tuning.COLUMNS, rows)
    empty = [i for i, row in enumerate(csv_files.read_csv(tmp_path / "tuning.csv")) if not row["trained"]]
    assert empty == [64, 65]


def test_simpler_stimuli_come_first_and_none_is_left_out():
    assert tuple(stimuli.FULL) == tuning.SIMPLEST_FIRST
