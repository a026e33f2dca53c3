import numpy as np

from kernelscope import scales


def test_the_limit_is_the_point_that_995_of_1000_weights_stay_below():
    values = np.random.default_rng(0).permutation(np.arange(1001.0)) * np.random.default_rng(1).choice([-1, 1], 1001)
    assert scales.limit(values) == 995
    assert scales.limit(np.append(values, [np.nan, np.inf, -np.inf])) == 995
    assert scales.limit(values.reshape(7, 11, 13)) == 995


def test_a_bank_of_zeros_has_the_limit_1():
    assert scales.limit(np.zeros((2, 3, 1, 5, 5))) == 1
