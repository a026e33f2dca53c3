"""Write the findings of an experiment, in sentences from its tables."""

from itertools import groupby
from operator import itemgetter
from pathlib import Path

from kernelscope.comparison import towers as comparison_towers
from kernelscope.findings import bases, document
from kernelscope.findings import runs as findings_runs
from kernelscope.findings import towers as findings_towers
from kernelscope.io import cells, cli, records
from kernelscope.measures import curves
from kernelscope.probes import atlas_table

# Tables behind the sentences about an architecture, besides summary.csv.
TABLES = ("atlas", "subspace_fit", "pairs", "universal", "energy_agreement", "cka")
# Tables behind the sentences about networks that learned without labels.
BASES = "bases", "class_selectivity"


def write_findings(spec: dict, folder: str, findings: str) -> None:
    """Read the tables of an experiment; write findings.md.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: seeds}, "controls": {arch: {kind: [arch, ...]}}, "read":
        datasets read from existing images, "tables": names of the tables of a "dataset", an "arch" and a "run"}; for
        sweeps also "swept", their architectures; for networks with towers "towers", {arch: number of towers}; for
        pretrained kernels "pretrained", {dataset: {"runs": names in the order of the seeds, "min_max_normalized"}}; for
        networks without labels "bases"; and "one_start", the architectures whose seeds all start from the same weights
    folder : folder of the experiment
    findings : findings.md, to write
    """
    summary = cells.read(f"{folder}/summary.csv")
    tables_of_bases = {name: cells.read(f"{folder}/{name}.csv") for name in BASES} if "bases" in spec else {}
    swept = spec.get("swept", [])
    parts: list[str] = []  # texts, so that only one architecture's tables are in memory
    for dataset, runs in groupby(spec["runs"], itemgetter(0)):
        if "pretrained" in spec:
            summary_rows, about = [row for row in summary if row["dataset"] == dataset], spec["pretrained"][dataset]
            parts.append(document.of_pretrained(dataset, about["runs"], about["min_max_normalized"], summary_rows))
        else:
            across = {name: cells.read(f"{folder}/compare/{dataset}/{name}.csv") for name in spec["tables"]["dataset"]}
            inferred = records.read_json(f"{folder}/data/{dataset}/inferred.json") if dataset in spec["read"] else {}
            sweep_tables = {name: across.pop(name) for name in ("conditions", "effects", "levels") if name in across}
            across["architectures"] = [row for row in across["architectures"] if row["arch"] not in swept]
            parts.append(document.over_all(dataset, across, inferred))
            parts += document.of_sweeps(**sweep_tables) if sweep_tables else []
        for _, arch in (
            run for run in runs if run[1] not in swept
        ):  # conditions.csv has a row for each architecture of a sweep
            summary_rows = [row for row in summary if (row["dataset"], row["arch"]) == (dataset, arch)]
            tables_of_arch = tables(spec, folder, dataset, arch) | {"summary": summary_rows}
            sentences = [findings_runs.ONE_START] if arch in spec.get("one_start", []) else []
            sentences += of_towers(spec, folder, dataset, arch)
            sentences += bases.of_architecture(dataset, arch, *tables_of_bases.values()) if tables_of_bases else []
            text = document.of_architecture(arch, tables_of_arch, sentences)
            parts.append(text if "atlas" in spec["tables"]["run"] else text.replace("[atlas.csv]", "[measures.csv]"))
    records.write_text(findings, document.page(Path(findings).as_posix(), parts))


def of_towers(spec: dict, folder: str, dataset: str, arch: str) -> list[str]:
    """Return the sentences about an architecture with towers, compared with the joined architecture if there is one.

    [] for an architecture without towers.
    """
    towers = spec.get("towers", {})
    if arch not in towers:
        return []
    joined = [other for other in towers if towers[other] == 1 and other != arch][: towers[arch] - 1]
    rows = (cells.read(f"{folder}/compare/{dataset}/{name}/towers.csv") for name in [arch, *joined])
    return findings_towers.towers(*rows, part=comparison_towers.part(towers[arch]))


def tables(spec: dict, folder: str, dataset: str, arch: str) -> dict:
    """Return the tables of one architecture on one dataset, except `summary`; tables that were not made are empty."""
    tables_of_arch: dict = {name: [] for name in TABLES}
    tables_of_arch |= {
        name: cells.read(f"{folder}/compare/{dataset}/{arch}/{name}.csv") for name in spec["tables"]["arch"]
    }
    if "subspace_fit" in spec["tables"]["run"]:
        tables_of_arch["subspace_fit"] = of_runs(folder, dataset, arch, spec["seeds"][arch], "subspace_fit")
    tables_of_arch["atlas"] = atlas(spec, folder, dataset, arch)
    tables_of_arch["controls"] = {
        kind: [row for other in archs for row in atlas(spec, folder, dataset, other)]
        for kind, archs in spec["controls"][arch].items()
    }
    return tables_of_arch


def atlas(spec: dict, folder: str, dataset: str, arch: str) -> list[dict]:
    """Return the rows of atlas.csv from all seeds; if kernels were not probed, rows with their measures only."""
    if "atlas" in spec["tables"]["run"]:
        return of_runs(folder, dataset, arch, spec["seeds"][arch], "atlas")
    return [
        row | {"seed": seed}
        for seed in spec["seeds"][arch] * ("measures" in spec["tables"]["run"])
        for layer, measured in curves.read(f"{folder}/runs/{dataset}/{arch}/seed{seed}/measures.csv").items()
        for row in atlas_table.of_measures(layer, measured)
    ]


def of_runs(folder: str, dataset: str, arch: str, seeds: list[int], name: str) -> list[dict]:
    """Return the rows of one table from every seed, each with its seed."""
    return [
        row | {"seed": seed}
        for seed in seeds
        for row in cells.read(f"{folder}/runs/{dataset}/{arch}/seed{seed}/{name}.csv")
    ]


if __name__ == "__main__":
    cli.run(write_findings, __doc__)
