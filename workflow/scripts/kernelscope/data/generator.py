"""Draw labeled images of waveforms, with the true parameters of each image.

The index of a split in SPLITS selects its random stream.
"""

from collections.abc import Iterator

import numpy as np

from kernelscope.data import drawing, waveforms
from kernelscope.data.dataset_file import CHUNK, Chunk, Split
from kernelscope.data.drawing import LineDrawer
from kernelscope.data.splits import SPLITS
from kernelscope.data.waveform_parameters import waveform_parameters


def waveform_splits(settings: dict) -> dict[str, Split]:
    """Return splits of waveforms with balanced, shuffled classes; each split has its own random stream.

    Parameters
    ----------
    settings : a definition of `source: waveforms`
    """
    return {split: waveform_split(settings, split) for split in SPLITS}


def waveform_split(settings: dict, split: str) -> Split:
    """Draw the labels and random numbers of a split; its images are drawn block by block while iterating."""
    rng = np.random.default_rng([settings["seed"], SPLITS.index(split)])
    count, classes = settings[f"{split}_images"], class_names(settings)
    labels = rng.permutation(np.arange(count, dtype=np.int64) % len(classes))
    rolls = {
        name: rng.random(count)
        for name in ("amplitude", "width", "position", "offset", "line_width", "noise", "clipping")
    }
    channels = (3,) if settings["trace_colors"] else ()
    return Split((count, *settings["image_size"], *channels), labels, waveform_blocks(settings, labels, rolls, rng))


def class_names(settings: dict) -> list[str]:
    """Return the classes of a definition of `source: waveforms`: shapes, or shapes in colors."""
    return drawing.class_names(settings["classes"], settings["trace_colors"])


def waveform_blocks(
    settings: dict, labels: np.ndarray, rolls: dict[str, np.ndarray], rng: np.random.Generator
) -> Iterator[Chunk]:
    """Yield images in blocks.

    Parameters
    ----------
    settings : a definition of `source: waveforms`
    labels : (n,) of the images
    rolls : name of each range -> random numbers (n,) in [0, 1)
    rng : for the noise
    """
    rows, cols = settings["image_size"]
    drawer, colors = LineDrawer(rows, cols), settings["trace_colors"]
    screen = drawing.graticule(rows, cols, settings["graticule"])
    for start in range(0, len(labels), CHUNK):
        images, truth = [], []
        for i in range(start, min(start + CHUNK, len(labels))):
            shape, color = divmod(labels[i], len(colors)) if colors else (labels[i], None)
            shape = settings["classes"][shape]
            parameters = waveform_parameters(settings, shape, {name: roll[i] for name, roll in rolls.items()})
            waveform = waveform_at(shape, parameters, cols)
            line = drawer.draw(waveform.outline, parameters["line_width"])
            of_class = {}
            if colors:
                of_class = {"shape": shape, "color": colors[color]}
                line = drawing.colored(line, colors[color], screen)
            images.append(with_noise(line, parameters["noise"], rng))
            truth.append({**of_class, **parameters, **visible_features(waveform, rows, cols)})
        yield Chunk(np.stack(images), truth)


def waveform_at(shape: str, parameters: dict[str, float], cols: int) -> waveforms.Waveform:
    """Return the waveform with these parameters; its points are (row, col)."""
    waveform = waveforms.SHAPES[shape](parameters["position"], parameters["width"], cols)
    return waveforms.placed(
        waveforms.clipped(waveform, parameters["clipping"]), parameters["amplitude"], parameters["baseline_row"]
    )


def with_noise(image: np.ndarray, sd: float, rng: np.random.Generator) -> np.ndarray:
    """Return a uint8 image with Gaussian noise of standard deviation `sd` (share of white) on every pixel."""
    if sd == 0:
        return image
    return np.clip(np.rint(image + 255 * sd * rng.standard_normal(image.shape)), 0, 255).astype(np.uint8)


def visible_features(waveform: waveforms.Waveform, rows: int, cols: int) -> dict[str, np.ndarray]:
    """Return the features inside the frame by name, (n, 2) of (row, col) each."""
    last = np.array([rows, cols]) - 0.5
    features = {name: getattr(waveform, name) for name in waveforms.FEATURES}
    return {name: points[((points >= -0.5) & (points <= last)).all(axis=1)] for name, points in features.items()}
