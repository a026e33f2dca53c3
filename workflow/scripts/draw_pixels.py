"""Draw the kernels of every conv layer of a run in pixels: projected, and the image that each answers to most."""

import numpy as np

from kernelscope.figures import captions, saving
from kernelscope.figures.pixel_space import sheet
from kernelscope.io import array_files, cli, records


def draw_pixels(spec: dict, kernels: str, pixels: str, run: str, picture: str) -> None:
    """spec: {"dataset", "arch", "seed", "colour_map"}."""
    banks, outcome = array_files.read_npz(kernels), records.read_json(run)
    epochs = banks.pop("epochs")
    trained = {name: bank[-1] for name, bank in banks.items() if name != "steps"}
    responses = {name: np.array(response, float) for name, response in outcome["largest_responses"].items()}
    title = captions.title(spec, epochs[-1]) + " · kernels in pixels"
    drawn = sheet(
        trained, array_files.read_npz(pixels), responses, title, captions.outcome(outcome), spec["colour_map"]
    )
    saving.write_png(picture, drawn)


if __name__ == "__main__":
    cli.run(draw_pixels, __doc__)
