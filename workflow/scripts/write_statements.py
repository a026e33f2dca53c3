"""Write all statements about an experiment, with their numbers and verdicts, from its tables."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kernelscope.data.image_file import ImageFile
from kernelscope.io import cells, cli, csv_files
from kernelscope.statements import networks, statement, verdicts


def write_statements(spec: dict, folder: str, statements: str) -> None:
    """Read the tables of an experiment; write statements.csv.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: [...]}, "labeled": datasets with labeled test images,
        "tables": names of the tables of an "arch" and of a "run"}
    folder : folder of the experiment
    statements : statements.csv, to write
    """
    summary = cells.read(f"{folder}/summary.csv")
    drafts = []
    for dataset, arch in spec["runs"]:  # one architecture's tables at a time in memory
        runs = [row for row in summary if (row["dataset"], row["arch"]) == (dataset, arch)]
        drafts += networks.of_architecture(dataset, arch, tables(spec, folder, dataset, arch) | {"summary": runs})
    rows = (row for judged in verdicts.judged(drafts) for row in statement.rows(judged))
    csv_files.write_csv(statements, statement.COLUMNS, rows)


def tables(spec: dict, folder: str, dataset: str, arch: str) -> dict:
    """Return the tables of one architecture on one dataset, except `summary`; tables that were not made are empty."""
    names, across = spec["tables"], f"{folder}/compare/{dataset}/{arch}"
    runs = {seed: f"{folder}/runs/{dataset}/{arch}/seed{seed}" for seed in spec["seeds"][arch]}
    return {
        **{name: cells.read(f"{across}/{name}.csv") if name in names["arch"] else [] for name in ARCH},
        **{name: list(of_runs(runs, name)) if name in names["run"] else [] for name in RUN},
        "untrained": untrained(runs) if dataset in spec["labeled"] else [],
        "labels": labels(f"{folder}/data/{dataset}/images.npz") if dataset in spec["labeled"] else np.zeros(0, int),
    }


ARCH = ("seed_tests", "vocabulary", "initial_correlation", "settling")  # tables of an architecture
RUN = ("kernel_tests",)  # tables of a run


def of_runs(runs: dict[int, str], name: str) -> Iterator[dict]:
    """Yield the rows of one table from every run, each with its seed."""
    for seed, folder in runs.items():
        yield from (row | {"seed": seed} for row in cells.read(f"{folder}/{name}.csv"))


def untrained(runs: dict[int, str]) -> list[float]:
    """Return the test accuracy of each run before training."""
    first = (cells.read(f"{Path(folder)}/history.csv")[0] for folder in runs.values())
    return [row["test_accuracy"] for row in first if row["test_accuracy"] is not None]


def labels(images: str) -> np.ndarray:
    """Return the class of each test image."""
    return np.asarray(ImageFile(images).labels["test"])


if __name__ == "__main__":
    cli.run(write_statements, __doc__)
