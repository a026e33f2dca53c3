"""Compare how all conv layers of all runs on a dataset represent the same images."""

from kernelscope.comparison import cka_table
from kernelscope.io import cli, csv_files


def compare_runs(spec: dict, runs: str, table: str) -> None:
    """Read the Gram matrices of all layers and compare every two layers by CKA; write the table.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "n_resamples"}
    runs : folder with `{arch}/seed{seed}/probes.npz`
    table : similarity.csv, to write
    """
    pairs = [(arch, seed) for arch in spec["seeds"] for seed in spec["seeds"][arch]]
    files = {pair: "{}/{}/seed{}/probes.npz".format(runs, *pair) for pair in pairs}
    similarity = cka_table.rows(*cka_table.read(files), n_resamples=spec["n_resamples"], seed=0)
    csv_files.write_csv(table, cka_table.COLUMNS, similarity)


if __name__ == "__main__":
    cli.run(compare_runs, __doc__)
