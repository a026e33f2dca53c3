import numpy as np
import pytest
import torch
from trainings import LAYERS, job

from kernelscope.data import controls, image_file
from kernelscope.io import rows
from kernelscope.training import trainer
from kernelscope.training.batches import ImageDataset

RNG = np.random.default_rng(0)
GRAY = RNG.integers(0, 256, (45, 24, 24), dtype=np.uint8)
LABELS = np.arange(45) % 2


class Asked:
    """Images that record which of them are read."""

    def __init__(self, images):
        self.given, self.shape, self.dtype, self.most = images, images.shape, images.dtype, 0

    def __getitem__(self, which):
        found = self.given[which]
        self.most = max(self.most, len(found))
        return found


def test_pixels_are_shares_of_white_with_one_channel():
    images = np.array([[[0, 51], [255, 102], [0, 0]]], np.uint8)
    made = ImageDataset(images, np.array([3]))
    assert made.shape == (1, 3, 2)
    assert made.pixels().shape == (1, 1, 3, 2)
    assert made.pixels().dtype == torch.float32
    assert made.pixels()[0, 0].tolist() == pytest.approx(np.array([[0, 0.2], [1, 0.4], [0, 0]]))
    assert made.labels.tolist() == [3]


def test_colors_become_channels():
    images = RNG.integers(0, 256, (2, 5, 4, 3), dtype=np.uint8)
    made = ImageDataset(images, np.array([0, 1]))
    pixels = made.pixels()
    assert made.shape == (3, 5, 4)
    assert pixels.shape == (2, 3, 5, 4)
    assert pixels.is_contiguous()
    for channel in range(3):
        assert (pixels[:, channel].numpy() * 255).round().tolist() == images[..., channel].tolist()


@pytest.mark.parametrize("kind", [np.asarray, Asked])
def test_some_images_are_those_of_the_numbers_in_their_order(kind):
    whole = ImageDataset(kind(GRAY), LABELS)
    numbers = np.array([4, 40, 3])
    expected = torch.from_numpy(GRAY[numbers]).float()[:, None] / 255
    assert torch.equal(whole.pixels(torch.from_numpy(numbers)), expected)
    subset = whole.some(numbers)
    assert torch.equal(subset.pixels(), expected)
    assert subset.labels.tolist() == LABELS[numbers].tolist()
    assert len(subset) == 3
    batches = list(whole.batches(20))
    assert [len(block) for block in batches] == [20, 20, 5]
    assert torch.equal(torch.cat(batches), whole.pixels())


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("control", ["none", "phase_scrambled"])
def test_images_read_batch_by_batch_give_the_same_training_to_the_byte(one_thread, layers, control):
    control_images = controls.images_of(control, GRAY, "train")
    asked = Asked(control_images)
    runs = []
    for images in (control_images[:], asked):
        sets = [ImageDataset(images, LABELS)] * 2
        runs.append(trainer.train(job(layers, *sets, seed=3, eval_images=10)))
    assert asked.most <= 45
    assert runs[0].snapshots.keys() == runs[1].snapshots.keys()
    assert all(runs[0].snapshots[name].tobytes() == array.tobytes() for name, array in runs[1].snapshots.items())
    assert runs[0].history == runs[1].history
    assert runs[0].summary == runs[1].summary


def test_images_are_held_if_all_of_them_are_few_enough(tmp_path):
    with image_file.written(tmp_path / "images.npz") as archive:
        for name, value in (("class_names", ["a", "b"]), ("train_labels", LABELS), ("test_labels", LABELS)):
            archive.add(name, value)
        archive.add("train_images", GRAY)
        archive.add("test_images", GRAY)
    splits = list(image_file.ImageFile(tmp_path / "images.npz").images.values())
    assert all(isinstance(images, rows.Rows) for images in rows.in_memory(splits, 2 * GRAY.nbytes - 1))
    for images in rows.in_memory(splits, 2 * GRAY.nbytes):
        np.testing.assert_array_equal(images, GRAY)
    scrambled = [controls.images_of("phase_scrambled", images, "train") for images in splits]
    assert rows.in_memory(scrambled, 8 * GRAY.nbytes - 1) == scrambled  # floats are four times as large
    assert all(images.dtype == np.float32 for images in rows.in_memory(scrambled, 8 * GRAY.nbytes))
