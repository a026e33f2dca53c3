"""Draw a test image of each class through every kernel of a run."""

import numpy as np
import torch

from kernelscope import artifacts, captions, command, control_data, picture_files, responses
from kernelscope.featuremaps import sheet
from kernelscope.image_files import ImageFile


def draw_featuremaps(spec: dict, images: str, snapshots: str, run: str, featuremaps: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers", "control", "colour_map"}."""
    torch.set_num_threads(1)
    found, arrays, outcome = ImageFile(images), artifacts.read_npz(snapshots), artifacts.read_json(run)
    names = found.class_names
    chosen = np.array([np.argmax(found.labels["test"] == label) for label in range(len(names))])
    inputs = control_data.images_of(spec["control"], found.images["test"], "test")[chosen]
    weights = {name.removeprefix("last/"): value for name, value in arrays.items() if name.startswith("last/")}
    maps = responses.responses(spec["layers"], weights, inputs)
    banks = {name: weights[f"{name}.weight"] for name in maps}
    title = captions.title(spec, arrays["epochs"][-1]) + " · what each kernel answers to"
    picture_files.write_png(
        featuremaps,
        sheet(control_data.visible(inputs), names, maps, banks, title, captions.outcome(outcome), spec["colour_map"]),
    )


if __name__ == "__main__":
    command.run(draw_featuremaps, __doc__)
