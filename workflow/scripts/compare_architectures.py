"""Compare the architectures of one dataset in a table."""

from kernelscope.comparison import architectures_table
from kernelscope.io import cells, cli, csv_files, run_info
from kernelscope.measures import summary


def compare_architectures(spec: dict, runs: str, compare: str, table: str) -> None:
    """Read the runs and matched pairs of all architectures; write a row for each.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}}
    runs : folder with `{arch}/seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    compare : folder with `{arch}/pairs.csv`
    table : architectures.csv, to write
    """
    rows = []
    for arch, seeds in spec["seeds"].items():
        of_arch = [summary.row(*run_info.read_run(f"{runs}/{arch}/seed{seed}")) for seed in seeds]
        rows.append(architectures_table.row(arch, of_arch, cells.read(f"{compare}/{arch}/pairs.csv")))
    csv_files.write_csv(table, architectures_table.COLUMNS, rows)


if __name__ == "__main__":
    cli.run(compare_architectures, __doc__)
