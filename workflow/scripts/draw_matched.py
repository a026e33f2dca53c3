"""Draw the matched kernels from all seeds of one architecture."""

from kernelscope.comparison.living import living
from kernelscope.figures import captions, saving
from kernelscope.figures.matched import Seed, sheet
from kernelscope.io import cells, cli, records, run_info
from kernelscope.measures import kernels

NOTE = (
    "after training; a column: a kernel of the first seed and its match in every other seed, most matches first, each "
    "on its own scale; gray: no match; red frame: dead or weak; below: seeds with a match"
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
    alive = {name: living(run, name, bank) for name, bank in trained.items()}
    return Seed(trained, alive, captions.seed(seed, run_info.name(run)) + (" (failed)" if run["failure"] else ""))


if __name__ == "__main__":
    cli.run(draw_matched, __doc__)
