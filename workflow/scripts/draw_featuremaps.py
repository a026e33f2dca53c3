"""Draw a test image of each class and the feature maps of every kernel of a run."""

from pathlib import Path

import numpy as np
import torch

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.figures import captions, colormaps, feature_maps, saving, styling
from kernelscope.io import array_files, cells, cli, notes, records
from kernelscope.models import responses


def draw_featuremaps(spec: dict, images: str, snapshots: str, run: str, featuremaps: list[str]) -> None:
    """Read images and the weights of a run; draw what every kernel makes of one test image of each class.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "layers", "control", "colormap", "for", "probed": whether there is an atlas.csv}
    images, snapshots, run : images.npz, snapshots.npz and run.json, perhaps with atlas.csv beside them
    featuremaps : featuremaps.png and its other files, to write
    """
    torch.set_num_threads(1)
    dataset, arrays, outcome = ImageFile(images), array_files.read_npz(snapshots), records.read_json(run)
    names, remark = captions.numbered(dataset.class_names)
    notes.keep([captions.renamed(dataset.class_names, names)])
    chosen = np.array([np.argmax(dataset.labels["test"] == label) for label in range(len(names))])
    inputs = controls.images_of(spec["control"], dataset.images["test"], "test")[chosen]
    weights = {name.removeprefix("last/"): value for name, value in arrays.items() if name.startswith("last/")}
    maps = responses.responses(spec["layers"], weights, inputs)
    banks = {name: weights[f"{name}.weight"] for name in maps}
    limits = {name: colormaps.limit(arrays[f"kernels/{name}"]) for name in maps}
    named = captions.names(cells.read(f"{Path(run).parent}/atlas.csv")) if spec["probed"] else {}
    note = "\n".join(filter(None, (captions.outcome(outcome), remark)))
    layers = {name: len(bank) for name, bank in banks.items()}
    notes.keep(styling.cut_kernels("featuremaps", layers, spec["for"], others=1))
    most = feature_maps.MOST_CLASSES[spec["for"]]
    notes.keep([styling.cut("featuremaps", "classes", len(names), most, spec["for"])])
    words = captions.title(spec, arrays["epochs"][-1]), note
    drawn = feature_maps.pages(
        controls.visible(inputs), names, maps, banks, limits, named, *words, spec["colormap"], spec["for"]
    )
    saving.write(featuremaps, drawn, spec["for"])


if __name__ == "__main__":
    cli.run(draw_featuremaps, __doc__)
