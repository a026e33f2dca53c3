"""Draw the kinds of first-layer kernels of an architecture: shares, directions and frequencies, and colors."""

from kernelscope.comparison import towers
from kernelscope.figures import saving
from kernelscope.io import cells, cli
from kernelscope.kinds import kinds_figure


def draw_kinds(spec: dict, folder: str, kinds: str, kind_shares: str, figure: list[str]) -> None:
    """Read the tables of kinds; draw them beside the shares of controls.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "parts": number of towers, "controls": names of its controls, "for"}
    folder : folder with `{control}/kind_shares.csv`
    kinds, kind_shares : kinds.csv and kind_shares.csv
    figure : kinds.png and its other files, to write
    """
    of_controls = {name: cells.read(f"{folder}/{name}/kind_shares.csv") for name in spec["controls"]}
    title = f"{spec['dataset']} · {spec['arch']} · kinds of first-layer kernels, {len(spec['seeds'])} seeds"
    tables = cells.read(kinds), cells.read(kind_shares), of_controls
    page = kinds_figure.figure(title, *tables, towers.part(spec["parts"]))
    saving.write(figure, page, spec["for"])


if __name__ == "__main__":
    cli.run(draw_kinds, __doc__)
