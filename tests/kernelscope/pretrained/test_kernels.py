"""The pretrained kernels of the origin, unchanged: what README and docs/log.md (2026-11-23) say about them."""

import numpy as np
import pytest
from projects import ROOT

from kernelscope.measures import kernels as measures_kernels
from kernelscope.measures import nulls
from kernelscope.stats import pvalues

PRETRAINED = ROOT.parent / "shared" / "origin" / "pretrained"
RUNS = {"23Aug": (411, 5), "26Aug": (649, 4)}  # trained epoch, kernels with an untrained twin

pytestmark = pytest.mark.skipif(
    not PRETRAINED.is_dir(), reason="the published kernels of the origin are not beside the repository"
)


@pytest.fixture(scope="module")
def twins():
    """Return untrained and trained kernels, (9, 1, 20, 20) float64 each, each scaled to 0..1 over its bank."""
    torch = pytest.importorskip("torch")

    def bank(epoch):
        files = [PRETRAINED / run / f"kernel_{epoch(run):05}_{i:02}.pt" for run in RUNS for i in range(RUNS[run][1])]
        return np.stack([torch.load(file, weights_only=True).numpy() for file in files]).astype(np.float64)

    return bank(lambda run: 0), bank(lambda run: RUNS[run][0])


def within(values, low, high):
    """Assert that the smallest and largest value are as published, to 2 digits."""
    np.testing.assert_allclose([values.min(), values.max()], [low, high], atol=0.006)


def test_nine_kernels_have_an_untrained_twin(twins):
    assert twins[0].shape == twins[1].shape == (9, 1, 20, 20)


def test_least_squares_estimates_that_29_to_63_percent_of_their_variance_is_untouched_noise(twins):
    within(measures_kernels.initial_ratio(twins[1], twins[0], np.nan), 0.29, 0.63)


def test_their_correlation_with_the_untrained_kernels_is_54_to_80_percent(twins):
    within(np.sqrt(measures_kernels.initial_ratio(twins[1], twins[0], np.nan)), 0.54, 0.80)


def test_their_lag1_autocorrelation_rises_where_the_noise_is_taken_out(twins):
    untrained, trained = twins
    raw = measures_kernels.lag1_autocorrelation(trained)[:, 0]
    taken_out = measures_kernels.lag1_autocorrelation(measures_kernels.change(trained, untrained, np.nan))[:, 0]
    within(raw, 0.27, 0.50)
    within(taken_out, 0.46, 0.74)
    assert (taken_out > raw).all()


def test_every_trained_kernel_is_beyond_the_null_and_the_untrained_ones_are_not(twins):
    null = nulls.reinitialized(20)[0]["lag1"]
    p = [pvalues.p_value(measures_kernels.lag1_autocorrelation(bank)[:, 0], null, "greater") for bank in twins]
    assert (p[1] == 0.001).all()
    assert (pvalues.corrected(p[0][None]) > 0.05).all()


def test_the_workflow_takes_them_over_less_their_mean_and_finds_the_same_change(twins):
    from kernelscope.pretrained import file_names, formats
    from kernelscope.pretrained import kernels as pretrained_kernels

    for run, (epoch, count) in RUNS.items():
        names = sorted(path.relative_to(PRETRAINED).as_posix() for path in (PRETRAINED / run).glob("*.pt"))
        files = file_names.runs(file_names.named(names, file_names.DEFAULTS[0], ""))[run]
        file_names.check_run(files)
        found = pretrained_kernels.centered(
            pretrained_kernels.snapshots(files, lambda name: formats.read(PRETRAINED / name))[0]
        )
        assert (found["steps"].tolist(), found["conv1"].shape) == ([0, epoch], (2, count, 1, 20, 20))
        mine = slice(0, 5) if run == "23Aug" else slice(5, 9)
        np.testing.assert_allclose(
            measures_kernels.initial_ratio(found["conv1"][1], found["conv1"][0]),
            measures_kernels.initial_ratio(twins[1][mine], twins[0][mine]),
            atol=1e-5,
        )


def test_their_own_weights_in_random_order_are_a_null_as_that_of_uniform_ones(twins):
    for mine in (slice(0, 5), slice(5, 9)):
        points = [
            np.quantile(measures_kernels.lag1_null(20, 1, initial), 0.99)
            for initial in (twins[0][mine] - twins[0][mine].mean((1, 2, 3), keepdims=True), None)
        ]
        within(np.array(points), 0.075, 0.075 + 0.006)
