"""Write what the experiment showed, in sentences from its tables."""

from itertools import groupby
from operator import itemgetter
from pathlib import Path

from kernelscope import artifacts, cells, command
from kernelscope import findings as library

RUN_TABLES, ARCH_TABLES = ("atlas", "explained"), ("pairs", "universal", "energy_agreement", "cka")
DATASET_TABLES = ("architectures", "similarity")


def write_findings(spec: dict, folder: str, findings: str) -> None:
    """`folder` is that of the experiment.

    spec: {"runs": [[dataset, arch], ...], "seeds": [...], "controls": {arch: {kind: [arch, ...]}}, "read": datasets of
    pictures that were there}.
    """
    summary = cells.read(f"{folder}/summary.csv")
    parts: list[str] = []  # of text, so that only the tables of one architecture are in memory
    for dataset, runs in groupby(spec["runs"], itemgetter(0)):
        across = {name: cells.read(f"{folder}/compare/{dataset}/{name}.csv") for name in DATASET_TABLES}
        found = artifacts.read_json(f"{folder}/data/{dataset}/found.json") if dataset in spec["read"] else {}
        parts.append(library.over_all(dataset, across, found))
        for _, arch in runs:
            mine = [row for row in summary if (row["dataset"], row["arch"]) == (dataset, arch)]
            parts.append(library.of_architecture(arch, tables(spec, folder, dataset, arch) | {"summary": mine}))
    artifacts.write_text(findings, library.page(Path(findings).as_posix(), parts))


def tables(spec: dict, folder: str, dataset: str, arch: str) -> dict:
    """Those of one architecture on one dataset, but for `summary`."""
    found = {name: cells.read(f"{folder}/compare/{dataset}/{arch}/{name}.csv") for name in ARCH_TABLES}
    found |= {name: of_runs(folder, dataset, arch, spec["seeds"], name) for name in RUN_TABLES}
    found["controls"] = {
        kind: [row for arch in archs for row in of_runs(folder, dataset, arch, spec["seeds"], "atlas")]
        for kind, archs in spec["controls"][arch].items()
    }
    return found


def of_runs(folder: str, dataset: str, arch: str, seeds: list[int], name: str) -> list[dict]:
    """The rows of one table of every seed, with their seed."""
    return [
        row | {"seed": seed}
        for seed in seeds
        for row in cells.read(f"{folder}/runs/{dataset}/{arch}/seed{seed}/{name}.csv")
    ]


if __name__ == "__main__":
    command.run(write_findings, __doc__)
