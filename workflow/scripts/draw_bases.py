"""Draw the bases of all networks of an experiment side by side."""

import numpy as np

from kernelscope.figures import bases as figures_bases
from kernelscope.figures import captions, saving
from kernelscope.figures.drawing import Drawing
from kernelscope.io import array_files, cells, cli, notes, partial_arrays
from kernelscope.stats.text import interval

MEASURES = "precision/", "entropy/"
NOTES = (
    "Each base on its own scale. Oriented: orientation concentration R above 0.5, mean and 95 % interval over seeds; "
    "of bases drawn from the distribution of the untrained bases, a share of {null} is."
)
OF_CLASSES = (
    "The first {shown} bases of a layer as linear combinations of layer 1, each on its own scale; a network a column. "
    "Histograms over the units of all seeds: how well each detects its class, how unsure the class is where it is on."
)


def draw_bases(spec: dict, runs: str, table: str, selectivity: str, figure: list[str]) -> None:
    """Read the bases of all runs and their joined tables; draw the bases of the first seed.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: seeds}, "colormap", "for"}
    runs : folder with `{dataset}/{arch}/seed{seed}/` and their bases.npz
    table, selectivity : bases.csv and class_selectivity.csv
    figure : bases.png and its other files, to write
    """
    rows, class_rows = cells.read(table), cells.read(selectivity)
    single_classes = {row["dataset"] for row in class_rows if row["measure"] == "precision"}
    drawn = of_classes(spec, runs, class_rows, single_classes) if single_classes else of_networks(spec, runs, rows)
    saving.write(figure, drawn, spec["for"])


def read(spec: dict, runs: str, dataset: str, arch: str, name: str, words: str = "") -> figures_bases.Network:
    """Read the bases of one network, from the first seed, for drawing."""
    folder = f"{runs}/{dataset}/{arch}/seed{spec['seeds'][arch][0]}"
    return figures_bases.Network(name, words, array_files.read_npz(f"{folder}/bases.npz"))


def first_seed(spec: dict) -> str:
    """Return the seed whose bases are drawn in words, if all networks have the same."""
    seeds = {numbers[0] for numbers in spec["seeds"].values()}
    return captions.seed(seeds.pop()) if len(seeds) == 1 else "the first seed of each"


def of_networks(spec: dict, runs: str, rows: list[dict]) -> Drawing:
    """Draw the bases of every network as Fig. 2 of the paper."""
    first = {
        run: [row for row in rows if [row["dataset"], row["arch"], row["layer"]] == [*run, "conv1"]]
        for run in map(tuple, spec["runs"])
    }
    share = lambda run: f"oriented {interval([row['oriented'] for row in first[run]], 0)}"  # noqa: E731
    drawn = []
    for dataset in dict.fromkeys(dataset for dataset, _ in first):
        networks = [read(spec, runs, *run, " · ".join(run), share(run)) for run in first if run[0] == dataset]
        notes.keep(figures_bases.cuts(networks, is_of_classes=False))
        drawn.append(figures_bases.networks(networks, spec["colormap"], spec["for"]))
    title = f"Bases that were learned without labels · {first_seed(spec)}"
    null = f"{np.mean([row['null_oriented'] for row in rows if row['layer'] == 'conv1']):.2f}"
    return figures_bases.page(title, drawn, [NOTES.format(null=null)], spec["colormap"], spec["for"])


def of_classes(spec: dict, runs: str, class_rows: list[dict], single_classes: set[str]) -> Drawing:
    """Draw the bases and class selectivity of the first architecture as Figs. 3 to 5 of the paper.

    class_rows: rows of class_selectivity.csv. single_classes: datasets with images of a single class; the others are
    mixtures.
    """
    arch = spec["runs"][0][1]
    datasets = [dataset for dataset, other in spec["runs"] if other == arch]
    datasets.sort(key=lambda dataset: (dataset not in single_classes, dataset))  # mixtures come last
    networks = [read(spec, runs, dataset, arch, dataset) for dataset in datasets]
    notes.keep(figures_bases.cuts(networks, is_of_classes=True))
    drawn = figures_bases.classes(networks, spec["colormap"], spec["for"])
    chosen = {"precision": single_classes, "entropy": set(datasets) - single_classes}
    values, null = {}, {}
    units = {dataset: units_of(spec, runs, dataset, arch) for dataset in datasets}
    for measure, which in chosen.items():
        rows = [
            row for row in class_rows if (row["arch"], row["measure"]) == (arch, measure) and row["dataset"] in which
        ]
        for layer in dict.fromkeys(row["layer"] for row in rows):
            of_layer = [values for dataset in sorted(which) for values in units[dataset].get(f"{measure}/{layer}", [])]
            values.setdefault(measure, {})[layer] = np.concatenate(of_layer)
            null_means = [row["null_mean"] for row in rows if row["layer"] == layer and row["null_mean"] is not None]
            null.setdefault(measure, {})[layer] = np.mean(null_means) if null_means else np.nan
    page = figures_bases.figure(values, null, np.log2(max(2, len(single_classes))), spec["for"])
    histograms = figures_bases.as_image(page)
    title = f"Deeper bases of one class and of their mixture · {arch}, {captions.seed(spec['seeds'][arch][0])}"
    words = [OF_CLASSES.format(shown=figures_bases.SHOWN)]
    return figures_bases.page(title, [drawn, histograms], words, spec["colormap"], spec["for"])


def units_of(spec: dict, runs: str, dataset: str, arch: str) -> dict[str, list[np.ndarray]]:
    """Return `measure/layer` -> the values of all units of a layer, an array for each seed that has the layer."""
    values: dict[str, list[np.ndarray]] = {}
    for seed in spec["seeds"][arch]:
        path = f"{runs}/{dataset}/{arch}/seed{seed}/bases.npz"
        for name, units in partial_arrays.read(path, lambda name: name.startswith(MEASURES)).items():
            values.setdefault(name, []).append(units)
    return values


if __name__ == "__main__":
    cli.run(draw_bases, __doc__)
