"""Draw the matched kernels from all seeds of one architecture."""

from kernelscope.comparison.living import living
from kernelscope.figures import captions, colormaps, saving, styling
from kernelscope.figures.matched import MOST_SEEDS, Seed, pages
from kernelscope.io import cells, cli, notes, records, run_info
from kernelscope.measures import kernels

NOTE = (
    "a column: a kernel of the first seed and its match in every other seed, most matches first; gray: no match; "
    "dashed: dead; weights from −limit (blue) to limit (red) of each run"
)


def draw_matched(
    spec: dict, runs: str, matches: str, pairs: str, types: str, vocabulary: str, matched: list[str]
) -> None:
    """Read the kernels and matches of all seeds; draw matched kernels in columns.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "colormap", "for"}
    runs : folder with `seed{seed}/kernels.npz` and `run.json`
    matches, pairs, types, vocabulary : matches.csv, pairs.csv, types.csv and vocabulary.csv
    matched : matched.png and its other files, to write
    """
    read = {seed: read_seed(f"{runs}/seed{seed}", seed) for seed in spec["seeds"]}
    limits = {seed: ends for seed, (_, ends) in read.items()}
    seeds = {seed: run for seed, (run, _) in read.items()}
    layers = kernels.in_all({seed: run.kernels for seed, run in seeds.items()})
    seeds = {seed: run._replace(kernels=layers[seed]) for seed, run in seeds.items()}
    names = names_of(cells.read(types), cells.read(vocabulary), spec["seeds"][0])
    title = f"{spec['dataset']} · {spec['arch']} · the same kernels in every seed?"
    first = next(iter(layers.values()))
    notes.keep(styling.cut_kernels("matched", {name: len(bank) for name, bank in first.items()}, spec["for"]))
    notes.keep([styling.cut("matched", "seeds", len(seeds), MOST_SEEDS[spec["for"]], spec["for"])])
    tables, look = (cells.read(matches), cells.read(pairs)), styling.look(title, NOTE, spec)
    saving.write(matched, pages(seeds, *tables, names, limits, look), spec["for"])


def names_of(types: list[dict], vocabulary: list[dict], seed: int) -> dict[tuple[str, int], str]:
    """Return (layer, kernel) of one seed -> the name of its type."""
    names = {(row["layer"], row["type"]): row["name"] for row in vocabulary if row["type"] is not None}
    typed = (row for row in types if row["seed"] == seed and row["type"] is not None)
    return {(row["layer"], int(row["kernel"])): names[row["layer"], row["type"]] for row in typed}


def read_seed(folder: str, seed: int) -> tuple[Seed, dict[str, float]]:
    """Read the trained kernels of one seed, which of them are alive, its caption, and the limit of each layer."""
    banks, run = run_info.read_kernels(f"{folder}/kernels.npz"), records.read_json(f"{folder}/run.json")
    trained, limits = kernels.last(banks), {name: colormaps.limit(bank) for name, bank in banks.items()}
    alive = {name: living(run, name, bank) for name, bank in trained.items()}
    label = captions.seed(seed, run_info.name(run)) + (" (failed)" if run["failure"] else "")
    return Seed(trained, alive, label), limits


if __name__ == "__main__":
    cli.run(draw_matched, __doc__)
