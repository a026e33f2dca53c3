"""Predict the class of every test image with the trained network of a run."""

import torch

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.io import cli, csv_files, partial_arrays
from kernelscope.probes import predictions as probes_predictions


def predict_images(spec: dict, images: str, snapshots: str, predictions: str) -> None:
    """Read images and the weights of a run; write what the network predicts for each test image.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "layers", "control", "loss"}
    images, snapshots : images.npz and snapshots.npz
    predictions : predictions.csv, to write
    """
    torch.set_num_threads(1)
    dataset = ImageFile(images)
    last = partial_arrays.read(snapshots, lambda name: name.startswith("last/"))
    weights = {name.removeprefix("last/"): array for name, array in last.items()}
    seen = controls.images_of(spec["control"], dataset.images["test"], "test")
    outputs = probes_predictions.outputs(spec["layers"], weights, seen)
    rows = probes_predictions.rows(outputs, dataset.labels["test"], spec["loss"])
    csv_files.write_csv(predictions, probes_predictions.COLUMNS, rows)


if __name__ == "__main__":
    cli.run(predict_images, __doc__)
