"""Test whether the two towers of a network specialize in color and gray, for every seed."""

import numpy as np

from kernelscope.comparison import towers as comparison_towers
from kernelscope.io import cli, csv_files, records, run_info
from kernelscope.stats import pvalues


def compare_towers(spec: dict, runs: str, table: str) -> None:
    """Read the runs of an architecture with towers; write a row per seed.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "towers": 2, or 1 if they are joined}
    runs : folder with `seed{seed}/kernels.npz` and `run.json`
    table : towers.csv, to write
    """
    rows = [row(f"{runs}/seed{seed}", seed) for seed in spec["seeds"]]
    corrected = pvalues.holm(np.array([row["p"] for row in rows]))
    rows = [row | {"p_holm": p} for row, p in zip(rows, corrected, strict=True)]
    csv_files.write_csv(table, comparison_towers.COLUMNS, rows)


def row(folder: str, seed: int) -> dict:
    """Return the row of one run in towers.csv."""
    run = records.read_json(f"{folder}/run.json")
    name, bank = next(iter(run_info.read_kernels(f"{folder}/kernels.npz").items()))
    ended = run["failure"], run["test"]["accuracy"]
    return comparison_towers.row(seed, *ended, bank[0], bank[-1], run_info.responses(run, name))


if __name__ == "__main__":
    cli.run(compare_towers, __doc__)
