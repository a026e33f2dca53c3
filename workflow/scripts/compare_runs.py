"""Compare how all conv layers of all runs on a dataset represent the same images, in a table and a matrix."""

from kernelscope.comparison import cka_table
from kernelscope.figures import saving
from kernelscope.figures import similarity as figures_similarity
from kernelscope.io import array_files, cli, csv_files, records


def compare_runs(spec: dict, runs: str, table: str, figure: str) -> None:
    """Read the Gram matrices of all layers and compare every two layers by CKA; write the table and draw the matrix.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "n_resamples"}
    runs : folder with `{arch}/seed{seed}/probes.npz` and `run.json`
    table, figure : similarity.csv and similarity.png, to write
    """
    pairs = [(arch, seed) for arch in spec["seeds"] for seed in spec["seeds"][arch]]
    trained, untrained = {}, {}
    for pair in pairs:
        probes = array_files.read_npz("{}/{}/seed{}/probes.npz".format(runs, *pair))
        trained |= cka_table.entries(pair, probes, "gram")
        untrained |= cka_table.entries(pair, probes, "gram_untrained")
    failed = {pair for pair in pairs if records.read_json("{}/{}/seed{}/run.json".format(runs, *pair))["failure"]}
    similarity = cka_table.rows(trained, untrained, n_resamples=spec["n_resamples"], seed=0)
    csv_files.write_csv(table, cka_table.COLUMNS, similarity)
    title = (
        f"{spec['dataset']} · how alike all conv layers of {len(pairs)} runs see the same images (linear CKA, debiased)"
    )
    saving.write_figure(figure, figures_similarity.figure(similarity, failed, title))


if __name__ == "__main__":
    cli.run(compare_runs, __doc__)
