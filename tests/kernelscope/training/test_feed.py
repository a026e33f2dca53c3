"""What a training shows at a step: it follows from the seed and the step alone, wherever and however it is trained."""

import time

import numpy as np
import pytest
import torch
from interrupting import Interrupting, Killed, bits
from labeled_images import IMAGES, LABELS
from made_up.large_images import photographs, written
from tiers import THOROUGH
from trainings import SETTINGS, job

from kernelscope.models.architectures import small_alexnet
from kernelscope.training import augmentation, batches, group, trainer
from kernelscope.training.batches import ImageDataset
from kernelscope.training.checkpoints import Checkpoints
from kernelscope.training.feed import Feed
from kernelscope.training.schedule import planned

ALL = {"mirror": 0.5, "rotation": 0.5, "color_gain": 0.3, "gray": 0.3, "noise": 0.1, "blur": 1.0}
COLORS = torch.rand((40, 3, 12, 12), generator=torch.Generator().manual_seed(0))


def changed(rng=0, x=COLORS, **settings) -> torch.Tensor:
    return augmentation.augmented(x, settings, np.random.default_rng(rng))


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crops")
    photographs(folder / "in", count=3)

    def read(control="none", seeds=(0,), **settings):
        path, _ = written(folder / "_".join(map(str, settings.values())) / "x", folder=str(folder / "in"), **settings)
        return batches.image_sets(str(path), control, list(seeds), 1000.0, "cpu")

    return read


def test_each_change_does_what_it_says_to_about_its_share_of_the_images():
    mirrored = (changed(mirror=0.5) == COLORS.flip(3)).all((1, 2, 3))
    assert 8 < mirrored.sum() < 32
    assert torch.equal(changed(mirror=1), COLORS.flip(3))
    assert torch.allclose(changed(gray=1), COLORS.mean(1, keepdim=True).expand_as(COLORS))
    gains = changed(color_gain=0.3) / COLORS
    assert torch.allclose(gains, gains[:, :, :1, :1].expand_as(gains), atol=1e-5)
    assert gains.min() >= 0.69
    assert gains.max() <= 1.31
    assert gains[:, :, 0, 0].std(1).min() > 0
    assert (changed(noise=0.1) - COLORS).std() == pytest.approx(0.1, rel=0.05)


def test_rotations_are_quarter_turns_and_of_images_that_are_not_square_half_turns():
    turned = changed(rotation=1)
    for image, before in zip(turned, COLORS, strict=True):
        assert any(torch.equal(image, before.rot90(turn, (1, 2))) for turn in (1, 2, 3))
    flat = COLORS[:, :, :6]
    assert torch.equal(changed(x=flat, rotation=1), flat.rot90(2, (2, 3)))


def test_a_blur_is_a_gaussian_of_its_deviation_and_keeps_the_mean_inside(double):
    point = torch.zeros((1, 1, 41, 41))
    point[0, 0, 20, 20] = 1
    sd = augmentation.gaussians(np.array([1.5]), 41)
    blurred = torch.from_numpy(sd) @ point @ torch.from_numpy(sd).mT
    cols = torch.arange(41.0) - 20
    assert float(blurred.sum()) == pytest.approx(1, abs=1e-6)
    assert float((blurred.sum(2) * cols**2).sum()) == pytest.approx(1.5**2, rel=1e-3)
    assert torch.allclose(changed(blur=1e-9), COLORS, atol=1e-6)
    assert torch.allclose(changed(x=torch.ones_like(COLORS), blur=3), torch.ones_like(COLORS), atol=1e-5)


def test_nothing_is_changed_by_default_and_images_stay_as_they_are():
    before = COLORS.clone()
    assert changed() is COLORS
    changed(**ALL)
    assert torch.equal(COLORS, before)


def test_a_step_follows_from_the_seed_and_its_number_alone():
    feed = Feed(ImageDataset(IMAGES, LABELS), {"augmentation": ALL}, 3)
    numbers = torch.arange(20)
    first, labels = feed(numbers, 5)
    assert torch.equal(labels, torch.from_numpy(LABELS[:20]))
    feed(numbers, 6)
    assert torch.equal(feed(numbers, 5)[0], first)
    assert not torch.equal(feed(numbers, 6)[0], first)
    other = Feed(ImageDataset(IMAGES, LABELS), {"augmentation": ALL}, 4)
    assert not torch.equal(other(numbers, 5)[0], first)


def test_without_augmentation_stored_images_are_shown_as_they_are():
    images = ImageDataset(IMAGES, LABELS)
    feed = Feed(images, SETTINGS, 0)
    assert feed.is_plain
    assert torch.equal(feed(torch.arange(7), 0)[0], images.pixels(torch.arange(7)))


