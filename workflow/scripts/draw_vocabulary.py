"""Draw the types of kernels of one architecture, and which seeds have them."""

from collections import Counter

from kernelscope.figures import colormaps, saving, styling
from kernelscope.figures.vocabulary import MOST_LAYERS, MOST_SEEDS, most_types, sheet
from kernelscope.io import cells, cli, notes, run_info
from kernelscope.measures import kernels


def draw_vocabulary(spec: dict, runs: str, vocabulary: str, types: str, figure: list[str]) -> None:
    """Read the types and the kernels of all seeds; draw the types.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "colormap", "for"}
    runs : folder with `seed{seed}/kernels.npz`
    vocabulary, types : vocabulary.csv and types.csv
    figure : vocabulary.png and its other files, to write
    """
    banks, limits = {}, {}
    for seed in spec["seeds"]:
        bank = run_info.read_kernels(f"{runs}/seed{seed}/kernels.npz")
        banks[seed], limits[seed] = kernels.last(bank), {name: colormaps.limit(each) for name, each in bank.items()}
    tables = cells.read(vocabulary), cells.read(types)
    use, types_of = spec["for"], Counter(row["layer"] for row in tables[0] if row["type"] is not None)
    layers = len({row["layer"] for row in tables[0]})
    most = most_types(layers, use)
    notes.keep([styling.cut("vocabulary", "seeds", len(banks), MOST_SEEDS[use], use)])
    notes.keep([styling.cut("vocabulary", "layers", layers, MOST_LAYERS, use)])
    notes.keep(styling.cut("vocabulary", f"types of {layer}", n, most, use) for layer, n in types_of.items())
    title = f"{spec['dataset']} · {spec['arch']} · which types of kernels does every seed have?"
    saving.write(figure, sheet(*tables, kernels.in_all(banks), limits, styling.look(title, "", spec)), spec["for"])


if __name__ == "__main__":
    cli.run(draw_vocabulary, __doc__)
