"""Compare the architectures of sweeps on one dataset: what each factor does to the kernels, and how much it matters."""

import torch

from kernelscope.comparison import factor_tables, outcomes
from kernelscope.io import cells, cli, csv_files, run_info


def compare_factors(spec: dict, runs: str, compare: str, table: str, conditions: str, effects: str, levels: str):
    """Read the runs and matched pairs of all architectures; write rows per run, condition, effect and level.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "levels": {arch: {factor: level}}, "others": architectures outside the
        sweeps}; the first factor is `base`, the name of the sweep
    runs : folder with `{arch}/seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    compare : folder with `{arch}/pairs.csv`
    table, conditions, effects, levels : the CSV files outcomes, conditions, effects and levels, to write
    """
    torch.set_num_threads(1)
    levels_of = spec["levels"] | {arch: {"base": arch} for arch in spec["others"]}
    rows = [
        {"arch": arch, **levels_of[arch], "seed": seed} | outcomes.row(*run_info.read_run(f"{runs}/{arch}/seed{seed}"))
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


if __name__ == "__main__":
    cli.run(compare_factors, __doc__)
