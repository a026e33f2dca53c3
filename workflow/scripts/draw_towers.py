"""Draw the kernels of two towers, and how far they specialize in every seed."""

from kernelscope.comparison import towers as comparison_towers
from kernelscope.comparison.living import living
from kernelscope.figures import saving
from kernelscope.figures import towers as figures_towers
from kernelscope.io import cells, cli, records, run_info


def draw_towers(spec: dict, runs: str, table: str, figure: list[str]) -> None:
    """Read the runs of an architecture with towers; draw the kernels of the first seed, and all seeds.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "towers": 2, or 1 if they are joined, "for"}
    runs : folder with `seed{seed}/kernels.npz` and `run.json`
    table : towers.csv
    figure : towers.png and its other files, to write
    """
    seed, part = spec["seeds"][0], comparison_towers.part(spec["towers"])
    title = f"{spec['dataset']} · {spec['arch']} · color and gray in the two {comparison_towers.PLURAL[part]}"
    name, snapshots = next(iter(run_info.read_kernels(f"{runs}/seed{seed}/kernels.npz").items()))
    bank, run = snapshots[-1], records.read_json(f"{runs}/seed{seed}/run.json")
    page = figures_towers.figure(title, cells.read(table), seed, bank, living(run, name, bank), part)
    saving.write(figure, page, spec["for"])


if __name__ == "__main__":
    cli.run(draw_towers, __doc__)
