"""Draw what each setting of the sweeps on one dataset does to the kernels, and how much it matters."""

import numpy as np

from kernelscope.comparison import factor_tables
from kernelscope.figures import factors as figures_factors
from kernelscope.figures import saving
from kernelscope.io import cells, cli, notes, run_info
from kernelscope.io.notes import beyond
from kernelscope.measures import kernels


def draw_factors(spec: dict, runs: str, conditions: str, effects: str, levels: str, figure: list[str]) -> None:
    """Read the tables of a sweep, and the kernels of two of its conditions; draw them.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "levels": {arch: {factor: level}}, "others": architectures outside the
        sweeps, "for"}
    runs : folder with `{arch}/seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    conditions, effects, levels : the CSV files conditions, effects and levels
    figure : factors.png and its other files, to write
    """
    count = sum(len(spec["seeds"][arch]) for arch in [*spec["levels"], *spec["others"]])
    title = f"{spec['dataset']} · what each setting does · {count} runs"
    designs = factor_tables.designs(spec["levels"])
    largest = max(designs, key=lambda name: len(designs[name]))
    tables = ([row for row in cells.read(path) if row["design"] == largest] for path in (effects, levels))
    drawn = first_kernels(spec, runs, cells.read(conditions))
    for row, _, trained, _ in drawn:
        words = "not in the figure factors"
        notes.keep([beyond(f"kernels of {row['arch']}", len(trained), figures_factors.MOST_KERNELS, words)])
    saving.write(figure, figures_factors.figure(title, *tables, drawn, spec["for"]), spec["for"])


def first_kernels(spec: dict, runs: str, condition_rows: list[dict]) -> list[tuple]:
    """Return (row of conditions.csv; untrained, trained kernels and change of the first layer and seed) per condition.

    The condition_rows are the architectures outside the sweeps, or else the extreme ones.
    """
    drawn = [row for row in condition_rows if row["arch"] in spec["others"]] or figures_factors.extremes(condition_rows)
    folders = [f"{runs}/{row['arch']}/seed{spec['seeds'][row['arch']][0]}" for row in drawn]
    return [(row, *first_states(folder)) for row, folder in zip(drawn, folders, strict=True)]


def first_states(folder: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the first-layer kernels of a run, untrained and trained, and their change."""
    _, banks, factors = run_info.read_run(folder)
    name, bank = next(iter(banks.items()))
    return bank[0], bank[-1], kernels.change(bank[-1], bank[0], factors[name][-1])


if __name__ == "__main__":
    cli.run(draw_factors, __doc__)
