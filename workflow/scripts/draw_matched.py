"""Draw the matched kernels from all seeds of one architecture."""

import numpy as np

from kernelscope.figures import captions, saving
from kernelscope.figures.matched import Seed, sheet
from kernelscope.io import cells, cli, records, run_info
from kernelscope.measures import kernels

NOTE = (
    "after training; a column: kernels matched to the first seed, best first, each on its own scale, red frame if dead "
    "or weak; below: lowest similarity, green where even that is beyond the 99 % point of chance"
)


def draw_matched(spec: dict, runs: str, matches: str, pairs: str, matched: str) -> None:
    """Read the kernels and matches of all seeds; draw matched kernels in columns.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "colormap"}
    runs : folder with `seed{seed}/kernels.npz` and `run.json`
    matches, pairs : matches.csv and pairs.csv
    matched : matched.png, to write
    """
    seeds = {seed: read_seed(f"{runs}/seed{seed}", seed) for seed in spec["seeds"]}
    layers = kernels.in_all({seed: run.kernels for seed, run in seeds.items()})
    seeds = {seed: run._replace(kernels=layers[seed]) for seed, run in seeds.items()}
    title = f"{spec['dataset']} · {spec['arch']} · the same kernels in every seed?"
    saving.write_png(matched, sheet(seeds, cells.read(matches), cells.read(pairs), title, NOTE, spec["colormap"]))


def read_seed(folder: str, seed: int) -> Seed:
    """Read the trained kernels of one seed, which of them are alive, and the seed's caption."""
    trained = kernels.last(run_info.read_kernels(f"{folder}/kernels.npz"))
    run = records.read_json(f"{folder}/run.json")
    alive = {name: alive_of(bank, run_info.responses(run, name)) for name, bank in trained.items()}
    return Seed(trained, alive, captions.seed(seed, run_info.name(run)) + (" (failed)" if run["failure"] else ""))


def alive_of(bank: np.ndarray, response: np.ndarray | None) -> np.ndarray:
    """Return which kernels (out,) are drawn without a frame: the alive ones, or all if responses are unknown."""
    return np.full(len(bank), True) if response is None else kernels.alive(kernels.norms(bank), response)


if __name__ == "__main__":
    cli.run(draw_matched, __doc__)
