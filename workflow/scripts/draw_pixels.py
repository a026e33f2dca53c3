"""Draw the kernels of every conv layer of a run in pixel space: projected, and by activation maximization."""

import numpy as np

from kernelscope.figures import captions, colormaps, pixel_space, saving, styling
from kernelscope.io import array_files, cells, cli, notes, records, run_info


def draw_pixels(spec: dict, kernels: str, pixels: str, run: str, atlas: str, figure: list[str]) -> None:
    """Read the kernels of a run and their images in pixel space; draw them.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "colormap", "for"}
    kernels, pixels, run, atlas : kernels.npz, pixels.npz, run.json and atlas.csv
    figure : pixels.png and its other files, to write
    """
    banks, _, epochs = run_info.read_snapshots(kernels)
    outcome, trained = records.read_json(run), {name: bank[-1] for name, bank in banks.items()}
    responses = {name: np.array(response, float) for name, response in outcome["largest_responses"].items()}
    title = captions.title(spec, epochs[-1])
    limits = {name: colormaps.limit(bank) for name, bank in banks.items()}
    named, arrays = captions.names(cells.read(atlas)), array_files.read_npz(pixels)
    notes.keep(styling.cut_kernels("pixels", {name: len(bank) for name, bank in trained.items()}, spec["for"]))
    look = styling.look(title, captions.outcome(outcome), spec)
    saving.write(figure, pixel_space.pages(trained, arrays, limits, responses, named, look), spec["for"])


if __name__ == "__main__":
    cli.run(draw_pixels, __doc__)
