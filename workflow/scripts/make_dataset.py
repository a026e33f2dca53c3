"""Draw a dataset: images with labels, and the truth about each image."""

from kernelscope import artifacts, command, datasets
from kernelscope.waveforms import FEATURES


def make_dataset(spec: dict, images: str, parameters: str) -> None:
    """spec: {"dataset": name, "settings": a definition from `datasets:`}."""
    settings = spec["settings"]
    splits = datasets.build(settings)
    arrays = {"class_names": settings["classes"]}
    for name, split in splits.items():
        arrays |= {f"{name}_images": split.images, f"{name}_labels": split.labels}
    artifacts.write_npz(images, arrays)
    rows = list(truth_rows(splits, settings["classes"]))
    artifacts.write_csv(parameters, rows[0], rows)


def truth_rows(splits: dict, classes: list[str]):
    """Rows of parameters.csv; a cell of positions is `row:col row:col ...` in pixels."""
    for name, split in splits.items():
        for index, (label, truth) in enumerate(zip(split.labels, split.truth, strict=True)):
            row = {"split": name, "index": index, "label": label, "class": classes[label], **truth}
            yield row | {feature: positions(truth[feature]) for feature in FEATURES}


def positions(points) -> str:
    return " ".join(f"{row:.2f}:{col:.2f}" for row, col in points)


if __name__ == "__main__":
    command.run(make_dataset, __doc__)
