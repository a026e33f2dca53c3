"""Draw a labeled sheet of a dataset's training images."""

from kernelscope.data.image_file import ImageFile
from kernelscope.figures import saving
from kernelscope.figures.samples import sheet
from kernelscope.io import cli


def draw_samples(spec: dict, images: str, samples: str) -> None:
    """Read a dataset and draw samples of its training images.

    Parameters
    ----------
    spec : {"dataset"}
    images : images.npz
    samples : samples.png, to write
    """
    dataset = ImageFile(images)
    figure = sheet(dataset.images["train"], dataset.labels["train"], dataset.class_names, spec["dataset"])
    saving.write_png(samples, figure)


if __name__ == "__main__":
    cli.run(draw_samples, __doc__)
