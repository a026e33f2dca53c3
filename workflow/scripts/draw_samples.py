"""Draw a labeled sheet of a dataset's training images."""

from kernelscope.data.image_file import ImageFile
from kernelscope.figures import captions, saving, styling
from kernelscope.figures.samples import MOST_CLASSES, sheet
from kernelscope.io import cli, notes


def draw_samples(spec: dict, images: str, samples: list[str]) -> None:
    """Read a dataset and draw samples of its training images.

    Parameters
    ----------
    spec : {"dataset", "for"}, perhaps with "channel_colors"
    images : images.npz
    samples : samples.png and its other files, to write
    """
    dataset = ImageFile(images)
    notes.keep([styling.cut("samples", "classes", len(dataset.class_names), MOST_CLASSES[spec["for"]], spec["for"])])
    split = dataset.images["train"], dataset.labels["train"]
    names, remark = captions.numbered(dataset.class_names)
    notes.keep([captions.renamed(dataset.class_names, names)])
    drawn = sheet(*split, names, spec["dataset"], spec["for"], remark, spec.get("channel_colors"))
    saving.write(samples, drawn, spec["for"])


if __name__ == "__main__":
    cli.run(draw_samples, __doc__)
