"""Write what the experiment showed, in sentences from its tables."""

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

# What the sentences about an architecture are written from, besides its rows of summary.csv.
TABLES = ("atlas", "explained", "pairs", "universal", "energy_agreement", "cka")
# And what those about a network without labels are.
BASES = "bases", "class_selectivity"


def write_findings(spec: dict, folder: str, findings: str) -> None:
    """`folder` is that of the experiment.

    spec: {"runs": [[dataset, arch], ...], "seeds": [...], "controls": {arch: {kind: [arch, ...]}}, "read": datasets of
    pictures that were there, "tables": those that there are of a "dataset", an "arch" and a "run"}. With a sweep also
    "swept", its architectures; with networks in towers "towers": {arch: how many}; for published kernels "published":
    {dataset: {"runs": names in the order of the seeds, "scaled"}}; "bases" where networks learned without labels; and
    "one_start", the architectures whose seeds all begin from the same weights.
    """
    summary = cells.read(f"{folder}/summary.csv")
    told = {name: cells.read(f"{folder}/{name}.csv") for name in BASES} if "bases" in spec else {}
    swept = spec.get("swept", [])
    parts: list[str] = []  # of text, so that only the tables of one architecture are in memory
    for dataset, runs in groupby(spec["runs"], itemgetter(0)):
        if "published" in spec:
            mine, about = [row for row in summary if row["dataset"] == dataset], spec["published"][dataset]
            parts.append(document.of_published(dataset, about["runs"], about["scaled"], mine))
        else:
            across = {name: cells.read(f"{folder}/compare/{dataset}/{name}.csv") for name in spec["tables"]["dataset"]}
            found = records.read_json(f"{folder}/data/{dataset}/found.json") if dataset in spec["read"] else {}
            of_sweeps = {name: across.pop(name) for name in ("cells", "effects", "levels") if name in across}
            across["architectures"] = [row for row in across["architectures"] if row["arch"] not in swept]
            parts.append(document.over_all(dataset, across, found))
            parts += document.of_sweeps(**of_sweeps) if of_sweeps else []
        for _, arch in (run for run in runs if run[1] not in swept):  # of a sweep cells.csv has a row for each
            mine = [row for row in summary if (row["dataset"], row["arch"]) == (dataset, arch)]
            own = tables(spec, folder, dataset, arch) | {"summary": mine}
            further = [findings_runs.ONE_START] if arch in spec.get("one_start", []) else []
            further += of_towers(spec, folder, dataset, arch)
            further += bases.of_architecture(dataset, arch, *told.values()) if told else []
            text = document.of_architecture(arch, own, further)
            parts.append(text if "atlas" in spec["tables"]["run"] else text.replace("[atlas.csv]", "[measures.csv]"))
    records.write_text(findings, document.page(Path(findings).as_posix(), parts))


def of_towers(spec: dict, folder: str, dataset: str, arch: str) -> list[str]:
    """Sentences from towers.csv of an architecture in towers, and of the joined one, if there is one; else nothing."""
    found = spec.get("towers", {})
    if arch not in found:
        return []
    joined = [other for other in found if found[other] == 1 and other != arch][: found[arch] - 1]
    rows = (cells.read(f"{folder}/compare/{dataset}/{name}/towers.csv") for name in [arch, *joined])
    return findings_towers.towers(*rows, part=comparison_towers.part(found[arch]))


def tables(spec: dict, folder: str, dataset: str, arch: str) -> dict:
    """Those of one architecture on one dataset, but for `summary`; empty ones of what was not made."""
    found: dict = {name: [] for name in TABLES}
    found |= {name: cells.read(f"{folder}/compare/{dataset}/{arch}/{name}.csv") for name in spec["tables"]["arch"]}
    if "explained" in spec["tables"]["run"]:
        found["explained"] = of_runs(folder, dataset, arch, spec["seeds"], "explained")
    found["atlas"] = atlas(spec, folder, dataset, arch)
    found["controls"] = {
        kind: [row for other in archs for row in atlas(spec, folder, dataset, other)]
        for kind, archs in spec["controls"][arch].items()
    }
    return found


def atlas(spec: dict, folder: str, dataset: str, arch: str) -> list[dict]:
    """The rows of atlas.csv of all seeds; where kernels were not probed, as far as their measures go."""
    if "atlas" in spec["tables"]["run"]:
        return of_runs(folder, dataset, arch, spec["seeds"], "atlas")
    return [
        row | {"seed": seed}
        for seed in spec["seeds"] * ("measures" in spec["tables"]["run"])
        for layer, of in curves.read(f"{folder}/runs/{dataset}/{arch}/seed{seed}/measures.csv").items()
        for row in atlas_table.of_measures(layer, of)
    ]


def of_runs(folder: str, dataset: str, arch: str, seeds: list[int], name: str) -> list[dict]:
    """The rows of one table of every seed, with their seed."""
    return [
        row | {"seed": seed}
        for seed in seeds
        for row in cells.read(f"{folder}/runs/{dataset}/{arch}/seed{seed}/{name}.csv")
    ]


if __name__ == "__main__":
    cli.run(write_findings, __doc__)
