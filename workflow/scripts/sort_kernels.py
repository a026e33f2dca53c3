"""Sort the first-layer kernels of an architecture by kind: gratings, edges, color blobs and others."""

from kernelscope.comparison.living import living
from kernelscope.io import cli, csv_files, records, run_info
from kernelscope.kinds import kinds_table


def sort_kernels(spec: dict, runs: str, kinds: str, kind_shares: str) -> None:
    """Read the runs of an architecture; write a row for every first-layer kernel, and the share of every kind.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "parts": number of towers, "init_std": standard deviation of the untrained
        kernels; None: uniform}
    runs : folder with `seed{seed}/kernels.npz` and `run.json`
    kinds, kind_shares : kinds.csv and kind_shares.csv, to write
    """
    table = kinds_table.rows(
        [read(f"{runs}/seed{seed}", seed) for seed in spec["seeds"]], spec["init_std"], spec["parts"]
    )
    csv_files.write_csv(kinds, kinds_table.COLUMNS, table)
    csv_files.write_csv(kind_shares, kinds_table.SHARES, kinds_table.shares(table))


def read(folder: str, seed: int) -> kinds_table.Run:
    """Return the first-layer kernels of one run."""
    run = records.read_json(f"{folder}/run.json")
    name, bank = next(iter(run_info.read_kernels(f"{folder}/kernels.npz").items()))
    return kinds_table.Run(seed, bank[0], bank[-1], living(run, name, bank[-1]))


if __name__ == "__main__":
    cli.run(sort_kernels, __doc__)
