"""Draw the bases of all networks of an experiment beside each other, and put their tables together."""

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


def compare_bases(spec: dict, runs: str, table: str, selectivity: str, picture: str) -> None:
    """`runs` is the folder with `{dataset}/{arch}/seed{seed}/`.

    spec: {"runs": [[dataset, arch], ...], "seeds": [...], "colour_map"}.
    """
    folders = [f"{runs}/{dataset}/{arch}/seed{seed}" for dataset, arch in spec["runs"] for seed in spec["seeds"]]
    rows = [row for folder in folders for row in cells.read(f"{folder}/bases.csv")]
    told = [row for folder in folders for row in cells.read(f"{folder}/class_selectivity.csv")]
    csv_files.write_csv(table, probes_bases.COLUMNS, rows)
    csv_files.write_csv(selectivity, class_detection.COLUMNS, told)
    of_one = {row["dataset"] for row in told if row["measure"] == "precision"}
    drawn = of_classes(spec, runs, told, of_one) if of_one else of_networks(spec, runs, rows)
    saving.write_png(picture, drawn)


def read(spec: dict, runs: str, dataset: str, arch: str, name: str, words: str = "") -> figures_bases.Network:
    folder = f"{runs}/{dataset}/{arch}/seed{spec['seeds'][0]}"
    return figures_bases.Network(name, words, array_files.read_npz(f"{folder}/bases.npz"))


def of_networks(spec: dict, runs: str, rows: list[dict]) -> np.ndarray:
    """As Fig. 2 of the paper."""
    first = {
        run: [row for row in rows if [row["dataset"], row["arch"], row["layer"]] == [*run, "conv1"]]
        for run in map(tuple, spec["runs"])
    }
    share = lambda run: f"oriented {interval([row['oriented'] for row in first[run]], 0)}"  # noqa: E731
    drawn = [
        figures_bases.networks(
            [read(spec, runs, *run, " · ".join(run), share(run)) for run in first if run[0] == dataset],
            spec["colour_map"],
        )
        for dataset in dict.fromkeys(dataset for dataset, _ in first)
    ]
    title = f"Bases that were learned without labels · {captions.seed(spec['seeds'][0])}"
    null = f"{np.mean([row['null_oriented'] for row in rows if row['layer'] == 'conv1']):.2f}"
    return figures_bases.page(title, drawn, [NOTES[0], NOTES[1].format(null=null)], spec["colour_map"])


def of_classes(spec: dict, runs: str, told: list[dict], of_one: set[str]) -> np.ndarray:
    """As Figs. 3 to 5 of the paper, of the first architecture."""
    arch = spec["runs"][0][1]
    datasets = [dataset for dataset, other in spec["runs"] if other == arch]
    datasets.sort(key=lambda dataset: (dataset not in of_one, dataset))  # a mixture comes last
    drawn = figures_bases.classes(
        [read(spec, runs, dataset, arch, dataset) for dataset in datasets], spec["colour_map"]
    )
    chosen = {"precision": of_one, "entropy": set(datasets) - of_one}
    values, null = {}, {}
    units = {dataset: units_of(spec, runs, dataset, arch) for dataset in datasets}
    for measure, which in chosen.items():
        mine = [row for row in told if row["arch"] == arch and row["measure"] == measure and row["dataset"] in which]
        for layer in dict.fromkeys(row["layer"] for row in mine):
            of_layer = [units[dataset][f"{measure}/{layer}"] for dataset in sorted(which)]
            values.setdefault(measure, {})[layer] = np.concatenate(of_layer)
            known = [row["null_mean"] for row in mine if row["layer"] == layer and row["null_mean"] is not None]
            null.setdefault(measure, {})[layer] = np.mean(known) if known else np.nan
    histograms = figures_bases.drawn(figures_bases.figure(values, null, np.log2(max(2, len(of_one)))))
    title = f"Deeper bases of one class and of their mixture · {arch}, {captions.seed(spec['seeds'][0])}"
    return figures_bases.page(
        title, [drawn, histograms], [OF_CLASSES[0].format(shown=figures_bases.SHOWN), OF_CLASSES[1]], spec["colour_map"]
    )


def units_of(spec: dict, runs: str, dataset: str, arch: str) -> dict[str, np.ndarray]:
    """`measure/layer` -> the values of all units of the layer, of all seeds."""
    found = [
        partial_arrays.read(f"{runs}/{dataset}/{arch}/seed{seed}/bases.npz", lambda name: name.startswith(MEASURES))
        for seed in spec["seeds"]
    ]
    return {name: np.concatenate([arrays[name] for arrays in found]) for name in found[0]}


if __name__ == "__main__":
    cli.run(compare_bases, __doc__)
