"""Draw the kernels of every conv layer of a run: untrained, trained, and the change."""

import numpy as np

from kernelscope import artifacts, captions, command, picture_files
from kernelscope import montage as library


def draw_montage(spec: dict, kernels: str, run: str, montage: str) -> None:
    """spec: {"dataset", "arch", "seed", "colour_map"}."""
    banks, outcome = artifacts.read_npz(kernels), artifacts.read_json(run)
    epochs = banks.pop("epochs")
    layers = {name: bank[[0, -1]] for name, bank in banks.items() if name != "steps"}
    responses = {name: np.array(response, float) for name, response in outcome["largest_responses"].items()}
    title = captions.title(spec, epochs[-1])
    picture_files.write_png(
        montage, library.montage(layers, responses, title, captions.outcome(outcome), spec["colour_map"])
    )


if __name__ == "__main__":
    command.run(draw_montage, __doc__)
