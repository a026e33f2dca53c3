"""Compare the kernels of runs on datasets that differ in their seed alone: the same for other images of this kind?"""

from collections.abc import Iterator

import numpy as np

from kernelscope.comparison import draws as comparison_draws
from kernelscope.io import cli, csv_files, notes, records, run_info
from kernelscope.io.notes import failed_seeds

STATES = {"trained": -1, "untrained": 0}  # places of the snapshots


def compare_draws(spec: dict, runs: str, draws: str) -> None:
    """Read the kernels of all runs on these datasets; write a row for each architecture, state and layer.

    Parameters
    ----------
    spec : {"draws": [datasets that differ in their seed alone, ...], "seeds": {arch: seeds}}
    runs : folder with `{dataset}/{arch}/seed{seed}/kernels.npz` and `run.json`
    draws : draws.csv, to write
    """
    rows = [row for datasets in spec["draws"] for arch in spec["seeds"] for row in rows_of(spec, runs, datasets, arch)]
    csv_files.write_csv(draws, comparison_draws.COLUMNS, rows)


def rows_of(spec: dict, runs: str, datasets: list[str], arch: str) -> Iterator[dict]:
    """Yield the rows of one architecture."""
    folders = {(name, seed): f"{runs}/{name}/{arch}/seed{seed}" for name in datasets for seed in spec["seeds"][arch]}
    ended = {run for run, folder in folders.items() if not records.read_json(f"{folder}/run.json")["failure"]}
    whole = {seed for _, seed in folders if all((name, seed) in ended for name in datasets)}
    others = {seed for _, seed in folders} - whole
    notes.keep([failed_seeds(others, spec["seeds"][arch], f"of {arch}, on one of these datasets at least")])
    kernels = {run: run_info.read_kernels(f"{folders[run]}/kernels.npz") for run in folders}
    for state, place in STATES.items():
        for layer in next(iter(kernels.values())):
            banks = {run: kernels[run][layer][place] for run in sorted(ended)}
            banks = {run: bank for run, bank in banks.items() if np.isfinite(bank).all()}
            numbers = comparison_draws.row(banks, datasets, len(folders) - len(ended))
            yield {"arch": arch, "state": state, "layer": layer} | numbers


if __name__ == "__main__":
    cli.run(compare_draws, __doc__)
