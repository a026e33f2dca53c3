"""Draw a labelled sheet of the training images of a dataset."""

from kernelscope import artifacts, command, picture_files
from kernelscope.samples import sheet


def draw_samples(spec: dict, images: str, samples: str) -> None:
    """spec: {"dataset": name}."""
    data = artifacts.read_npz(images)
    picture_files.write_png(
        samples, sheet(data["train_images"], data["train_labels"], data["class_names"].tolist(), spec["dataset"])
    )


if __name__ == "__main__":
    command.run(draw_samples, __doc__)
