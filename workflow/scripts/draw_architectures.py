"""Draw the architectures of one dataset side by side."""

import numpy as np

from kernelscope.comparison.living import living
from kernelscope.figures import architectures, captions, colormaps, drawing, kernel_tiles, saving
from kernelscope.io import cells, cli, notes, run_info
from kernelscope.io.notes import beyond
from kernelscope.measures import summary

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
    pairs = {arch: cells.read(f"{compare}/{arch}/pairs.csv") for arch in drawn[:most]}
    rows, banks, seeds = [], {}, set()
    for arch in drawn[:most]:
        for number, seed in enumerate(spec["seeds"][arch]):
            run = run_info.read_run(f"{runs}/{arch}/seed{seed}")
            rows.append(summary.row(*run))
            chance = run_info.chance(run[0], spec["classes"])
            if number == 0:
                banks[arch] = first_layer(*run[:2], spec["colormap"])
                seeds.add(captions.seed(seed, run_info.name(run[0])))
    which = seeds.pop() if len(seeds) == 1 else "the first seed of each"
    title = f"{spec['dataset']} · the architectures, with the first layer of {which}"
    title += " (dashed: dead)" * any(row["alive"] is not None and row["alive"] < 1 for row in rows)
    page = architectures.figure(drawn, rows, pairs, banks, chance, title, spec["for"])
    saving.write(figure, page, spec["for"])


def first_layer(run: dict, layers: dict[str, np.ndarray], colormap: str) -> np.ndarray:
    """Draw the trained first-layer kernels of a run, on the scale of the run."""
    name, snapshots = next(iter(layers.items()))
    bank, limit = snapshots[-1], colormaps.limit(snapshots)
    alive = living(run, name, bank)
    pairs = zip(bank, alive, strict=True)
    tiles = [kernel_tiles.of_images(kernel, limit, TILE, colormap, lives) for kernel, lives in pairs]
    return drawing.painted(drawing.in_lines(tiles, PER_ROW, kernel_tiles.GAP))


if __name__ == "__main__":
    cli.run(draw_architectures, __doc__)
