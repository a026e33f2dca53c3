"""Draw how alike all conv layers of all runs on a dataset see the same images, as a matrix."""

from kernelscope.figures import saving
from kernelscope.figures import similarity as figures_similarity
from kernelscope.io import cells, cli, records


def draw_similarity(spec: dict, runs: str, table: str, figure: list[str]) -> None:
    """Read the similarities of all layers; draw the matrix.

    Parameters
    ----------
    spec : {"dataset", "seeds": {arch: seeds}, "for"}
    runs : folder with `{arch}/seed{seed}/run.json`
    table : similarity.csv
    figure : similarity.png and its other files, to write
    """
    pairs = [(arch, seed) for arch in spec["seeds"] for seed in spec["seeds"][arch]]
    failed = {pair for pair in pairs if records.read_json("{}/{}/seed{}/run.json".format(runs, *pair))["failure"]}
    title = f"{spec['dataset']} · how alike all conv layers of {len(pairs)} runs see the same images"
    saving.write(figure, figures_similarity.figure(cells.read(table), failed, title), spec["for"])


if __name__ == "__main__":
    cli.run(draw_similarity, __doc__)
