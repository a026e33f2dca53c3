"""Draw a dataset: images with labels, and the truth about each image."""

from kernelscope.data import dataset_file, generator
from kernelscope.data.waveforms import FEATURES
from kernelscope.io import cli


def make_dataset(spec: dict, images: str, parameters: str) -> None:
    """Draw a dataset of waveforms; write the images, and a row of truth for each.

    Parameters
    ----------
    spec : {"dataset", "settings": a definition from `datasets:` with source `waveforms`}
    images, parameters : images.npz and parameters.csv, to write
    """
    settings = spec["settings"]
    splits = {name: written_out(split) for name, split in generator.waveform_splits(settings).items()}
    dataset_file.write(images, parameters, generator.class_names(settings), splits, cli.progress)


def written_out(split: dataset_file.Split) -> dataset_file.Split:
    """Return a split whose positions are written as in parameters.csv."""
    return split._replace(
        chunks=(block._replace(truth=[in_cells(truth) for truth in block.truth]) for block in split.chunks)
    )


def in_cells(truth: dict) -> dict:
    """Return the truth about an image with each list of positions as `row:col row:col ...`, in pixels."""
    return truth | {feature: positions(truth[feature]) for feature in FEATURES}


def positions(points) -> str:
    """Return positions as `row:col row:col ...`, in pixels with two decimals."""
    return " ".join(f"{row:.2f}:{col:.2f}" for row, col in points)


if __name__ == "__main__":
    cli.run(make_dataset, __doc__)
