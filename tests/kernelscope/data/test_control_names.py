"""What each control training keeps and what it removes."""

import numpy as np
import pytest

from kernelscope.data import controls
from kernelscope.models.architectures import cnnkernels, stacked, templates
from kernelscope.training import trainer

RNG = np.random.default_rng(0)
GRAY = RNG.integers(0, 256, (5, 17, 20), dtype=np.uint8)
COLOR = RNG.integers(0, 256, (4, 16, 13, 3), dtype=np.uint8)
SETTINGS = {
    **{"optimizer": "adamw", "loss": "cross_entropy", "schedule": "constant", "learning_rate": 0.01, "momentum": 0.9},
    **{"weight_decay": {"conv": 0.5, "linear": 0.1}, "init_std": {"conv": None, "linear": None}},
    **{"batch_size": 10, "epochs": 2, "eval_images": 7, "convolution": "auto", "snapshots": 4},
}


@pytest.mark.parametrize("images", [GRAY, COLOR, GRAY[:, :1], GRAY[:, :, :1]], ids=["gray", "color", "row", "col"])
def test_a_scrambled_image_has_the_mean_and_the_spectrum_of_the_image(images):
    result = controls.images_of("phase_scrambled", images, "train")[:]
    assert result.dtype == np.float32
    assert result.shape == images.shape
    np.testing.assert_allclose(result.mean((1, 2)), images.mean((1, 2)), rtol=1e-4)
    before, after = (np.abs(np.fft.fft2(stack.astype(float), axes=(1, 2))) for stack in (images, result))
    np.testing.assert_allclose(after, before, atol=before.max() * 1e-4)


def test_a_scrambled_image_has_lost_its_shapes():
    result = controls.images_of("phase_scrambled", GRAY, "train")[:]
    for before, after in zip(GRAY, result, strict=True):
        assert abs(np.corrcoef(before.ravel(), after.ravel())[0, 1]) < 0.3


def test_the_channels_of_a_scrambled_image_still_go_together():
    same = np.repeat(GRAY[..., None], 3, -1)
    result = controls.images_of("phase_scrambled", same, "train")[:]
    np.testing.assert_allclose(result, np.repeat(result[..., :1], 3, -1), atol=1e-3)


def test_scrambled_images_are_the_same_every_time_and_differ_between_splits():
    first, again, test = (controls.images_of("phase_scrambled", GRAY, split)[:] for split in ("train", "train", "test"))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - test).max() > 1


def test_a_scrambled_image_is_the_same_whichever_are_asked_for_with_it():
    scrambled = controls.images_of("phase_scrambled", COLOR, "test")
    assert (scrambled.shape, scrambled.ndim, len(scrambled)) == (COLOR.shape, 4, 4)
    np.testing.assert_array_equal(scrambled[np.array([3, 1])], scrambled[:][[3, 1]])
    np.testing.assert_array_equal(scrambled[1:3], scrambled[:][1:3])


@pytest.mark.parametrize("control", ["none", "random_labels", "frozen"])
def test_other_controls_leave_the_images_alone(control):
    assert controls.images_of(control, GRAY, "test") is GRAY


def test_random_labels_keep_the_size_of_the_classes_and_nothing_else():
    labels = np.repeat(np.arange(3), 200)
    result = controls.labels_of("random_labels", labels, seed=4)
    np.testing.assert_array_equal(np.bincount(result), np.bincount(labels))
    assert 0.2 < (result == labels).mean() < 0.45  # a third by chance
    assert (result != controls.labels_of("random_labels", labels, seed=5)).any()
    np.testing.assert_array_equal(result, controls.labels_of("random_labels", labels, seed=4))


@pytest.mark.parametrize("control", ["none", "phase_scrambled", "frozen"])
def test_other_controls_leave_the_labels_alone(control):
    labels = np.arange(6)
    assert controls.labels_of(control, labels, 0) is labels


@pytest.mark.parametrize("layers", [templates(4, 7), cnnkernels(2, 8, widths=(16, 8)), stacked(8, 5, 1, (8, 8))])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_frozen_conv_layers_stay_to_the_bit_and_all_others_learn(one_thread, layers, optimizer):
    rng = np.random.default_rng(1)
    images, labels = rng.integers(0, 256, (30, 24, 24), dtype=np.uint8), np.arange(30) % 2
    sets = [trainer.ImageDataset(images, labels)] * 2
    job = trainer.Job(layers, SETTINGS | {"optimizer": optimizer}, 0, *sets, lambda _: None, frozen=True)
    trained = trainer.train(job)
    conv = {layer["name"] for layer in layers if layer["kind"] == "conv"}
    for name in [name.removeprefix("last/") for name in trained.snapshots if name.startswith("last/")]:
        same = np.array_equal(trained.snapshots[f"first/{name}"], trained.snapshots[f"last/{name}"])
        assert same == (name.split(".")[0] in conv), name


def test_images_that_are_no_pixels_are_stretched_to_be_seen():
    assert controls.visible(GRAY) is GRAY
    result = controls.visible(np.array([[-2.0, 0.0], [1.0, 2.0]], np.float32))
    np.testing.assert_array_equal(result, [[0, 128], [191, 255]])
    assert result.dtype == np.uint8
    assert not controls.visible(np.zeros((2, 2), np.float32)).any()
