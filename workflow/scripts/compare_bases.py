"""Join the tables about the bases of all networks of an experiment."""

from kernelscope.io import cells, cli, csv_files
from kernelscope.probes import bases as probes_bases
from kernelscope.probes import class_detection


def compare_bases(spec: dict, runs: str, table: str, selectivity: str) -> None:
    """Read the tables of all runs; write the joined tables.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: seeds}}
    runs : folder with `{dataset}/{arch}/seed{seed}/` and their bases.csv and class_selectivity.csv
    table, selectivity : bases.csv and class_selectivity.csv, to write
    """
    folders = [f"{runs}/{dataset}/{arch}/seed{seed}" for dataset, arch in spec["runs"] for seed in spec["seeds"][arch]]
    rows = [row for folder in folders for row in cells.read(f"{folder}/bases.csv")]
    class_rows = [row for folder in folders for row in cells.read(f"{folder}/class_selectivity.csv")]
    csv_files.write_csv(table, probes_bases.COLUMNS, rows)
    csv_files.write_csv(selectivity, class_detection.COLUMNS, class_rows)


if __name__ == "__main__":
    cli.run(compare_bases, __doc__)
