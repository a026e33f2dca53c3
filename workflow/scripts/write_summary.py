"""Write a row per run: how it ended and what its first-layer kernels look like."""

from kernelscope.io import cli, csv_files, run_info
from kernelscope.measures import summary as measures_summary


def write_summary(spec: dict, runs: str, summary: str) -> None:
    """Read run.json, kernels and decay factors of all runs; write summary.csv.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: seeds}}
    runs : folder with `{dataset}/{arch}/seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    summary : summary.csv, to write
    """
    folders = [f"{runs}/{dataset}/{arch}/seed{seed}" for dataset, arch in spec["runs"] for seed in spec["seeds"][arch]]
    rows = (measures_summary.row(*run_info.read_run(folder)) for folder in folders)
    csv_files.write_csv(summary, measures_summary.COLUMNS, rows)


if __name__ == "__main__":
    cli.run(write_summary, __doc__)
