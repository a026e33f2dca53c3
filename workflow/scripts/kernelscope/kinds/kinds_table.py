"""The table of kinds: a row for every first-layer kernel of every seed, trained and untrained, and shares of seeds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kernelscope.kinds import kernel_kinds
from kernelscope.kinds.kernel_kinds import KINDS, Measured
from kernelscope.stats import intervals, pvalues

TRAINED, UNTRAINED = "trained", "untrained"
STATES = (UNTRAINED, TRAINED)
COLUMNS = (
    *("seed", "state", "kernel", "part", "alive", "kind"),
    *("concentration", "oriented_p", "oriented_p_bh", "orientation", "frequency"),
    *("color_index", "color_axis", "lag1", "is_smooth", "shape", "ring_p"),
)
SHARES = ("kind", "trained", "low", "high", "untrained", "untrained_low", "untrained_high", "seeds")
BOTH = "oriented or color blob"  # the row of SHARES about kernel_kinds.KNOWN


class Run(NamedTuple):
    """First-layer kernels of one seed: untrained and trained, (out, in, k, k), and which trained ones are alive."""

    seed: int
    first: np.ndarray
    last: np.ndarray
    alive: np.ndarray


def rows(runs: Sequence[Run], initial, parts: int) -> list[dict]:
    """Return the rows of kinds.csv.

    The p of an orientation is corrected over the kernels of all seeds, of living kernels where they are trained
    (Benjamini and Hochberg).

    Parameters
    ----------
    runs : sequence of Run
        Of one architecture.
    initial : None or float
        Initial distribution, as in `kernels.reinitialized`.
    parts : int
        Number of towers; the halves of a network without towers are parts 1 and 2, too.
    """
    table = []
    for index, state in enumerate(STATES):
        banks = [(run.last, run.alive) if index else (run.first, np.ones(len(run.first), bool)) for run in runs]
        found = [
            kernel_kinds.measured(bank, initial, [run.seed, index]) for run, (bank, _) in zip(runs, banks, strict=True)
        ]
        p = np.concatenate(
            [np.where(alive, of.oriented_p, np.nan) for of, (_, alive) in zip(found, banks, strict=True)]
        )
        ends = np.cumsum([len(bank) for bank, _ in banks])[:-1]
        corrected = np.split(pvalues.corrected(p), ends)
        for run, (bank, alive), of, own_p in zip(runs, banks, found, corrected, strict=True):
            table += of_bank({"seed": run.seed, "state": state}, bank, alive, of, own_p, parts)
    return table


def of_bank(
    about: dict, bank: np.ndarray, alive: np.ndarray, of: Measured, corrected: np.ndarray, parts: int
) -> list[dict]:
    """Return the rows of one bank, with `about` in each; a dead kernel has no kind."""
    kind = kernel_kinds.kinds(of, bank.shape[-1], corrected)
    columns = {
        "concentration": of.concentration,
        **{"oriented_p": of.oriented_p, "oriented_p_bh": corrected, "orientation": of.orientation},
        **{"frequency": of.frequency, "color_index": of.color, "color_axis": of.axis, "lag1": of.smoothness},
        **{"is_smooth": of.smooth, "shape": of.shape, "ring_p": of.ring_p},
    }
    places = np.arange(len(bank)) * max(2, parts) // len(bank) + 1
    return [
        about
        | {"kernel": kernel, "part": int(places[kernel]), "alive": int(alive[kernel])}
        | {"kind": str(kind[kernel]) if alive[kernel] else ""}
        | {name: values[kernel].item() for name, values in columns.items()}
        for kernel in range(len(bank))
    ]


def by_seed(table: list[dict], state: str, kinds: Sequence[str]) -> list[float]:
    """Return the share of the living kernels of each seed that are of these kinds; seeds without any are left out."""
    of_state = [row for row in table if row["state"] == state and row["alive"]]
    seeds = dict.fromkeys(row["seed"] for row in of_state)
    return [float(np.mean([row["kind"] in kinds for row in of_state if row["seed"] == seed])) for seed in seeds]


def shares(table: list[dict]) -> list[dict]:
    """Return the rows of kind_shares.csv: the mean share of each kind over the seeds, with its 95 % interval."""
    found = []
    for name, kinds in {BOTH: kernel_kinds.KNOWN, **{kind: (kind,) for kind in KINDS}}.items():
        trained, untrained = (np.array(by_seed(table, state, kinds)) for state in (TRAINED, UNTRAINED))
        of_trained, of_untrained = (intervals.mean(values, 0, 1) for values in (trained, untrained))
        found.append(dict(zip(SHARES, (name, *of_trained, *of_untrained, len(trained)), strict=True)))
    return found
