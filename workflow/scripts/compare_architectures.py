"""Compare the architectures of one dataset in a table and a figure."""

import numpy as np

from kernelscope.comparison import architectures_table
from kernelscope.figures import architectures, captions, kernel_grid, raster, saving
from kernelscope.io import cells, cli, csv_files, records, run_info
from kernelscope.measures import kernels, summary


def compare_architectures(spec: dict, runs: str, compare: str, table: str, figure: str) -> None:
    """Read the runs and matched pairs of all architectures; write a row for each, and draw their first layers.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "colormap"}
    runs : folder with `{arch}/seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    compare : folder with `{arch}/pairs.csv`
    table, figure : architectures.csv and architectures.png, to write
    """
    archs = list(spec["seeds"])
    rows = [read_run(f"{runs}/{arch}/seed{seed}") for arch in archs for seed in spec["seeds"][arch]]
    pairs = {arch: cells.read(f"{compare}/{arch}/pairs.csv") for arch in archs}
    csv_files.write_csv(
        table,
        architectures_table.COLUMNS,
        [architectures_table.row(arch, rows_of_arch(rows, arch), pairs[arch]) for arch in archs],
    )
    archs_drawn = archs[: architectures.MOST_DRAWN]
    folders = {arch: f"{runs}/{arch}/seed{spec['seeds'][arch][0]}" for arch in archs_drawn}
    first_layers = {arch: first_layer(folders[arch], spec["colormap"]) for arch in archs_drawn}
    which = (
        f"the first {len(archs_drawn)} of {len(archs)} architectures"
        if len(archs_drawn) < len(archs)
        else "architectures"
    )
    seeds_drawn = {
        captions.seed(spec["seeds"][arch][0], run_info.name(records.read_json(f"{folders[arch]}/run.json")))
        for arch in archs_drawn
    }
    run_drawn = seeds_drawn.pop() if len(seeds_drawn) == 1 else "the first seed of each"
    title = f"{spec['dataset']} · {which} · first layer of {run_drawn}, each kernel on its own scale"
    title += ", red: not alive" if rows[0]["alive"] is not None else ""
    saving.write_figure(figure, architectures.figure(archs_drawn, rows, pairs, first_layers, title))


def read_run(folder: str) -> dict:
    """Return a run's row of summary.csv."""
    return summary.row(*run_info.read_run(folder))


def rows_of_arch(rows: list[dict], arch: str) -> list[dict]:
    """Return the rows of one architecture."""
    return [row for row in rows if row["arch"] == arch]


def first_layer(folder: str, colormap: str) -> np.ndarray:
    """Draw the trained first-layer kernels of a run, each on its own scale.

    Kernels that are not alive have a red frame.
    """
    name, bank = next(iter(run_info.read_kernels(f"{folder}/kernels.npz").items()))
    bank, response = bank[-1], run_info.responses(records.read_json(f"{folder}/run.json"), name)
    drawn = kernel_grid.grid_image(bank, raster.largest(bank, (1, 2, 3)), max(2, 60 // bank.shape[-1]), colormap)
    if response is None:
        return drawn
    alive = kernels.alive(kernels.norms(bank), response)
    return kernel_grid.framed(drawn, ~alive, bank.shape[1])


if __name__ == "__main__":
    cli.run(compare_architectures, __doc__)
