"""Draw a labelled sheet of the training images of a dataset."""

from kernelscope import command, picture_files
from kernelscope.image_files import ImageFile
from kernelscope.samples import sheet


def draw_samples(spec: dict, images: str, samples: str) -> None:
    """spec: {"dataset": name}."""
    found = ImageFile(images)
    drawn = sheet(found.images["train"], found.labels["train"], found.class_names, spec["dataset"])
    picture_files.write_png(samples, drawn)


if __name__ == "__main__":
    command.run(draw_samples, __doc__)
