"""Compare the architectures of one dataset: a table and a picture."""

import numpy as np

from kernelscope.comparison import architectures_table
from kernelscope.figures import architectures, captions, kernel_grid, raster, saving
from kernelscope.io import cells, cli, csv_files, records, run_info
from kernelscope.measures import kernels, summary


def compare_architectures(spec: dict, runs: str, compare: str, table: str, picture: str) -> None:
    """`runs` and `compare` are the folders with `{arch}/`.

    spec: {"dataset", "architectures", "seeds", "colour_map"}.
    """
    archs, seed = spec["architectures"], spec["seeds"][0]
    rows = [read_run(f"{runs}/{arch}/seed{seed}") for arch in archs for seed in spec["seeds"]]
    pairs = {arch: cells.read(f"{compare}/{arch}/pairs.csv") for arch in archs}
    csv_files.write_csv(
        table,
        architectures_table.COLUMNS,
        [architectures_table.row(arch, of(rows, arch), pairs[arch]) for arch in archs],
    )
    shown = archs[: architectures.MOST_DRAWN]
    drawn = {arch: first_layer(f"{runs}/{arch}/seed{seed}", spec["colour_map"]) for arch in shown}
    which = f"the first {len(shown)} of {len(archs)} architectures" if len(shown) < len(archs) else "architectures"
    shown_of = captions.seed(seed, run_info.name(records.read_json(f"{runs}/{archs[0]}/seed{seed}/run.json")))
    title = f"{spec['dataset']} · {which} · first layer of {shown_of}, each kernel on its own scale"
    title += ", red: not alive" if rows[0]["alive"] is not None else ""
    saving.write_figure(picture, architectures.figure(shown, rows, pairs, drawn, title))


def read_run(folder: str) -> dict:
    """The row of a run in summary.csv."""
    return summary.row(records.read_json(f"{folder}/run.json"), run_info.read_kernels(f"{folder}/kernels.npz"))


def of(rows: list[dict], arch: str) -> list[dict]:
    return [row for row in rows if row["arch"] == arch]


def first_layer(folder: str, colour_map: str) -> np.ndarray:
    """The trained kernels of the first layer as a picture, each on its own scale, in a red frame if it is not alive."""
    name, bank = next(iter(run_info.read_kernels(f"{folder}/kernels.npz").items()))
    bank, response = bank[-1], run_info.responses(records.read_json(f"{folder}/run.json"), name)
    drawn = kernel_grid.picture(bank, raster.largest(bank, (1, 2, 3)), max(2, 60 // bank.shape[-1]), colour_map)
    if response is None:
        return drawn
    alive = kernels.alive(kernels.norms(bank), response)
    return kernel_grid.framed(drawn, ~alive, bank.shape[1])


if __name__ == "__main__":
    cli.run(compare_architectures, __doc__)
