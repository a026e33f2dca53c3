"""Compare the architectures of sweeps on one dataset: what each factor does to the kernels, and how much it matters."""

import numpy as np
import torch

from kernelscope.comparison import factor_tables, outcomes
from kernelscope.figures import factors as figures_factors
from kernelscope.figures import saving
from kernelscope.io import cells, cli, csv_files, run_info
from kernelscope.measures import kernels


def compare_factors(
    spec: dict, runs: str, compare: str, table: str, conditions: str, effects: str, levels: str, figure: str
):
    """Read the runs and matched pairs of all architectures; write rows per run, condition, effect and level; draw them.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "levels": {arch: {factor: level}}, "others": architectures outside the
        sweeps}; the first factor is `base`, the name of the sweep
    runs : folder with `{arch}/seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    compare : folder with `{arch}/pairs.csv`
    table, conditions, effects, levels, figure : the CSV files outcomes, conditions, effects and levels, and
        factors.png, to write
    """
    torch.set_num_threads(1)
    levels_of = spec["levels"] | {arch: {"base": arch} for arch in spec["others"]}
    rows = [
        {"arch": arch, **levels_of[arch], "seed": seed} | read_run(f"{runs}/{arch}/seed{seed}")
        for arch in levels_of
        for seed in spec["seeds"][arch]
    ]
    factors = list(dict.fromkeys(factor for chosen in levels_of.values() for factor in chosen))
    columns = ("arch", *factors, "seed", *outcomes.COLUMNS, outcomes.FACTOR, outcomes.REASON)
    csv_files.write_csv(table, columns, rows)

    rows_of = {arch: [row for row in rows if row["arch"] == arch] for arch in levels_of}
    condition_rows = [
        factor_tables.row(arch, chosen, rows_of[arch], cells.read(f"{compare}/{arch}/pairs.csv"))
        for arch, chosen in levels_of.items()
    ]
    csv_files.write_csv(conditions, factor_tables.columns(factors), condition_rows)

    designs = factor_tables.designs(spec["levels"])
    shares = [row for design in designs.items() for row in factor_tables.effects(*design, rows, condition_rows)]
    means = [row for design in designs.items() for row in factor_tables.levels(*design, rows, condition_rows)]
    csv_files.write_csv(effects, factor_tables.EFFECTS, shares)
    csv_files.write_csv(levels, factor_tables.LEVELS, means)
    title = f"{spec['dataset']} · what each setting does · {len(rows)} runs"
    largest = max(designs, key=lambda name: len(designs[name]))
    tables = ([row for row in table if row["design"] == largest] for table in (shares, means))
    saving.write_figure(figure, figures_factors.figure(title, *tables, first_kernels(spec, runs, condition_rows)))


def read_run(folder: str) -> dict:
    """Return the outcomes of a run."""
    return outcomes.row(*run_info.read_run(folder))


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
    cli.run(compare_factors, __doc__)
