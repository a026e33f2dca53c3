"""Draw the kernels of every conv layer of a run in pixels: projected, and the image that each answers to most."""

import numpy as np

from kernelscope import artifacts, captions, command, picture_files
from kernelscope.pixelspace import sheet


def draw_pixels(spec: dict, kernels: str, pixels: str, run: str, picture: str) -> None:
    """spec: {"dataset", "arch", "seed", "colour_map"}."""
    banks, outcome = artifacts.read_npz(kernels), artifacts.read_json(run)
    epochs = banks.pop("epochs")
    trained = {name: bank[-1] for name, bank in banks.items() if name != "steps"}
    responses = {name: np.array(response, float) for name, response in outcome["largest_responses"].items()}
    title = captions.title(spec, epochs[-1]) + " · kernels in pixels"
    drawn = sheet(trained, artifacts.read_npz(pixels), responses, title, captions.outcome(outcome), spec["colour_map"])
    picture_files.write_png(picture, drawn)


if __name__ == "__main__":
    command.run(draw_pixels, __doc__)
