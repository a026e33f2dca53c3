"""Write what the experiment showed, in sentences from its tables."""

from pathlib import Path

from kernelscope import artifacts, cells, command
from kernelscope import findings as library

RUN_TABLES, ARCH_TABLES = ("atlas", "explained"), ("pairs", "universal", "energy_agreement", "cka")
DATASET_TABLES = ("architectures", "similarity")


def write_findings(spec: dict, folder: str, findings: str) -> None:
    """`folder` is that of the experiment.

    spec: {"runs": [[dataset, arch], ...], "seeds": [...], "controls": {arch: {kind: [arch, ...]}}}.
    """
    summary = cells.read(f"{folder}/summary.csv")
    datasets: dict[str, dict[str, dict]] = {}
    for dataset, arch in spec["runs"]:
        tables = {name: cells.read(f"{folder}/compare/{dataset}/{arch}/{name}.csv") for name in ARCH_TABLES}
        tables |= {name: of_runs(folder, dataset, arch, spec["seeds"], name) for name in RUN_TABLES}
        tables["summary"] = [row for row in summary if (row["dataset"], row["arch"]) == (dataset, arch)]
        tables["controls"] = {
            kind: [row for arch in archs for row in of_runs(folder, dataset, arch, spec["seeds"], "atlas")]
            for kind, archs in spec["controls"][arch].items()
        }
        datasets.setdefault(dataset, {})[arch] = tables
    across = {
        dataset: {name: cells.read(f"{folder}/compare/{dataset}/{name}.csv") for name in DATASET_TABLES}
        for dataset in datasets
    }
    artifacts.write_text(findings, library.page(Path(findings).as_posix(), datasets, across))


def of_runs(folder: str, dataset: str, arch: str, seeds: list[int], name: str) -> list[dict]:
    """The rows of one table of every seed, with their seed."""
    return [
        row | {"seed": seed}
        for seed in seeds
        for row in cells.read(f"{folder}/runs/{dataset}/{arch}/seed{seed}/{name}.csv")
    ]


if __name__ == "__main__":
    command.run(write_findings, __doc__)
