"""Measures of layers of any shape, against plain formulas and the measures of square planes."""

import numpy as np
import pytest

from kernelscope.measures import any_shape, layer_quality

RNG = np.random.default_rng(0)
SHAPES = [(6, 3, 3, 3), (6, 3, 1, 7), (6, 3, 5, 2), (6, 3, 9), (6, 3, 2, 3, 4)]


@pytest.mark.parametrize("shape", SHAPES)
def test_measures_of_any_shape_are_those_of_plain_loops(shape):
    bank = RNG.normal(size=shape).astype(np.float32)
    bank[2] = 0
    bank[:, 1] = 1e-4
    found = any_shape.row(bank)
    planes = bank.reshape(-1, int(np.prod(shape[2:]))).astype(np.float64)
    variance = np.linalg.svd(planes - planes.mean(0), compute_uv=False) ** 2
    shares = variance / variance.sum()
    assert [found[f"pca_{i}"] for i in (1, 2, 3)] == pytest.approx(shares[:3], abs=1e-6)
    positive = shares[shares > 1e-15]
    assert found["variance_entropy"] == pytest.approx(-(positive * np.log10(positive)).sum(), abs=1e-6)
    unit = bank.reshape(6, -1) / np.maximum(np.linalg.norm(bank.reshape(6, -1), axis=1), 1e-30)[:, None]
    assert found["orthogonality"] == pytest.approx(
        1 - (np.abs(unit @ unit.T) - np.diag([1, 1, 0, 1, 1, 1])).sum() / 30, abs=0.04
    )
    assert (found["dead_kernels"], found["dead_channels"]) == (1, 1)
    assert found["shape"] == " x ".join(map(str, shape[2:]))
    assert found["reason"] == ""


def test_of_square_planes_they_are_the_known_measures():
    bank = RNG.normal(size=(5, 2, 4, 4))
    found, known = any_shape.row(bank), layer_quality.measures(bank)
    assert {key: found[key] for key in known} == pytest.approx({key: float(value) for key, value in known.items()})


def test_p_is_uniform_for_noise_and_small_for_planes_of_one_shape():
    p = [any_shape.row(RNG.normal(size=(8, 2, 1, 5)), seed)["variance_entropy_p"] for seed in range(40)]
    assert 0.3 < np.mean(p) < 0.7
    alike = RNG.normal(size=(8, 2, 1, 1)) * np.arange(1, 6.0) + 0.1 * RNG.normal(size=(8, 2, 1, 5))
    found = any_shape.row(alike)
    assert found["variance_entropy_p"] == found["orthogonality_p"] == 0.01
    assert found["variance_entropy"] < found["variance_entropy_null"]


def test_components_are_drawn_in_the_shape_of_the_planes():
    slope = np.arange(-2, 3.0)
    bank = RNG.normal(size=(40, 1, 1)) * slope + 0.01 * RNG.normal(size=(40, 1, 5))
    found, reason = any_shape.components(bank)
    assert (reason, found.vectors.shape) == ("", (5, 5))
    assert abs(np.corrcoef(found.vectors[0], slope)[0, 1]) > 0.999
    assert found.shares.sum() == pytest.approx(1) and found.shares[0] > 0.99


@pytest.mark.parametrize(
    ("bank", "reason"),
    [
        (np.ones((4, 2, 1, 1)), any_shape.POINT),
        (np.full((4, 2, 3, 3), np.nan), any_shape.NOT_FINITE),
        (np.ones((4, 2, 3, 3)), "all planes are equal"),
        (RNG.normal(size=(1, 1, 3, 3)), any_shape.FEW),
        (RNG.normal(size=(1, 2, 1100)), any_shape.WIDE),
        (RNG.normal(size=(1, 2, 3, 3)), any_shape.ONE_KERNEL),
        (RNG.normal(size=(300, 300, 3)), any_shape.LARGE),
    ],
)
def test_what_cannot_be_measured_has_a_reason(bank, reason):
    assert reason in any_shape.row(bank)["reason"]
