"""Compare what all conv layers of all runs on a dataset make of the same images: a table and a matrix."""

from kernelscope import agreement, artifacts, command, picture_files
from kernelscope import similarity as library


def compare_runs(spec: dict, runs: str, table: str, picture: str) -> None:
    """`runs` is the folder with `{arch}/seed{seed}/`. spec: {"dataset", "architectures", "seeds", "draws"}."""
    pairs = [(arch, seed) for arch in spec["architectures"] for seed in spec["seeds"]]
    grams = {}
    for pair in pairs:
        grams |= agreement.entries(pair, artifacts.read_npz("{}/{}/seed{}/probes.npz".format(runs, *pair)), "gram")
    failed = {pair for pair in pairs if artifacts.read_json("{}/{}/seed{}/run.json".format(runs, *pair))["failure"]}
    similarity = agreement.rows(grams, {}, draws=spec["draws"], seed=0)
    artifacts.write_csv(table, agreement.COLUMNS, similarity)
    title = (
        f"{spec['dataset']} · how alike all conv layers of {len(pairs)} runs see the same images (linear CKA, debiased)"
    )
    picture_files.write_figure(picture, library.figure(similarity, failed, title))


if __name__ == "__main__":
    command.run(compare_runs, __doc__)
