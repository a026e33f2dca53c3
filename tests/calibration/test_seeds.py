"""A small version of benchmarks/matching.py: the tests across seeds on banks that share no kernel."""

import numpy as np
import pytest
from benchmarking import FOLDER  # noqa: F401, which finds the benchmarks
from harness import banks
from scipy.stats import binom
from tiers import rows

from kernelscope.comparison import permutation, pool, vocabulary
from kernelscope.comparison import types as kernel_types

DRAWS, N_RESAMPLES = 60, 19
TESTS = {
    "rotated": lambda of, types, seed: permutation.rotated(of, N_RESAMPLES, seed),
    "permuted": lambda of, types, seed: permutation.permuted(of, None, N_RESAMPLES, seed),
    "permuted within types": lambda of, types, seed: permutation.permuted(of, types, N_RESAMPLES, seed),
    "cells": lambda of, types, seed: vocabulary.tested(vocabulary.filled, of, types, N_RESAMPLES, seed),
    "shared types": lambda of, types, seed: vocabulary.tested(vocabulary.in_every_seed, of, types, N_RESAMPLES, seed),
}


def pools(law):
    for draw in range(DRAWS):
        rng = np.random.default_rng(draw)
        drawn = {seed: law(rng, 5, 9) for seed in range(3)}
        yield pool.pooled(drawn, {seed: np.ones(5, bool) for seed in drawn})


@pytest.mark.parametrize("law", rows(banks.LAWS, banks.strokes))
def test_banks_that_share_no_kernel_are_called_alike_no_more_often_than_p_says(law):
    p = {name: [] for name in TESTS}
    for seed, of in enumerate(pools(law)):
        types = kernel_types.found(of).of
        for name, test in TESTS.items():
            p[name].append(test(of, types, seed).p)
    for name, values in p.items():
        if (law.__name__, name) not in banks.NOT_TRUE:
            for level in (0.05, 0.1, 0.5):
                assert np.sum(np.array(values) <= level) <= binom.ppf(0.999, DRAWS, level), (name, level)
