"""Rows of summary.csv: how each run ended, and what its first-layer kernels look like."""

import numpy as np

from kernelscope.io import run_info
from kernelscope.measures import structure

SPLITS, SCORES = ("train", "test"), ("accuracy", "loss", "within")
COLUMNS = (
    *("dataset", "arch", "seed"),
    *(f"{split}_{score}" for score in SCORES for split in SPLITS),
    *("failure", "parameters", *structure.COLUMNS),
)


def row(outcome: dict, banks: dict[str, np.ndarray], factors: dict[str, np.ndarray]) -> dict:
    """Return the row of one run.

    Parameters
    ----------
    outcome : dict
        Content of run.json.
    banks : dict
        layer -> kernels (t, out, in, k, k), from kernels.npz.
    factors : dict
        layer -> decay factors (t,), from decay.csv.

    Returns
    -------
    dict
        The cells of COLUMNS; see `structure.structure`.
    """
    run, first = outcome["spec"], next(iter(banks))
    untrained = run_info.untrained(outcome, banks[first])
    return {
        **{name: run[name] for name in ("dataset", "arch", "seed")},
        **{name: outcome[name] for name in ("failure", "parameters")},
        **{f"{split}_{score}": outcome[split][score] for score in SCORES for split in SPLITS},
        **structure.structure(
            untrained,
            banks[first][-1],
            run_info.responses(outcome, first),
            run_info.initial(outcome, first, untrained),
            factors[first][-1],
        ),
    }
