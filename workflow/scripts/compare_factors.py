"""Compare the architectures of sweeps on one dataset: what each factor does to the kernels, and how much it matters."""

import torch

from kernelscope.comparison import factor_tables, outcomes
from kernelscope.figures import factors as figures_factors
from kernelscope.figures import saving
from kernelscope.io import cells, cli, csv_files, records, run_info


def compare_factors(
    spec: dict, runs: str, compare: str, table: str, conditions: str, effects: str, levels: str, figure: str
):
    """Read the runs and matched pairs of all architectures; write rows per run, condition, effect and level; draw them.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "levels": {arch: {factor: level}}, "others": architectures outside the
        sweeps}; the first factor is `base`, the name of the sweep
    runs : folder with `{arch}/seed{seed}/kernels.npz` and `run.json`
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
    csv_files.write_csv(table, ("arch", *factors, "seed", *outcomes.COLUMNS, outcomes.REASON), rows)

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
    title = f"{spec['dataset']} · what each setting does · {len(rows)} trainings"
    largest = max(designs, key=lambda name: len(designs[name]))
    tables = ([row for row in table if row["design"] == largest] for table in (shares, means))
    saving.write_figure(figure, figures_factors.figure(title, *tables, first_kernels(spec, runs, condition_rows)))


def read_run(folder: str) -> dict:
    """Return the outcomes of a run."""
    return outcomes.row(records.read_json(f"{folder}/run.json"), run_info.read_kernels(f"{folder}/kernels.npz"))


def first_kernels(spec: dict, runs: str, condition_rows: list[dict]) -> list[tuple]:
    """Return (row of conditions.csv, untrained, trained kernels of the first layer and seed) of each condition.

    The condition_rows are the architectures outside the sweeps, or else the extreme ones.
    """
    drawn = [row for row in condition_rows if row["arch"] in spec["others"]] or figures_factors.extremes(condition_rows)
    folders = [f"{runs}/{row['arch']}/seed{spec['seeds'][row['arch']][0]}" for row in drawn]
    banks = [run_info.read_kernels(f"{folder}/kernels.npz") for folder in folders]
    first = [next(iter(bank.values())) for bank in banks]
    return [(row, bank[0], bank[-1]) for row, bank in zip(drawn, first, strict=True)]


if __name__ == "__main__":
    cli.run(compare_factors, __doc__)
