import numpy as np
import plain_layers
import pytest
import torch

from kernelscope.models import responses
from kernelscope.probes import predictions

LAYERS = plain_layers.SMALL["stacked"]
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (7, 48, 48), dtype=np.uint8)
WEIGHTS = plain_layers.weights_of(LAYERS, (1, 48, 48))


@pytest.mark.parametrize("at_once", [1, 10**9])
def test_outputs_are_those_of_the_plain_layers_however_many_images_are_computed_at_once(monkeypatch, at_once):
    monkeypatch.setattr(responses, "AT_ONCE", at_once)
    wanted = plain_layers.outputs(LAYERS, WEIGHTS, torch.tensor(IMAGES[:, None] / np.float32(255)))[-1]
    np.testing.assert_allclose(predictions.outputs(LAYERS, WEIGHTS, IMAGES), wanted.numpy(), rtol=1e-4, atol=1e-5)


def test_probabilities_are_those_of_torch_and_do_not_overflow():
    outputs = np.array([[1.0, 2.0, 3.0], [1000.0, 1000.0, -1000.0]])
    wanted = torch.softmax(torch.tensor(outputs), 1).numpy()
    np.testing.assert_allclose(predictions.probabilities(outputs), wanted, atol=1e-12)


def test_a_row_has_the_largest_output_and_only_a_classification_has_probabilities():
    outputs = np.log(np.array([[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]]))
    rows = list(predictions.rows(outputs, np.array([1, 2]), "cross_entropy"))
    assert [tuple(row.values())[:3] for row in rows] == [(0, 1, 1), (1, 2, 0)]
    assert [row["probability"] for row in rows] == pytest.approx([0.7, 0.5])
    assert list(rows[0]) == list(predictions.COLUMNS)
    assert all(np.isnan(row["probability"]) for row in predictions.rows(outputs, np.array([1, 2]), "mse"))


def test_outputs_that_are_not_finite_are_no_prediction():
    (row,) = predictions.rows(np.array([[1.0, np.nan, 0.0]]), np.array([0]), "mse")
    assert (row["prediction"], row["probability"]) == (None, None)
