from itertools import combinations

import numpy as np
import pytest

from kernelscope.findings import controls


def exchanged(a, b) -> float:
    """Return the two-sided p over all permutations of the values over two groups, twice the smaller tail."""
    both, observed = np.array(a + b), np.mean(a) - np.mean(b)
    differences = []
    for chosen in combinations(range(len(both)), len(a)):
        inside = np.isin(np.arange(len(both)), chosen)
        differences.append(both[inside].mean() - both[~inside].mean())
    upper, lower = (np.mean([sign * value >= sign * observed - 1e-12 for value in differences]) for sign in (1, -1))
    return min(1, 2 * min(upper, lower))


@pytest.mark.parametrize("sizes", [(2, 2), (3, 3), (5, 4)])
def test_the_p_of_exchanged_seeds_is_that_of_all_ways_to_deal_them(sizes):
    rng = np.random.default_rng(0)
    for _ in range(5):
        a, b = (rng.normal(size=size).tolist() for size in sizes)
        assert controls.exchange_p(a, b)[0] == pytest.approx(exchanged(a, b))
    apart = [[10.0 + i for i in range(sizes[0])], [float(i) for i in range(sizes[1])]]
    p, smallest = controls.exchange_p(*apart)
    assert p == pytest.approx(smallest)
    assert controls.exchange_p([1.0], [2.0, 3.0]) == (1.0, 1.0)


def lag1(*values):
    return [{"seed": seed, "lag1": value} for seed, value in enumerate(values)]


def test_controls_differ_or_are_not_shown_to():
    real = lag1(0.8, 0.81, 0.83, 0.84)
    sentences = controls.controls(real, {"frozen": lag1(0.0, 0.01, 0.03, 0.04), "random_labels": lag1(None, None)})
    assert sentences == [
        "Kernels differ from those of the same training with frozen conv layers: lag-1 autocorrelation 0.82 (95 % "
        "interval 0.79 to 0.85, n = 4 seeds) against 0.02 (95 % interval -0.01 to 0.05, n = 4 seeds), p = 0.029 over "
        "seeds [atlas.csv]."
    ]
    (sentence,) = controls.controls(real[:2], {"phase_scrambled": lag1(0.0, 0.1)})
    assert sentence.startswith("That kernels differ from those of the same training on scrambled images is not shown: ")
    assert sentence.endswith(", p = 0.33 over seeds [atlas.csv]; the smallest p that so few seeds allow is 0.33.")
    assert controls.controls([], {"frozen": real}) == []
