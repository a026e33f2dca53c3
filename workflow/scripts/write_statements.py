"""Write all statements about an experiment, with their numbers and verdicts, from its tables."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import numpy as np

from kernelscope.data.image_file import ImageFile
from kernelscope.io import cells, cli, csv_files, records
from kernelscope.statements import (
    across_seeds,
    bases,
    draws,
    factors,
    kinds,
    networks,
    pretrained,
    statement,
    towers,
    verdicts,
)
from kernelscope.statements.statement import Statement

ARCH = ("seed_tests", "vocabulary", "initial_correlation", "settling")  # tables of an architecture
RUN = ("kernel_tests", "layer_responses")  # tables of a run
BASES = ("bases", "class_selectivity")  # tables of networks that learned without labels
SWEEPS = ("conditions", "effects", "levels")


def write_statements(spec: dict, folder: str, statements: str) -> None:
    """Read the tables of an experiment; write statements.csv.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: [...]}, "labeled": datasets with labeled test images,
        "controls": architectures that are controls, whose claims are in no family, "tables": names of the tables at
        the "top" and of a "dataset", an "arch" and a "run"}; where networks have controls "controlled", {arch: {kind:
        controls}}; for sweeps also "swept", their architectures; for networks with towers "towers", {arch: number of
        towers}; where kernels are sorted "by_kind", {"datasets", "layers": {arch: first conv layer}}; for pretrained
        kernels "pretrained", {dataset: {"runs": names in the order of the seeds, "min_max_normalized", "probed" if
        they were given images}}; and "one_start", the architectures whose seeds all start from the same weights
    folder : folder of the experiment
    statements : statements.csv, to write
    """
    summary, drafts = cells.read(f"{folder}/summary.csv"), []
    for dataset, runs in groupby(spec["runs"], itemgetter(0)):
        of_dataset = [row for row in summary if row["dataset"] == dataset]
        drafts += about_dataset(spec, folder, dataset, of_dataset)
        for _, arch in (run for run in runs if run[1] not in spec.get("swept", [])):
            rows = [row for row in of_dataset if row["arch"] == arch]
            about = about_architecture(spec, folder, dataset, arch, rows, of_controls(spec, arch, of_dataset))
            drafts += [draft._replace(family="") for draft in about] if arch in spec["controls"] else about
    drafts += (
        draws.statements(cells.read(f"{folder}/compare/draws.csv")) if "compare/draws" in spec["tables"]["top"] else []
    )
    table = (row for judged in verdicts.judged(drafts) for row in statement.rows(judged))
    csv_files.write_csv(statements, statement.COLUMNS, table)


def about_dataset(spec: dict, folder: str, dataset: str, summary: list[dict]) -> list[Statement]:
    """Return the statements about a dataset of pretrained kernels, or about the sweeps on a dataset."""
    if "pretrained" in spec:
        about, run = spec["pretrained"][dataset], f"{folder}/runs/{dataset}/{{arch}}/seed{{seed}}/run.json"
        outcomes = [records.read_json(run.format(**row)) for row in summary]
        untrained = [outcome["pretrained"]["untrained"] for outcome in outcomes]
        scaled, probed = about["min_max_normalized"], about.get("probed", False)
        return pretrained.statements(summary, dataset, about["runs"], scaled, untrained, probed)
    if "swept" in spec:
        return factors.statements(*(cells.read(f"{folder}/compare/{dataset}/{name}.csv") for name in SWEEPS), dataset)
    return []


def of_controls(spec: dict, arch: str, summary: list[dict]) -> dict[str, list[dict]]:
    """Return the rows of summary.csv of each kind of control of an architecture."""
    kinds = spec.get("controlled", {}).get(arch, {})
    return {kind: [row for row in summary if row["arch"] in names] for kind, names in kinds.items()}


def about_architecture(
    spec: dict, folder: str, dataset: str, arch: str, summary: list[dict], controls: dict[str, list[dict]]
) -> list[Statement]:
    """Return the statements about one architecture; only its tables are in memory."""
    made = tables(spec, folder, dataset, arch) | {"summary": summary, "controls": controls}
    statements = networks.of_architecture(dataset, arch, made)
    learns_labels = dataset in spec["labeled"] and "bases" not in spec["tables"]["top"]
    if learns_labels and made["seed_tests"] and arch not in spec["controls"]:
        missing = across_seeds.without_control(statements)
        statements += [statement._replace(dataset=dataset, arch=arch) for statement in missing]
    if arch in spec.get("one_start", []):
        statements.append(pretrained.one_start(len(spec["seeds"][arch]), dataset, arch))
    if arch in (of_towers := spec.get("towers", {})):
        joined = [other for other in of_towers if of_towers[other] == 1 and other != arch][: of_towers[arch] - 1]
        rows, *control = (cells.read(f"{folder}/compare/{dataset}/{name}/towers.csv") for name in [arch, *joined])
        part = "tower" if of_towers[arch] > 1 else "half"
        statements += towers.statements(rows, dataset, arch, part, *control)
    if "by_kind" in spec and dataset in spec["by_kind"]["datasets"] and arch in spec["by_kind"]["layers"]:
        statements += by_kind(spec, folder, dataset, arch)
    if "bases" in spec["tables"]["top"]:
        statements += bases.statements(*(cells.read(f"{folder}/{name}.csv") for name in BASES), dataset, arch)
    return statements


def by_kind(spec: dict, folder: str, dataset: str, arch: str) -> list[Statement]:
    """Return the statements about the kinds of first-layer kernels of one architecture."""
    rows_of = lambda name: cells.read(f"{folder}/compare/{dataset}/{name}/kinds.csv")  # noqa: E731
    controls = spec.get("controlled", {}).get(arch, {})
    of_controls = {kind: [row for name in names for row in rows_of(name)] for kind, names in controls.items()}
    return kinds.statements(rows_of(arch), dataset, arch, spec["by_kind"]["layers"][arch], of_controls)


def tables(spec: dict, folder: str, dataset: str, arch: str) -> dict:
    """Return the tables of one architecture on one dataset, except `summary`; tables that were not made are empty."""
    names, across = spec["tables"], f"{folder}/compare/{dataset}/{arch}"
    runs = {seed: f"{folder}/runs/{dataset}/{arch}/seed{seed}" for seed in spec["seeds"][arch]}
    labeled = dataset in spec["labeled"]
    return {
        **{name: cells.read(f"{across}/{name}.csv") if name in names["arch"] else [] for name in ARCH},
        **{name: list(of_runs(runs, name)) if name in names["run"] else [] for name in RUN},
        "untrained": untrained(runs) if labeled else [],
        "steps": steps(runs) if labeled else None,
        "labels": np.asarray(ImageFile(f"{folder}/data/{dataset}/images.npz").labels["test"]) if labeled else [],
    }


def of_runs(runs: dict[int, str], name: str) -> Iterator[dict]:
    """Yield the rows of one table from every run, each with its seed."""
    for seed, folder in runs.items():
        yield from (row | {"seed": seed} for row in cells.read(f"{folder}/{name}.csv"))


def untrained(runs: dict[int, str]) -> list[float]:
    """Return the test accuracy of each run before training."""
    first = (cells.read(f"{folder}/history.csv")[0] for folder in runs.values())
    return [row["test_accuracy"] for row in first if row["test_accuracy"] is not None]


def steps(runs: dict[int, str]) -> int | None:
    """Return how many steps the longest run has."""
    return max((cells.read(f"{folder}/history.csv")[-1]["step"] for folder in runs.values()), default=None)


if __name__ == "__main__":
    cli.run(write_statements, __doc__)
