"""Trainings on a GPU compared with the same trainings on the CPU; skipped without a GPU."""

import numpy as np
import pytest
import torch
from interrupting import Interrupting, Killed
from labeled_images import IMAGES, LABELS
from trainings import LAYERS, job

from kernelscope.models import devices
from kernelscope.training import group, trainer
from kernelscope.training.batches import ImageDataset
from kernelscope.training.checkpoints import Checkpoints

TOLERANCE = 5e-3  # half the learning rate: AdamW takes full steps even if a gradient is only rounding errors

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")


def images(device):
    return ImageDataset(IMAGES, LABELS, device), ImageDataset(IMAGES[:21], LABELS[:21], device)


@pytest.fixture(scope="module")
def gpu_images():
    devices.prepare("cuda")
    return images("cuda")


def on_gpu(gpu_images, layers, seed, kept=None, **changes):
    return group.alone(job(layers, *gpu_images, seed=seed, **changes), kept)


def largest_difference(first, second):
    assert first.snapshots.keys() == second.snapshots.keys()
    return max(float(np.abs(array - second.snapshots[name]).max()) for name, array in first.snapshots.items())


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("way", ["auto", "library", "fft"])
def test_a_gpu_finds_what_the_cpu_finds(gpu_images, layers, way):
    made = on_gpu(gpu_images, layers, 3, convolution=way)
    expected = trainer.train(job(layers, *images("cpu"), seed=3))
    assert largest_difference(made, expected) < TOLERANCE
    for row, same in zip(made.history, expected.history, strict=True):
        assert row["test_loss"] == pytest.approx(same["test_loss"], rel=1e-2)


@pytest.mark.parametrize("layers", LAYERS)
def test_the_same_training_twice_gives_the_same_bits(gpu_images, layers):
    assert largest_difference(on_gpu(gpu_images, layers, 4), on_gpu(gpu_images, layers, 4)) == 0


@pytest.mark.parametrize("layers", LAYERS)
def test_a_seed_of_a_group_is_what_it_is_alone(gpu_images, layers):
    made = group.train([job(layers, *gpu_images, seed=seed) for seed in (3, 4, 11)], group.silent)
    for seed, trained in zip((3, 4, 11), made, strict=True):
        assert largest_difference(trained, on_gpu(gpu_images, layers, seed)) < TOLERANCE


def test_a_training_killed_and_resumed_gives_the_same_bits(gpu_images, tmp_path):
    with pytest.raises(Killed):
        on_gpu(gpu_images, "stacked", 5, Interrupting(tmp_path / "a.npz", at=4))
    resumed = on_gpu(gpu_images, "stacked", 5, Checkpoints(tmp_path / "a.npz", "key"))
    assert largest_difference(resumed, on_gpu(gpu_images, "stacked", 5)) == 0
