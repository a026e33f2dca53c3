"""Write what the experiment showed, in sentences from its tables."""

from pathlib import Path

from kernelscope import artifacts, command
from kernelscope import findings as library

RUN_TABLES, ARCH_TABLES = ("atlas", "explained"), ("pairs", "universal", "energy_agreement", "cka")


def write_findings(spec: dict, folder: str, findings: str) -> None:
    """`folder` is that of the experiment.

    spec: {"runs": [[dataset, arch], ...], "seeds": [...], "controls": {arch: {kind: [arch, ...]}}}.
    """
    summary = rows(f"{folder}/summary.csv")
    datasets: dict[str, dict[str, dict]] = {}
    for dataset, arch in spec["runs"]:
        tables = {name: rows(f"{folder}/compare/{dataset}/{arch}/{name}.csv") for name in ARCH_TABLES}
        tables |= {name: of_runs(folder, dataset, arch, spec["seeds"], name) for name in RUN_TABLES}
        tables["summary"] = [row for row in summary if (row["dataset"], row["arch"]) == (dataset, arch)]
        tables["controls"] = {
            kind: [row for arch in archs for row in of_runs(folder, dataset, arch, spec["seeds"], "atlas")]
            for kind, archs in spec["controls"][arch].items()
        }
        datasets.setdefault(dataset, {})[arch] = tables
    artifacts.write_text(findings, library.page(Path(findings).as_posix(), datasets))


def of_runs(folder: str, dataset: str, arch: str, seeds: list[int], name: str) -> list[dict]:
    """The rows of one table of every seed, with their seed."""
    return [
        row | {"seed": seed} for seed in seeds for row in rows(f"{folder}/runs/{dataset}/{arch}/seed{seed}/{name}.csv")
    ]


def rows(path: str) -> list[dict]:
    return [{name: value(cell) for name, cell in row.items()} for row in artifacts.read_csv(path)]


def value(cell: str):
    """A cell as a number where it is one, None where it is empty."""
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell


if __name__ == "__main__":
    command.run(write_findings, __doc__)
