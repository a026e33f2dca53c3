"""The files of a recorded run: kernels.npz, decay.csv, history.csv, and run.json, which is written last."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kernelscope.io import array_files, csv_files, records
from kernelscope.io.cells import parsed
from kernelscope.refusal import refuse
from kernelscope.training import decay
from kernelscope.training.decay import Factor

FORMAT = 1
KERNELS, DECAYS, HISTORY, RUN = "kernels.npz", "decay.csv", "history.csv", "run.json"


class State(NamedTuple):
    """What is known of a run so far.

    steps: of the kept states, ascending, from 0. banks: of each, layer -> kernels (out, in / groups, *space) float32.
    factors: of each, layer -> decay factor, NaN where there is none. reasons: layer -> why there is none, or a caution,
    or "". history: rows of `log`. about: further content of run.json, with `step`, the number of steps so far.
    """

    steps: list[int]
    banks: list[dict[str, np.ndarray]]
    factors: list[dict[str, float]]
    reasons: dict[str, str]
    history: list[dict]
    about: dict


def write(folder: Path, state: State) -> None:
    """Write all files of a run; each is whole at any time, and run.json names the steps that belong together."""
    arrays = {name: np.stack([banks[name] for banks in state.banks]) for name in state.banks[0]}
    array_files.write_npz(folder / KERNELS, {"steps": np.array(state.steps, np.int64)} | arrays)
    factors = {name: Factor(np.array([of[name] for of in state.factors]), why) for name, why in state.reasons.items()}
    csv_files.write_csv(folder / DECAYS, decay.COLUMNS, decay.rows(state.steps, factors))
    columns = dict.fromkeys(["step", *(name for row in state.history for name in row)])
    csv_files.write_csv(folder / HISTORY, columns, state.history)
    records.write_json(folder / RUN, {"format": FORMAT, "steps": state.steps} | state.about)


def read(folder: Path) -> State | None:
    """Return the state of a run that was recorded before, or None if there is none.

    Raises
    ------
    Refusal
        If its files are damaged, do not belong together, or have another format.
    """
    if not (folder / RUN).exists():
        return None
    about = records.read_json(folder / RUN)
    if about.get("format") != FORMAT:
        refuse(str(folder / RUN), f"format {about.get('format')!r}", f"format {FORMAT}", "choose another folder")
    arrays = array_files.read_npz(folder / KERNELS)
    steps = arrays.pop("steps").tolist()
    if steps != about.pop("steps"):
        got = "a kernels.npz of another moment than its run.json"
        refuse(str(folder), got, "the files of one run", "delete the folder, or pass resume=False")
    rows = csv_files.read_csv(folder / DECAYS)
    factors = [{row["layer"]: factor(row) for row in rows if row["step"] == str(step)} for step in steps]
    reasons = {row["layer"]: row["reason"] for row in rows}
    banks = [{name: bank[number] for name, bank in arrays.items()} for number in range(len(steps))]
    history = [cells_of(row) for row in csv_files.read_csv(folder / HISTORY)]
    return State(steps, banks, factors, reasons, history, about)


def factor(row: dict[str, str]) -> float:
    """Return the factor in a row of decay.csv; NaN where there is none."""
    return float(row["factor"]) if row["factor"] else math.nan


def cells_of(row: dict[str, str]) -> dict:
    """Return a row of history.csv without its empty cells, with numbers as numbers."""
    return {name: value for name, value in parsed(row).items() if value is not None}
