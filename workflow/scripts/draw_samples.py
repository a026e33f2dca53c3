"""Draw a labelled sheet of the training images of a dataset."""

from kernelscope.data.image_file import ImageFile
from kernelscope.figures import saving
from kernelscope.figures.samples import sheet
from kernelscope.io import cli


def draw_samples(spec: dict, images: str, samples: str) -> None:
    """spec: {"dataset": name}."""
    found = ImageFile(images)
    drawn = sheet(found.images["train"], found.labels["train"], found.class_names, spec["dataset"])
    saving.write_png(samples, drawn)


if __name__ == "__main__":
    cli.run(draw_samples, __doc__)
