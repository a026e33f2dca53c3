"""Draw a test image of each class through every kernel of a run."""

import numpy as np

from kernelscope import artifacts, captions, command, picture_files
from kernelscope.featuremaps import feature_maps, sheet


def draw_featuremaps(spec: dict, images: str, snapshots: str, run: str, featuremaps: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers", "colour_map"}."""
    data, arrays, outcome = artifacts.read_npz(images), artifacts.read_npz(snapshots), artifacts.read_json(run)
    names = data["class_names"].tolist()
    chosen = data["test_images"][[int(np.argmax(data["test_labels"] == label)) for label in range(len(names))]]
    weights = {name.removeprefix("last/"): value for name, value in arrays.items() if name.startswith("last/")}
    maps = feature_maps(spec["layers"], weights, chosen)
    banks = {name: weights[f"{name}.weight"] for name in maps}
    title = captions.title(spec, arrays["epochs"][-1]) + " · what each kernel answers to"
    picture_files.write_png(
        featuremaps, sheet(chosen, names, maps, banks, title, captions.outcome(outcome), spec["colour_map"])
    )


if __name__ == "__main__":
    command.run(draw_featuremaps, __doc__)
