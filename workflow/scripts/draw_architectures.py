"""Draw the architectures of one dataset side by side."""

import numpy as np

from kernelscope.figures import architectures, captions, colormaps, drawing, kernel_tiles, saving
from kernelscope.io import cells, cli, notes, records, run_info
from kernelscope.io.notes import beyond
from kernelscope.measures import kernels, summary

PER_ROW, TILE = 12, 64  # kernels in a line, and pixels of a kernel


def draw_architectures(spec: dict, runs: str, compare: str, figure: list[str]) -> None:
    """Read the runs and matched pairs of all architectures; draw their first layers beside what they reach.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "classes": how many, 0 if there are none, "colormap", "for"}
    runs : folder with `{arch}/seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    compare : folder with `{arch}/pairs.csv`
    figure : architectures.png and its other files, to write
    """
    drawn, most = list(spec["seeds"]), architectures.MOST_DRAWN[spec["for"]]
    notes.keep([beyond("architectures", len(drawn), most, "not in the figure architectures")])
    rows = [read_run(f"{runs}/{arch}/seed{seed}") for arch in drawn[:most] for seed in spec["seeds"][arch]]
    pairs = {arch: cells.read(f"{compare}/{arch}/pairs.csv") for arch in drawn[:most]}
    folders = {arch: f"{runs}/{arch}/seed{spec['seeds'][arch][0]}" for arch in drawn[:most]}
    banks = {arch: first_layer(folder, spec["colormap"]) for arch, folder in folders.items()}
    seeds = {
        captions.seed(spec["seeds"][arch][0], run_info.name(records.read_json(f"{folder}/run.json")))
        for arch, folder in folders.items()
    }
    which = seeds.pop() if len(seeds) == 1 else "the first seed of each"
    title = f"{spec['dataset']} · the architectures, with the first layer of {which}"
    title += " (dashed: dead)" * any(row["alive"] is not None and row["alive"] < 1 for row in rows)
    chance = 1 / spec["classes"] if spec["classes"] else None
    page = architectures.figure(drawn, rows, pairs, banks, chance, title, spec["for"])
    saving.write(figure, page, spec["for"])


def read_run(folder: str) -> dict:
    """Return a run's row of summary.csv."""
    return summary.row(*run_info.read_run(folder))


def first_layer(folder: str, colormap: str) -> np.ndarray:
    """Draw the trained first-layer kernels of a run with their numbers, on the scale of the run."""
    name, snapshots = next(iter(run_info.read_kernels(f"{folder}/kernels.npz").items()))
    bank, response = snapshots[-1], run_info.responses(records.read_json(f"{folder}/run.json"), name)
    alive = np.ones(len(bank), bool) if response is None else kernels.alive(kernels.norms(bank), response)
    limit = colormaps.limit(snapshots)
    tiles = [
        kernel_tiles.tile(kernel, limit, TILE, colormap, living) for kernel, living in zip(bank, alive, strict=True)
    ]
    lines = [drawing.beside(*tiles[i : i + PER_ROW], gap=kernel_tiles.GAP) for i in range(0, len(tiles), PER_ROW)]
    return drawing.painted(drawing.above(*lines, gap=kernel_tiles.GAP))


if __name__ == "__main__":
    cli.run(draw_architectures, __doc__)
