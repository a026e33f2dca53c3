"""Draw a dataset: images with labels, and the truth about each image."""

import itertools
import time
from collections.abc import Iterator

from kernelscope import artifacts, command, datasets, image_files
from kernelscope.waveforms import FEATURES


def make_dataset(spec: dict, images: str, parameters: str) -> None:
    """spec: {"dataset": name, "settings": a definition from `datasets:`}."""
    settings = spec["settings"]
    splits = datasets.build(settings)
    with image_files.written(images) as archive:
        archive.add("class_names", settings["classes"])
        rows = written(archive, splits, settings["classes"], Progress(spec["dataset"], splits))
        first = next(rows)
        artifacts.write_csv(parameters, first, itertools.chain([first], rows))


def written(
    archive: image_files.Archive, splits: dict[str, datasets.Split], classes: list[str], progress: "Progress"
) -> Iterator[dict]:
    """Write the images and labels of every split as they are drawn, and yield the rows of parameters.csv."""
    for name, split in splits.items():
        start = 0
        with archive.growing(f"{name}_images", split.shape, "uint8") as write:
            for block in split.blocks:
                write(block.images)
                yield from truth_rows(name, start, split.labels, block.truth, classes)
                start += len(block.images)
                progress.made(len(block.images))
        archive.add(f"{name}_labels", split.labels)


def truth_rows(split: str, start: int, labels, truth: list[dict], classes: list[str]) -> Iterator[dict]:
    """Rows of parameters.csv from number `start` on; a cell of positions is `row:col row:col ...` in pixels."""
    for index, of_image in enumerate(truth, start):
        row = {"split": split, "index": index, "label": labels[index], "class": classes[labels[index]], **of_image}
        yield row | {feature: positions(of_image[feature]) for feature in FEATURES}


def positions(points) -> str:
    return " ".join(f"{row:.2f}:{col:.2f}" for row, col in points)


class Progress:
    """A line now and then, where there are many images."""

    EVERY = 5.0  # seconds

    def __init__(self, dataset: str, splits: dict[str, datasets.Split]):
        self.dataset, self.all, self.done = dataset, sum(split.shape[0] for split in splits.values()), 0
        self.started = self.told = time.monotonic()

    def made(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.told >= self.EVERY:
            self.told, left = now, (now - self.started) / self.done * (self.all - self.done)
            command.progress(f"{self.done} of {self.all} images  {left:.0f} s left", self.dataset)


if __name__ == "__main__":
    command.run(make_dataset, __doc__)
