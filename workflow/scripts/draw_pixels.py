"""Draw the kernels of every conv layer of a run in pixel space: projected, and by activation maximization."""

import numpy as np

from kernelscope.figures import captions, saving
from kernelscope.figures.pixel_space import sheet
from kernelscope.io import array_files, cli, records


def draw_pixels(spec: dict, kernels: str, pixels: str, run: str, figure: str) -> None:
    """Read the kernels of a run and their images in pixel space; draw them.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "colormap"}
    kernels, pixels, run : kernels.npz, pixels.npz and run.json
    figure : pixels.png, to write
    """
    banks, outcome = array_files.read_npz(kernels), records.read_json(run)
    epochs = banks.pop("epochs")
    trained = {name: bank[-1] for name, bank in banks.items() if name != "steps"}
    responses = {name: np.array(response, float) for name, response in outcome["largest_responses"].items()}
    title = captions.title(spec, epochs[-1]) + " · kernels in pixels"
    drawn = sheet(trained, array_files.read_npz(pixels), responses, title, captions.outcome(outcome), spec["colormap"])
    saving.write_png(figure, drawn)


if __name__ == "__main__":
    cli.run(draw_pixels, __doc__)
