"""Made-up tables of a network, of which all statements can be made."""

import numpy as np

from kernelscope.comparison import seed_tests
from kernelscope.statements.claims import CLAIMS

SEED_TEST = {
    **{"state": "trained", "layer": "conv1", "claim": "same_kernels", "statistic": "matched similarity", "value": 0.52},
    **{"null": "kernels permuted among the seeds", "null_mean": 0.46, "null_sd": 0.01, "excess": 0.06, "low": 0.03},
    **{"high": 0.09, "p": 0.002, "smallest_p": 0.001, "sides": 2, "n": 6, "n_unit": "seeds", "detectable": 0.02},
    **{"reason": None, "would_decide": None, "detectable_shared": 1.0},
}
TYPE = {"layer": "conv1", "type": 0, "kernels": 6, "seeds": 6, "seeds_total": 6, "feature": "corner, square"}
START = {
    **{"layer": "conv1", "span": "all", "kernels": 72, "seeds": 6, "own": 0.14, "others": 0.001, "p": 0.001},
    **{"smallest_p": 0.001, "best": 0.67, "best_chance": 0.083, "low": 0.11, "high": 0.17, "reason": None},
}
SETTLED = {
    **{"layer_a": "conv1", "layer_b": None, "seeds": 6, "failed": 0, "settled_step": 76.0, "settled_after": 70.5},
    **{"unit": "the summed learning rate", "share": 0.21, "low": 0.19, "high": 0.23, "difference": None, "p": None},
    **{"smallest_p": None, "reason": "a layer alone is not tested", "would_decide": None},
}
ORDER = SETTLED | {
    "layer_b": "conv2",
    "difference": -0.02,
    "low": -0.03,
    "high": -0.01,
    "p": 0.031,
    "smallest_p": 0.031,
}
CONTROL = SEED_TEST | {"claim": "same_kinds_control", "value": 0.2, "null_mean": 0.0, "excess": 0.2}


def run(seed, **fields):
    row = {"seed": seed, "test_accuracy": 0.9 + seed / 250, "failure": None, "initial_ratio": 0.03 + seed / 1000}
    return row | {"decay_factor": 0.469, "train_accuracy": 1.0} | fields


def kernel(seed, kernel, claim, state, p=0.0005, layer="conv1", label="corner, square"):
    trained = state == "trained"
    return {
        **{"state": state, "layer": layer, "kernel": kernel, "alive": "True", "claim": claim, "seed": seed},
        **{"value": 0.3 + 0.1 * trained + seed / 100, "null": "noise", "p": p if trained else 0.7},
        **{"smallest_p": 0.0005, "label": label if trained else None, "reason": None},
    }


def tables(seeds=6, **fields):
    labels = np.repeat([0, 1, 2], 200)
    claims = [name for name, claim in CLAIMS.items() if claim.counted]
    states = ("trained", "untrained")
    made = {
        "summary": [run(seed) for seed in range(seeds)],
        "kernel_tests": [kernel(s, k, c, t) for c in claims for t in states for s in range(seeds) for k in range(4)],
        "seed_tests": [
            *(SEED_TEST | {"claim": claim} for claim in SEED_CLAIMS),
            *(CONTROL | {"null": kind} for kind in ("random labels", "phase-scrambled images", "frozen layers")),
            SEED_TEST | {"state": "untrained", "value": 0.44},
            SEED_TEST | {"claim": "energy_profile", "null": "re-initialized layers", "null_mean": 0.0},
        ],
        "initial_correlation": [START, START | {"span": "inside"}],
        "vocabulary": [TYPE, TYPE | {"type": 1, "seeds": 2, "kernels": 3, "feature": None}],
        "settling": [SETTLED, SETTLED | {"layer_a": "conv2"}, ORDER],
        "untrained": [0.33] * seeds,
        "labels": labels,
    }
    return made | fields


SEED_CLAIMS = (*seed_tests.CLAIMS, "representation", "energy_profile")
