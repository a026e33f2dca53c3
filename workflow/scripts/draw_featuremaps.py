"""Draw a test image of each class and the feature maps of every kernel of a run."""

from pathlib import Path

import numpy as np
import torch

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.figures import captions, colormaps, saving, styling
from kernelscope.figures.feature_maps import MOST_CLASSES, Layer, pages
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
    named = captions.names(cells.read(f"{Path(run).parent}/atlas.csv")) if spec["probed"] else {}
    limits = {name: colormaps.limit(arrays[f"kernels/{name}"]) for name in maps}
    layers = {
        name: Layer(of_layer, weights[f"{name}.weight"], limits[name], named.get(name, {}), number == 0)
        for number, (name, of_layer) in enumerate(maps.items())
    }
    counts = {name: len(layer.bank) for name, layer in layers.items()}
    notes.keep(styling.cut_kernels("featuremaps", counts, spec["for"], others=1))
    notes.keep([styling.cut("featuremaps", "classes", len(names), MOST_CLASSES[spec["for"]], spec["for"])])
    note = "\n".join(filter(None, (captions.outcome(outcome), remark)))
    look = styling.look(captions.title(spec, arrays["epochs"][-1]), note, spec)
    saving.write(featuremaps, pages(controls.visible(inputs), names, layers, look), spec["for"])


if __name__ == "__main__":
    cli.run(draw_featuremaps, __doc__)
