import csv

import numpy as np

from kernelscope.data import dataset_file
from kernelscope.data.dataset_file import Chunk, Split
from kernelscope.data.image_file import ImageFile

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 4, 5), np.uint8)
LABELS = np.array([0, 1, 1, 0, 1, 0, 1])


def written(tmp_path, size: int, names=("a", 'b, "c"'), tell=lambda _: None) -> tuple:
    """Write 5 training and 2 test images in blocks of a size, and return the paths of both files."""
    paths = tmp_path / f"{size}.npz", tmp_path / f"{size}.csv"

    def chunks(numbers):
        for start in range(0, len(numbers), size):
            block = numbers[start : start + size]
            yield Chunk(IMAGES[block], [{"file": f"ä\n{i}", "level": i / 3} for i in block])

    splits = {
        name: Split((len(numbers), 4, 5), LABELS[numbers], chunks(numbers))
        for name, numbers in {"train": np.arange(5), "test": np.arange(5, 7)}.items()
    }
    dataset_file.write(*map(str, paths), list(names), splits, tell)
    return paths


def test_images_labels_and_truth_are_those_that_came(tmp_path):
    images, parameters = written(tmp_path, 2)
    file = ImageFile(images)
    assert file.class_names == ["a", 'b, "c"']
    assert np.array_equal(file.images["train"][:], IMAGES[:5])
    assert np.array_equal(file.images["test"][:], IMAGES[5:])
    assert file.labels["train"].tolist() == LABELS[:5].tolist()
    with parameters.open(newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert [row["split"] for row in rows] == ["train"] * 5 + ["test"] * 2
    assert [int(row["index"]) for row in rows] == [0, 1, 2, 3, 4, 0, 1]
    assert [int(row["label"]) for row in rows] == LABELS.tolist()
    assert [row["class"] for row in rows] == [("a", 'b, "c"')[label] for label in LABELS]
    assert [(row["file"], float(row["level"])) for row in rows] == [(f"ä\n{i}", i / 3) for i in range(7)]


def test_the_bytes_do_not_depend_on_how_many_come_at_a_time(tmp_path):
    first = [path.read_bytes() for path in written(tmp_path, 1)]
    for size in (2, 3, 100):
        assert [path.read_bytes() for path in written(tmp_path, size)] == first


def test_a_failure_on_the_way_leaves_nothing(tmp_path):
    class Failed(Exception):
        pass

    def chunks():
        yield Chunk(IMAGES[:2], [{}, {}])
        raise Failed

    splits = {"train": Split((5, 4, 5), LABELS[:5], chunks())}
    try:
        dataset_file.write(str(tmp_path / "x.npz"), str(tmp_path / "x.csv"), ["a", "b"], splits, lambda _: None)
    except Failed:
        assert list(tmp_path.iterdir()) == []
    else:
        raise AssertionError


def test_progress_is_told_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(dataset_file, "EVERY", 0)
    lines = []
    written(tmp_path, 2, tell=lines.append)
    assert [line.split("  ")[0] for line in lines] == [f"{n} of 7 images" for n in (2, 4, 5, 7)]
    assert lines[-1].endswith("0 s left")
