"""Compare the architectures of sweeps on one dataset: what each factor does to the kernels, and how much it matters."""

import torch

from kernelscope import artifacts, cell_table, cells, command, factor_tables, outcomes, picture_files
from kernelscope import factor_figure as figures


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
    artifacts.write_csv(table, ("arch", *factors, "seed", *outcomes.COLUMNS), rows)

    mine = {arch: [row for row in rows if row["arch"] == arch] for arch in of}
    found = [
        cell_table.row(arch, chosen, mine[arch], cells.read(f"{compare}/{arch}/pairs.csv"))
        for arch, chosen in of.items()
    ]
    artifacts.write_csv(cell, cell_table.columns(factors), found)

    designs = factor_tables.designs(spec["levels"])
    shares = [row for design in designs.items() for row in factor_tables.effects(*design, rows, found)]
    means = [row for design in designs.items() for row in factor_tables.levels(*design, rows)]
    artifacts.write_csv(effects, factor_tables.EFFECTS, shares)
    artifacts.write_csv(levels, factor_tables.LEVELS, means)
    title = f"{spec['dataset']} · what makes kernels speak? · {len(rows)} trainings"
    largest = max(designs, key=lambda name: len(designs[name]))
    tables = ([row for row in table if row["design"] == largest] for table in (shares, means))
    picture_files.write_figure(picture, figures.figure(title, *tables, first_kernels(spec, runs, found)))


def read_run(folder: str) -> dict:
    """The outcomes of a run."""
    return outcomes.row(artifacts.read_json(f"{folder}/run.json"), artifacts.read_kernels(f"{folder}/kernels.npz"))


def first_kernels(spec: dict, runs: str, found: list[dict]) -> list[tuple]:
    """(row of cells.csv, untrained, trained) of what is drawn, first seed: architectures of no sweep, else extremes."""
    shown = [row for row in found if row["arch"] in spec["others"]] or figures.extremes(found)
    banks = [artifacts.read_kernels(f"{runs}/{row['arch']}/seed{spec['seeds'][0]}/kernels.npz") for row in shown]
    first = [next(iter(bank.values())) for bank in banks]
    return [(row, bank[0], bank[-1]) for row, bank in zip(shown, first, strict=True)]


if __name__ == "__main__":
    command.run(compare_factors, __doc__)
