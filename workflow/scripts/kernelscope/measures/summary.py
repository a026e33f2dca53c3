"""Rows of summary.csv: how each run ended, and what its first-layer kernels look like."""

import numpy as np

from kernelscope.io import run_info
from kernelscope.measures import kernels, structure
from kernelscope.measures.look_tests import NO_POWER
from kernelscope.stats import text

SCORES = {f"{split}_{score}": (split, score) for score in ("accuracy", "loss", "within") for split in ("train", "test")}
NOT_PUBLISHED, NO_LABELS = "not in the files of the run", "the network has no labels"
NOT_REGRESSED, NOT_FINITE = "the loss is no distance from targets", "not finite"
START, FLAT = "the untrained weights are unknown", "no kernel is finite and not constant"
OTHERS = {
    **{"parameters": "the network is unknown", "alive": "the images are unknown", "lag1": FLAT},
    **{"lag1_null_99": START, "structured": START, "decay_factor": "the settings of the training are unknown"},
}
COLUMNS = (
    *("dataset", "arch", "seed", *SCORES),
    *("failure", "parameters", *structure.COLUMNS, "reason"),
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
        The cells of COLUMNS; see `structure.structure`. `reason` says why cells are empty; that of `failure` is empty
        if the run did not fail.
    """
    run, first = outcome["spec"], next(iter(banks))
    untrained = run_info.untrained(outcome, banks[first])
    cells = {
        **{name: run[name] for name in ("dataset", "arch", "seed")},
        **{name: outcome[name] for name in ("failure", "parameters")},
        **{name: outcome[split][score] for name, (split, score) in SCORES.items()},
        **structure.structure(
            untrained,
            banks[first][-1],
            run_info.responses(outcome, first),
            run_info.initial(outcome, first, untrained),
            factors[first][-1],
        ),
    }
    why = of_scores(outcome) | OTHERS | {"initial_ratio": START if untrained is None else FLAT}
    if banks[first].shape[-1] < kernels.NO_POWER_BELOW:
        why["structured"] = NO_POWER
    return cells | {"reason": text.of_columns({column: why[column] for column in why if unknown(cells[column])})}


def unknown(value: float | None) -> bool:
    """Return whether a cell has no number."""
    return value is None or value != value


def of_scores(outcome: dict) -> dict[str, str]:
    """Return why a score of a run may be empty, by column."""
    if "pretrained" in outcome:
        return dict.fromkeys(SCORES, NOT_PUBLISHED)
    if "cdbn" in outcome["spec"]:
        return dict.fromkeys(SCORES, NO_LABELS)
    return {column: NOT_REGRESSED if score == "within" else NOT_FINITE for column, (_, score) in SCORES.items()}
