"""Draw a test image of each class through every kernel of a run."""

import numpy as np

from kernelscope import artifacts, captions, command, controls, forward, picture_files
from kernelscope.featuremaps import sheet


def draw_featuremaps(spec: dict, images: str, snapshots: str, run: str, featuremaps: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers", "control", "colour_map"}."""
    data, arrays, outcome = artifacts.read_npz(images), artifacts.read_npz(snapshots), artifacts.read_json(run)
    names = data["class_names"].tolist()
    chosen = [int(np.argmax(data["test_labels"] == label)) for label in range(len(names))]
    inputs = controls.images_of(spec["control"], data["test_images"][: max(chosen) + 1], "test")[chosen]
    weights = {name.removeprefix("last/"): value for name, value in arrays.items() if name.startswith("last/")}
    maps = forward.responses(spec["layers"], weights, inputs)
    banks = {name: weights[f"{name}.weight"] for name in maps}
    title = captions.title(spec, arrays["epochs"][-1]) + " · what each kernel answers to"
    picture_files.write_png(
        featuremaps,
        sheet(controls.visible(inputs), names, maps, banks, title, captions.outcome(outcome), spec["colour_map"]),
    )


if __name__ == "__main__":
    command.run(draw_featuremaps, __doc__)
