import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tiers import THOROUGH, rows

from kernelscope.measures import isotropic_noise, look_tests
from kernelscope.probes import kernel_tests
from kernelscope.stats import pvalues

ROW, COL = np.indices((15, 15)) - 7.0


def smooth(rng, out, k=15, blur=1.3):
    noise = gaussian_filter(rng.normal(size=(out, 1, k + 20, k + 20)), (0, 0, blur, blur))
    return noise[..., 10:-10, 10:-10]


def gabor(rng):
    theta, frequency = rng.uniform(0, np.pi), rng.uniform(0.08, 0.16)
    row, col = rng.uniform(-2, 2, 2)
    wave = np.cos(2 * np.pi * frequency * (COL * np.cos(theta) + ROW * np.sin(theta)) + rng.uniform(0, 2 * np.pi))
    return np.exp(-((ROW - row) ** 2 + (COL - col) ** 2) / (2 * 3.5**2)) * wave


def judged(bank, claim, seed=0):
    """Return the evidence of a claim about the looks of one layer, and its p."""
    noise = isotropic_noise.noise(bank, look_tests.DRAWS, [seed])
    evidence = {
        "smoother": lambda: look_tests.smoother(bank, None, [seed]),
        "oriented": lambda: look_tests.oriented(bank, noise),
        "shape": lambda: look_tests.shape(bank, noise),
    }[claim]()
    return evidence, kernel_tests.judged(evidence, [], True, kernel_tests.CLAIMS[claim].is_share)[0]


@THOROUGH
@pytest.mark.parametrize("seed", range(6))
def test_one_gabor_among_11_kernels_of_noise_is_found_and_named(seed):
    rng = np.random.default_rng(seed)
    bank = np.concatenate([gabor(rng)[None, None], smooth(rng, 11)])
    evidence, p = judged(bank, "shape", seed)
    assert evidence.label[0] == "gabor"
    assert pvalues.corrected(p)[0] <= 0.05


@pytest.mark.parametrize(("claim", "banks", "k"), rows([("oriented", 30, 11), ("shape", 2, 9)], ("oriented", 30, 11)))
def test_smooth_noise_is_oriented_and_has_a_shape_in_about_5_percent(claim, banks, k):
    rng = np.random.default_rng(1)
    blurs = [0.7, 1.5] * (banks // 2)
    p = np.concatenate([judged(smooth(rng, 12, k, blur), claim, i)[1] for i, blur in enumerate(blurs)])
    assert np.mean(p <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(p))
    assert 0.3 < np.mean(p) < 0.7


def test_a_grating_is_oriented_and_a_smooth_kernel_smoother():
    rng = np.random.default_rng(2)
    bank = np.concatenate([np.sin(0.8 * ROW)[None, None], rng.uniform(-1, 1, (11, 1, 15, 15)), smooth(rng, 1)])
    evidence, p = judged(bank, "oriented")
    assert (p[0] <= 0.01, evidence.label[0]) == (True, "0°")
    _, p = judged(bank, "smoother")
    assert p[[0, 12]].max() <= 0.01 < p[1:12].min()


def test_what_has_no_p_has_a_reason():
    small = look_tests.tests(np.random.default_rng(3).normal(size=(4, 2, 5, 5)), None, [0])
    assert set(small["smoother"].reason) == {look_tests.NO_POWER}
    assert set(small["shape"].reason) == {look_tests.TOO_SMALL}
    assert not len(small["oriented"].reason)
    unknown = look_tests.tests(np.random.default_rng(3).normal(size=(4, 1, 9, 9)), "unknown", [0])
    assert set(unknown["smoother"].reason) == {look_tests.UNKNOWN_START}
    broken = np.ones((2, 1, 9, 9))
    broken[1, 0, 0, 0] = np.nan
    for state in ({claim: test} for claim, test in look_tests.tests(broken, None, [0]).items()):
        table = list(kernel_tests.rows({"trained": {"conv1": state}}, [], {"trained": {"conv1": [False, False]}}))
        assert all(row["reason"] and np.isnan(row["p"]) for row in table)


def test_tests_survive_a_file():
    tests = look_tests.tests(np.random.default_rng(4).normal(size=(3, 1, 9, 9)), None, [0])
    again = kernel_tests.from_arrays(look_tests.as_arrays({"conv1": tests}, "trained"))["trained"]["conv1"]
    assert set(again) == set(tests)
    for claim, test in tests.items():
        for part, expected in zip(again[claim], test, strict=True):
            np.testing.assert_array_equal(part, expected)


@pytest.mark.parametrize("min_max_normalized", [False, True])
def test_wide_layers_are_tested_in_parts(monkeypatch, min_max_normalized):
    bank = np.random.default_rng(5).normal(size=(5, 2, 7, 7)).astype(np.float32)
    whole = look_tests.tests(bank, 0.1, [0], min_max_normalized)
    monkeypatch.setattr(look_tests, "AT_ONCE", 2 * look_tests.DRAWS * bank[0].size)
    parts = look_tests.tests(bank, 0.1, [0], min_max_normalized)
    for claim, test in whole.items():
        np.testing.assert_array_equal(parts[claim].label, test.label)
        np.testing.assert_allclose(parts[claim].value, test.value, atol=1e-5)
        np.testing.assert_allclose(parts[claim].null, test.null, atol=1e-5)
