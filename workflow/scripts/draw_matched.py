"""Draw the matched kernels of all seeds of one architecture."""

import numpy as np

from kernelscope import artifacts, command, kernels, picture_files
from kernelscope.matched import Seed, sheet

NOTE = (
    "after training; a column: kernels matched to the first seed, best first, each on its own scale, red frame if dead "
    "or weak; below: lowest similarity, green where even that is beyond the 99 % point of chance"
)
SEEDS = {"seed_a": int, "seed_b": int}
MATCH_CELLS = SEEDS | {"kernel_a": int, "kernel_b": int, "similarity": float, "chance_99": float}
PAIR_CELLS = SEEDS | {"similarity": float, "chance_mean": float, "p": float}


def draw_matched(spec: dict, runs: str, matches: str, pairs: str, matched: str) -> None:
    """`runs` is the folder with the runs `seed{seed}/`. spec: {"dataset", "arch", "seeds", "colour_map"}."""
    seeds = {seed: read_seed(f"{runs}/seed{seed}", seed) for seed in spec["seeds"]}
    match_rows = [numbers(row, MATCH_CELLS) for row in artifacts.read_csv(matches)]
    pair_rows = [numbers(row, PAIR_CELLS) for row in artifacts.read_csv(pairs)]
    title = f"{spec['dataset']} · {spec['arch']} · the same kernels in every seed?"
    picture_files.write_png(matched, sheet(seeds, match_rows, pair_rows, title, NOTE, spec["colour_map"]))


def read_seed(folder: str, seed: int) -> Seed:
    trained = {name: bank[-1] for name, bank in artifacts.read_kernels(f"{folder}/kernels.npz").items()}
    run = artifacts.read_json(f"{folder}/run.json")
    alive = {
        name: kernels.alive(kernels.norms(bank), np.array(run["largest_responses"][name], float))
        for name, bank in trained.items()
    }
    return Seed(trained, alive, f"seed {seed}" + (" (failed)" if run["failure"] else ""))


def numbers(row: dict[str, str], cells: dict[str, type]) -> dict:
    """The cells that the picture needs, None where they are empty, and those that are words."""
    words = {name: row[name] for name in ("layer", "undefined") if name in row}
    return words | {name: kind(row[name]) if row[name] else None for name, kind in cells.items()}


if __name__ == "__main__":
    command.run(draw_matched, __doc__)
