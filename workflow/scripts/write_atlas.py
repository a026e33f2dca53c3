"""Write the table of a run's atlas: what each kernel is, responds to, and is needed for."""

import numpy as np

from kernelscope.io import cells, cli, csv_files, records, run_info
from kernelscope.measures import curves, kernels
from kernelscope.probes import atlas_table

TABLES = ("ablation", "features", "tuning", "kernel_tests")


def write_atlas(spec: dict, folder: str, atlas: str) -> None:
    """Read all that is known about the kernels of a run; write a row per kernel.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed"}
    folder : folder of the run
    atlas : atlas.csv, to write
    """
    outcome, banks = records.read_json(f"{folder}/run.json"), run_info.read_kernels(f"{folder}/kernels.npz")
    tables = {name: cells.read(f"{folder}/{name}.csv") for name in TABLES}
    rows = table_rows(outcome, banks, curves.read(f"{folder}/measures.csv"), tables)
    csv_files.write_csv(atlas, atlas_table.COLUMNS, rows)


def table_rows(outcome: dict, banks: dict, measured: dict[str, dict[str, curves.Curve]], tables: dict[str, list[dict]]):
    """Yield the rows of atlas.csv; `tables` has the rows of TABLES."""
    rows_of = {name: by_kernel(rows) for name, rows in tables.items() if name != "kernel_tests"}
    tests = atlas_table.of_claims(tables["kernel_tests"])
    for name, bank in banks.items():
        response = np.array(outcome["largest_responses"][name], float)
        alive = kernels.alive(kernels.norms(bank[-1]), response)
        cosine = measured[name]["cosine_last"]
        settled = curves.settled(cosine.steps, cosine.values)
        settling = list(zip(settled, curves.snapshot_before(cosine.steps, settled), strict=True))
        for i in range(len(alive)):
            tables_of_kernel = {table: rows_of_kernels.get((name, i), []) for table, rows_of_kernels in rows_of.items()}
            tables_of_kernel["tests"] = tests.get((name, i), {})
            yield atlas_table.row(name, i, alive[i], settling[i], curves.at_end(measured[name], i), tables_of_kernel)


def by_kernel(rows: list[dict]) -> dict[tuple[str, int], list[dict]]:
    """Return the rows of each kernel, by layer and number."""
    grouped = {}
    for row in rows:
        grouped.setdefault((row["layer"], int(row["kernel"])), []).append(row)
    return grouped


if __name__ == "__main__":
    cli.run(write_atlas, __doc__)
