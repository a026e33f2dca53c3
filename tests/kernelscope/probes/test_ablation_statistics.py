import numpy as np
import pytest
from scipy.stats import binomtest, fisher_exact, norm

from kernelscope.probes import ablation_statistics as ablation


def counts(*table):
    return [np.array([count]) for count in table]


def test_the_interval_is_the_published_one():
    """Responses to a therapy (Cavo et al. 2012), with the interval that the R package contingencytables prints."""
    np.testing.assert_allclose(np.ravel(ablation.interval(*counts(59, 6, 16, 80))), [-0.1186, -0.0046], atol=5e-5)


def test_without_correlation_the_interval_adds_squares():
    both, lost, won, neither = 1, 1, 7, 12  # 1 * 12 - 1 * 7 is less than n / 2
    (before, after), n = np.array([both + lost, both + won]) / 21, 21
    low, high = ablation.wilson(np.array([before, after]), n)
    below, above = np.hypot(before - low[0], high[1] - after), np.hypot(high[0] - before, after - low[1])
    interval = np.ravel(ablation.interval(*counts(both, lost, won, neither)))
    np.testing.assert_allclose(interval, [before - after - below, before - after + above])


def test_wilson_is_scipys():
    for right, n in ((0, 5), (3, 17), (200, 200)):
        expected = binomtest(right, n).proportion_ci(method="wilson")
        np.testing.assert_allclose(ablation.wilson(np.array(right / n), np.array(n)), expected, atol=1e-9)
    np.testing.assert_allclose(norm.cdf(ablation.Z), 0.975)


def test_the_interval_turns_round_with_before_and_after():
    low, high = ablation.interval(*counts(50, 9, 3, 20))
    low_again, high_again = ablation.interval(*counts(50, 3, 9, 20))
    np.testing.assert_allclose([low, high], [-high_again, -low_again])
    many = np.random.default_rng(0).integers(0, 30, (4, 300))
    low, high = ablation.interval(*many)
    middle = (many[1] - many[2]) / many.sum(0)
    assert ((low >= -1 - 1e-12) & (low <= middle) & (middle <= high) & (high <= 1 + 1e-12)).all()


@pytest.mark.parametrize("shares", [(0.8, 0.1, 0.02, 0.08), (0.95, 0.03, 0.01, 0.01), (0.3, 0.3, 0.3, 0.1)])
def test_the_interval_covers_the_true_drop_in_about_95_percent(shares):
    tables = np.random.default_rng(1).multinomial(200, shares, 20_000).T
    low, high = ablation.interval(*tables)
    covered = ((low <= shares[1] - shares[2]) & (shares[1] - shares[2] <= high)).mean()
    assert 0.94 < covered < 0.98


def test_p_is_half_the_published_two_sided_one():
    whole = np.repeat([True, True, False, False], (59, 16, 6, 80))
    changed = np.repeat([True, False, True, False], (59, 16, 6, 80))
    columns = ablation.damage(whole, changed[None])
    np.testing.assert_allclose(columns["p"], 0.052479 / 2, atol=5e-7)
    np.testing.assert_allclose(columns["drop"], 10 / 161)


def test_p_is_seldom_small_where_images_are_lost_and_won_alike():
    rng = np.random.default_rng(2)
    whole = np.arange(300) % 2 == 0  # as many images can be lost as won
    p = ablation.damage(whole, whole ^ (rng.random((4000, 300)) < 0.1))["p"]
    assert 0.01 < (p <= 0.05).mean() <= 0.05
    assert 0.3 < (p <= 0.5).mean() <= 0.5


def test_kernels_are_compared_with_the_others_of_their_layer():
    whole = np.ones(10, bool)
    changed = np.ones((4, 10), bool)
    changed[0, :6], changed[1, :2], changed[2, 4:6] = False, False, False
    columns = ablation.damage(whole, changed)
    np.testing.assert_allclose(columns["drop"], [0.6, 0.2, 0.2, 0])
    np.testing.assert_allclose(columns["mean_drop_of_others"], [0.4 / 3, 0.8 / 3, 0.8 / 3, 1 / 3])
    np.testing.assert_allclose(columns["p"], [0.5**6, 0.5**2, 0.5**2, 1])
    np.testing.assert_allclose(columns["p_corrected"], [4 * 0.5**6, 4 / 3 * 0.5**2, 4 / 3 * 0.5**2, 1])


def test_an_output_that_is_not_finite_is_no_class():
    logits = np.array([[1, 2.0, 0], [np.nan, 1, 0], [0, np.inf, 1], [3, 0, 0]])
    assert ablation.predicted(logits).tolist() == [1, -1, -1, 0]


def test_a_kernel_is_compared_with_a_random_kernel_of_each_image():
    rng = np.random.default_rng(3)
    changed = rng.random((4, 12)) < np.array([0.2, 0.7, 0.8, 0.9])[:, None]
    wrong = ~changed
    drawn = (rng.random((100_000, 12)) < wrong.mean(0)).sum(1)  # a random kernel for each image
    expected = [(drawn >= count).mean() for count in wrong.sum(1)]
    np.testing.assert_allclose(ablation.beyond_random(changed), expected, atol=0.01)
    assert np.isnan(ablation.beyond_random(changed[:1])).all()


def test_better_than_chance_is_fishers_exact_test():
    rng = np.random.default_rng(4)
    for share in (0.0, 0.2, 0.4):
        labels = rng.integers(0, 3, 60)
        predictions = np.where(rng.random(60) < share, labels, rng.integers(0, 3, 60))
        given, own = predictions == 1, labels == 1
        table = [[(given & own).sum(), (given & ~own).sum()], [(~given & own).sum(), (~given & ~own).sum()]]
        p = fisher_exact(table, alternative="greater").pvalue
        assert ablation.better_than_chance(predictions, labels, 1) == (p <= 0.05)
