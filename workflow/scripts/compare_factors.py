"""Compare the architectures of sweeps on one dataset: what each factor does to the kernels, and how much it matters."""

import torch

from kernelscope.comparison import factor_tables, outcomes
from kernelscope.figures import factors as figures_factors
from kernelscope.figures import saving
from kernelscope.io import cells, cli, csv_files, records, run_info


def compare_factors(
    spec: dict, runs: str, compare: str, table: str, cell: str, effects: str, levels: str, picture: str
):
    """`runs` and `compare` are the folders with `{arch}/`.

    spec: {"dataset", "seeds", "levels": {arch: {factor: level}}, "others": architectures that are of no sweep}. The
    first factor is `base`, the name of the sweep. Writes a row per run, per architecture, per effect, and per level.
    """
    torch.set_num_threads(1)
    of = spec["levels"] | {arch: {"base": arch} for arch in spec["others"]}
    rows = [
        {"arch": arch, **of[arch], "seed": seed} | read_run(f"{runs}/{arch}/seed{seed}")
        for arch in of
        for seed in spec["seeds"]
    ]
    factors = list(dict.fromkeys(factor for chosen in of.values() for factor in chosen))
    csv_files.write_csv(table, ("arch", *factors, "seed", *outcomes.COLUMNS), rows)

    mine = {arch: [row for row in rows if row["arch"] == arch] for arch in of}
    found = [
        factor_tables.row(arch, chosen, mine[arch], cells.read(f"{compare}/{arch}/pairs.csv"))
        for arch, chosen in of.items()
    ]
    csv_files.write_csv(cell, factor_tables.columns(factors), found)

    designs = factor_tables.designs(spec["levels"])
    shares = [row for design in designs.items() for row in factor_tables.effects(*design, rows, found)]
    means = [row for design in designs.items() for row in factor_tables.levels(*design, rows)]
    csv_files.write_csv(effects, factor_tables.EFFECTS, shares)
    csv_files.write_csv(levels, factor_tables.LEVELS, means)
    title = f"{spec['dataset']} · what makes kernels speak? · {len(rows)} trainings"
    largest = max(designs, key=lambda name: len(designs[name]))
    tables = ([row for row in table if row["design"] == largest] for table in (shares, means))
    saving.write_figure(picture, figures_factors.figure(title, *tables, first_kernels(spec, runs, found)))


def read_run(folder: str) -> dict:
    """The outcomes of a run."""
    return outcomes.row(records.read_json(f"{folder}/run.json"), run_info.read_kernels(f"{folder}/kernels.npz"))


def first_kernels(spec: dict, runs: str, found: list[dict]) -> list[tuple]:
    """(row of cells.csv, untrained, trained) of what is drawn, first seed: architectures of no sweep, else extremes."""
    shown = [row for row in found if row["arch"] in spec["others"]] or figures_factors.extremes(found)
    banks = [run_info.read_kernels(f"{runs}/{row['arch']}/seed{spec['seeds'][0]}/kernels.npz") for row in shown]
    first = [next(iter(bank.values())) for bank in banks]
    return [(row, bank[0], bank[-1]) for row, bank in zip(shown, first, strict=True)]


if __name__ == "__main__":
    cli.run(compare_factors, __doc__)
