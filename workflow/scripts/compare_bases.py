"""Draw the bases of all networks of an experiment side by side, and join their tables."""

import numpy as np

from kernelscope.figures import bases as figures_bases
from kernelscope.figures import captions, saving
from kernelscope.io import array_files, cells, cli, csv_files, partial_arrays
from kernelscope.probes import bases as probes_bases
from kernelscope.probes import class_detection
from kernelscope.stats.text import interval

MEASURES = "precision/", "entropy/"
NOTES = (
    "Each base on its own scale. Oriented: orientation concentration R above 0.5, mean and 95 % interval over seeds;",
    "of bases drawn anew from the law of the untrained ones a share of {null} is.",
)
OF_CLASSES = (
    "The first {shown} bases of a layer as linear combinations of layer 1, each on its own scale; a network a column.",
    "Histograms over the units of all seeds: how well each tells its class, how unsure the class is where it is on.",
)


def compare_bases(spec: dict, runs: str, table: str, selectivity: str, figure: str) -> None:
    """Read the bases and tables of all runs; write the joined tables, and draw the bases of the first seed.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: seeds}, "colormap"}
    runs : folder with `{dataset}/{arch}/seed{seed}/` and their bases.npz, bases.csv and class_selectivity.csv
    table, selectivity, figure : bases.csv, class_selectivity.csv and bases.png, to write
    """
    folders = [f"{runs}/{dataset}/{arch}/seed{seed}" for dataset, arch in spec["runs"] for seed in spec["seeds"][arch]]
    rows = [row for folder in folders for row in cells.read(f"{folder}/bases.csv")]
    class_rows = [row for folder in folders for row in cells.read(f"{folder}/class_selectivity.csv")]
    csv_files.write_csv(table, probes_bases.COLUMNS, rows)
    csv_files.write_csv(selectivity, class_detection.COLUMNS, class_rows)
    single_classes = {row["dataset"] for row in class_rows if row["measure"] == "precision"}
    drawn = of_classes(spec, runs, class_rows, single_classes) if single_classes else of_networks(spec, runs, rows)
    saving.write_png(figure, drawn)


def read(spec: dict, runs: str, dataset: str, arch: str, name: str, words: str = "") -> figures_bases.Network:
    """Read the bases of one network, from the first seed, for drawing."""
    folder = f"{runs}/{dataset}/{arch}/seed{spec['seeds'][arch][0]}"
    return figures_bases.Network(name, words, array_files.read_npz(f"{folder}/bases.npz"))


def first_seed(spec: dict) -> str:
    """Return the seed whose bases are drawn in words, if all networks have the same."""
    seeds = {numbers[0] for numbers in spec["seeds"].values()}
    return captions.seed(seeds.pop()) if len(seeds) == 1 else "the first seed of each"


def of_networks(spec: dict, runs: str, rows: list[dict]) -> np.ndarray:
    """Draw the bases of every network as Fig. 2 of the paper."""
    first = {
        run: [row for row in rows if [row["dataset"], row["arch"], row["layer"]] == [*run, "conv1"]]
        for run in map(tuple, spec["runs"])
    }
    share = lambda run: f"oriented {interval([row['oriented'] for row in first[run]], 0)}"  # noqa: E731
    drawn = [
        figures_bases.networks(
            [read(spec, runs, *run, " · ".join(run), share(run)) for run in first if run[0] == dataset],
            spec["colormap"],
        )
        for dataset in dict.fromkeys(dataset for dataset, _ in first)
    ]
    title = f"Bases that were learned without labels · {first_seed(spec)}"
    null = f"{np.mean([row['null_oriented'] for row in rows if row['layer'] == 'conv1']):.2f}"
    return figures_bases.page(title, drawn, [NOTES[0], NOTES[1].format(null=null)], spec["colormap"])


def of_classes(spec: dict, runs: str, class_rows: list[dict], single_classes: set[str]) -> np.ndarray:
    """Draw the bases and class selectivity of the first architecture as Figs. 3 to 5 of the paper.

    class_rows: rows of class_selectivity.csv. single_classes: datasets with images of a single class; the others are
    mixtures.
    """
    arch = spec["runs"][0][1]
    datasets = [dataset for dataset, other in spec["runs"] if other == arch]
    datasets.sort(key=lambda dataset: (dataset not in single_classes, dataset))  # mixtures come last
    drawn = figures_bases.classes([read(spec, runs, dataset, arch, dataset) for dataset in datasets], spec["colormap"])
    chosen = {"precision": single_classes, "entropy": set(datasets) - single_classes}
    values, null = {}, {}
    units = {dataset: units_of(spec, runs, dataset, arch) for dataset in datasets}
    for measure, which in chosen.items():
        rows = [
            row for row in class_rows if row["arch"] == arch and row["measure"] == measure and row["dataset"] in which
        ]
        for layer in dict.fromkeys(row["layer"] for row in rows):
            of_layer = [units[dataset][f"{measure}/{layer}"] for dataset in sorted(which)]
            values.setdefault(measure, {})[layer] = np.concatenate(of_layer)
            null_means = [row["null_mean"] for row in rows if row["layer"] == layer and row["null_mean"] is not None]
            null.setdefault(measure, {})[layer] = np.mean(null_means) if null_means else np.nan
    histograms = figures_bases.as_image(figures_bases.figure(values, null, np.log2(max(2, len(single_classes)))))
    title = f"Deeper bases of one class and of their mixture · {arch}, {captions.seed(spec['seeds'][arch][0])}"
    return figures_bases.page(
        title, [drawn, histograms], [OF_CLASSES[0].format(shown=figures_bases.SHOWN), OF_CLASSES[1]], spec["colormap"]
    )


def units_of(spec: dict, runs: str, dataset: str, arch: str) -> dict[str, np.ndarray]:
    """Return `measure/layer` -> the values of all units of a layer, joined over seeds."""
    arrays_of_seeds = [
        partial_arrays.read(f"{runs}/{dataset}/{arch}/seed{seed}/bases.npz", lambda name: name.startswith(MEASURES))
        for seed in spec["seeds"][arch]
    ]
    return {name: np.concatenate([arrays[name] for arrays in arrays_of_seeds]) for name in arrays_of_seeds[0]}


if __name__ == "__main__":
    cli.run(compare_bases, __doc__)
