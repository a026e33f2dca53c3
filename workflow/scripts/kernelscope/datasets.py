"""Labelled images and the truth about each: one builder per source."""

from typing import NamedTuple

import numpy as np

from kernelscope import waveforms
from kernelscope.drawing import LineDrawer
from kernelscope.ranges import waveform_parameters

SPLITS = ("train", "test")  # the place of a split is the number of its random stream


class Split(NamedTuple):
    """images (n, h, w) uint8, labels (n,) int64, and one dict of true parameters per image."""

    images: np.ndarray
    labels: np.ndarray
    truth: list[dict]


def build(settings: dict) -> dict[str, Split]:
    """The splits of the dataset that `settings` describes (a definition from `datasets:` with every key given)."""
    return SOURCES[settings["source"]](settings)


def waveform_splits(settings: dict) -> dict[str, Split]:
    """Balanced, shuffled classes of waveforms; each split has a random stream of its own."""
    return {split: waveform_split(settings, split) for split in SPLITS}


def waveform_split(settings: dict, split: str) -> Split:
    """Draw the parameters of every image from its range, then the images."""
    rng = np.random.default_rng([settings["seed"], SPLITS.index(split)])
    count, classes = settings[f"{split}_images"], settings["classes"]
    labels = rng.permutation(np.arange(count, dtype=np.int64) % len(classes))
    rolls = {
        name: rng.random(count)
        for name in ("amplitude", "width", "position", "offset", "line_width", "noise", "clipping")
    }
    rows, cols = settings["image_size"]
    drawer = LineDrawer(rows, cols)
    images = np.zeros((count, rows, cols), np.uint8)
    truth = []
    for i, label in enumerate(labels):
        shape = classes[label]
        parameters = waveform_parameters(settings, shape, {name: roll[i] for name, roll in rolls.items()})
        waveform = waveform_at(shape, parameters, cols)
        image = drawer.draw(waveform.outline, parameters["line_width"])
        images[i] = with_noise(image, parameters["noise"], rng)
        truth.append({**parameters, **visible_features(waveform, rows, cols)})
    return Split(images, labels, truth)


def waveform_at(shape: str, parameters: dict[str, float], cols: int) -> waveforms.Waveform:
    """The waveform of these parameters, every point as (row, col)."""
    waveform = waveforms.SHAPES[shape](parameters["position"], parameters["width"], cols)
    return waveforms.placed(
        waveforms.clipped(waveform, parameters["clipping"]), parameters["amplitude"], parameters["baseline_row"]
    )


def with_noise(image: np.ndarray, sd: float, rng: np.random.Generator) -> np.ndarray:
    """The image with Gaussian noise of standard deviation `sd` (share of white) on every pixel."""
    if sd == 0:
        return image
    return np.clip(np.rint(image + 255 * sd * rng.standard_normal(image.shape)), 0, 255).astype(np.uint8)


def visible_features(waveform: waveforms.Waveform, rows: int, cols: int) -> dict[str, np.ndarray]:
    """The features inside the frame, each (n, 2) of (row, col)."""
    last = np.array([rows, cols]) - 0.5
    features = {name: getattr(waveform, name) for name in waveforms.FEATURES}
    return {name: points[((points >= -0.5) & (points <= last)).all(axis=1)] for name, points in features.items()}


SOURCES = {"waveforms": waveform_splits}