def test_fresh_crops_differ_at_every_step_and_keep_the_image_of_their_number(sets):
    (train,), _ = sets()
    feed, numbers = Feed(train, {}, 0), torch.arange(30)
    (one, labels), (other, same) = feed(numbers, 0), feed(numbers, 1)
    assert torch.equal(labels, same)
    assert not torch.equal(one, other)
    assert one.shape == train.pixels(numbers).shape
    means = torch.stack([x.mean((1, 2, 3)) for x in (one, other, train.pixels(numbers))])
    assert torch.corrcoef(means).min() > 0.8  # photographs differ in brightness


def test_fresh_crops_are_rotated_by_their_label(sets, monkeypatch):
    (train,), _ = sets(labels="rotation")
    numbers = torch.arange(40)
    shown, labels = Feed(train, {}, 0)(numbers, 2)
    assert set(labels.tolist()) == {0, 1, 2, 3}
    train.fresh.canvases.turns[:] = 0
    upright, _ = Feed(train, {}, 0)(numbers, 2)
    for image, before, label in zip(shown, upright, labels.tolist(), strict=True):
        assert torch.equal(image, before.rot90(label, (1, 2)))


def test_random_labels_are_drawn_anew_for_every_crop(sets):
    (train,), _ = sets("random_labels")
    feed, numbers = Feed(train, {}, 0), torch.arange(60)
    one, other = feed(numbers, 0)[1], feed(numbers, 1)[1]
    assert not torch.equal(one, other)
    drawn = torch.cat([feed(numbers, step)[1] for step in range(100)])
    assert torch.bincount(drawn).float().std() / len(drawn) < 0.02  # 0.006 is expected
    assert torch.equal(feed(numbers, 0)[0], Feed(sets()[0][0], {}, 0)(numbers, 0)[0])  # the same crops


def test_scrambled_crops_keep_their_means_and_lose_their_places(sets):
    (scrambled,), _ = sets("phase_scrambled")
    (train,), _ = sets()
    numbers = torch.arange(30)
    one, other = Feed(scrambled, {}, 0)(numbers, 4)[0], Feed(train, {}, 0)(numbers, 4)[0]
    assert torch.allclose(one.mean((2, 3)), other.mean((2, 3)), atol=1e-4)
    assert torch.allclose(one.std((2, 3)), other.std((2, 3)), atol=1e-3)
    assert (one - other).abs().mean() > 0.02


@pytest.mark.parametrize("control", ["none", "random_labels", "phase_scrambled"])
def test_a_training_on_fresh_crops_that_is_resumed_gives_the_same_bytes(one_thread, sets, tmp_path, control):
    (train,), test = sets(control)
    training = job("templates", train, test, augmentation=ALL)
    whole = trainer.train(training)
    for at in (2, 3, 5):
        path = tmp_path / f"{at}.npz"
        with pytest.raises(Killed):
            trainer.train(training, Interrupting(path, at=at))
        assert bits(trainer.train(training, Checkpoints(path, "key"))) == bits(whole)


@THOROUGH
def test_drawing_crops_takes_at_most_a_fifth_of_a_step(one_thread, tmp_path):
    """Seconds of processor time, as other processes may run beside this one."""
    photographs(tmp_path / "in", count=6, size=(300, 400))
    changes = {"folder": str(tmp_path / "in"), "image_size": [64, 64], "train_images": 192}
    (train,), test = batches.image_sets(str(written(tmp_path, **changes)[0]), "none", [0], 1000.0, "cpu")
    network = small_alexnet(kernels=48, towers=1)
    settings = SETTINGS | {"augmentation": {"mirror": 0.5, "color_gain": 0.3, "gray": 0.3}}
    training = trainer.Job(network, settings, 0, train, test, lambda line: None)
    learner = trainer.Learner(training, planned(settings, len(train)))
    numbers = torch.arange(96)

    def seconds(call) -> float:
        call()
        start = time.process_time()
        for _ in range(10):
            call()
        return time.process_time() - start

    assert seconds(lambda: learner.feed(numbers, 0)) < seconds(lambda: learner.step(numbers, 0.001)) / 5


@pytest.mark.parametrize("control", ["none", "random_labels"])
def test_a_seed_sees_the_same_crops_in_a_group_as_alone(one_thread, double, sets, control):
    train, test = sets(control, seeds=(0, 5))
    jobs = [job("templates", images, test, seed, augmentation=ALL) for seed, images in zip((0, 5), train, strict=True)]
    for alone, together in zip(map(trainer.train, jobs), group.train(jobs, group.silent), strict=True):
        for name, array in alone.snapshots.items():
            assert np.abs(array - together.snapshots[name]).max() < 1e-9
