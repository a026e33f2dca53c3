"""All that the kernels of one run are probed with: what they answer to, and what is lost without them."""

from typing import NamedTuple

import numpy as np

from kernelscope.data import control_names, controls, landmarks, patches
from kernelscope.data.image_file import ImageFile
from kernelscope.io import csv_files, files
from kernelscope.measures import cka, kernels
from kernelscope.models import responses
from kernelscope.models.layer_lists import receptive_fields
from kernelscope.probes import ablation, features, selectivity, stimuli, subspaces, tuning
from kernelscope.probes import top_patches as probes_top_patches

PATCHES = 10_000  # of the training images, for what their own components explain
PLACES = 20  # on the line of an image, for what a kernel answers by chance
SAMPLE = 300  # images whose similarities to each other are kept, to compare runs
LINE = 2.0  # pixels; of the probe stimuli where the images do not say


class Images(NamedTuple):
    """Images of one split as the network sees them, their labels, and their rows of parameters.csv."""

    images: np.ndarray
    labels: np.ndarray
    truth: list[dict[str, str]]


class Run(NamedTuple):
    """A network, untrained and trained, and images to probe it with."""

    layers: list[dict]
    untrained: dict[str, np.ndarray]  # weights as in snapshots.npz, without `first/`
    trained: dict[str, np.ndarray]  # without `last/`
    train: Images
    test: Images
    class_names: list[str]


def split(file: ImageFile, truth: list[dict[str, str]], name: str, count: int, control: str) -> Images:
    """The first `count` images of a split; without their truth where scrambling has taken it from them."""
    images = controls.images_of(control, file.images[name], name)[:count]
    rows = [] if control == control_names.PHASE_SCRAMBLED else [row for row in truth if row["split"] == name][:count]
    return Images(images, file.labels[name][:count], rows)


def truth(path: str, count: int) -> list[dict[str, str]]:
    """The rows of a parameters.csv of the first `count` images of every split; ValueError if it is damaged."""
    rows = []
    for row in csv_files.rows_of_csv(path):
        try:
            if int(row["index"]) < count:
                rows.append(row)
        except (KeyError, ValueError) as error:
            raise files.damaged(path, error) from None
    return rows


def weights(snapshots: dict[str, np.ndarray], state: str) -> dict[str, np.ndarray]:
    """All weights of one state, `first` or `last`."""
    return {name.removeprefix(f"{state}/"): value for name, value in snapshots.items() if name.startswith(f"{state}/")}


def selectivity_rows(run: Run, test: dict[str, np.ndarray], draws: int) -> list[dict]:
    """Rows of selectivity.csv, from the responses of every layer to the test images."""
    return selectivity.selectivities(test, run.test.labels, run.class_names, draws)


def knockout_rows(run: Run, test: dict[str, np.ndarray]) -> list[dict]:
    """Rows of knockouts.csv, from the responses of every layer to the test images."""
    return ablation.knockouts(run.layers, run.trained, run.test.images, test, run.test.labels, run.class_names)


def feature_rows(run: Run, train: dict[str, np.ndarray], test: dict[str, np.ndarray], draws: int) -> list[dict]:
    """Rows of features.csv, from the responses of every layer to both splits; none where the images have no truth."""
    if not all(split.truth and landmarks.known(split.truth[0]) for split in (run.test, run.train)):
        return []
    fields = receptive_fields(run.layers)
    marks = [landmarks.read(split.truth) for split in (run.train, run.test)]
    chance = [landmarks.places_on_line(split.images, PLACES, [4, i]) for i, split in enumerate((run.train, run.test))]
    found = []
    for name in test:
        samples = [features.Sample(*sample) for sample in zip((train[name], test[name]), marks, chance, strict=True)]
        found += features.table(name, *samples, fields[name], draws=draws)
    return found


def tuning_rows(run: Run) -> list[dict]:
    """Rows of tuning.csv: every kernel before and after training, to bars, corners and arcs as thick as the lines."""
    h, w = run.test.images.shape[1:3]
    widths = [float(row["line_width"]) for row in run.test.truth if row.get("line_width")]
    probes = stimuli.probes(h, w, float(np.mean(widths)) if widths else LINE)
    shown = probes.images if run.test.images.ndim == 3 else np.repeat(probes.images[..., None], 3, -1)
    states = [responses.responses(run.layers, weights, shown) for weights in (run.untrained, run.trained)]
    return [row for name in states[0] for row in tuning.rows(name, probes, *(state[name] for state in states))]


def explained_rows(run: Run, initial_sd: float | None) -> list[dict]:
    """Rows of explained.csv: what components of the images' own patches explain of the first layer and its change."""
    first = next(layer["name"] for layer in run.layers if layer["kind"] == "conv")
    trained, untrained = (weights[f"{first}.weight"] for weights in (run.trained, run.untrained))
    states = {"trained": trained, "change": kernels.change(trained, untrained)}
    shown = patches.random_patches(run.train.images, trained.shape[-1], PATCHES, seed=0)
    return list(subspaces.explained(first, states, shown, initial_sd))


def top_patches(run: Run, test: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays of probes.npz: which test images excite each kernel most, and where."""
    arrays = {}
    for name, field in receptive_fields(run.layers).items():
        found = probes_top_patches.top(test[name], field)
        arrays |= {f"top_{part}/{name}": values for part, values in found._asdict().items()}
        arrays[f"field/{name}"] = np.array(field.size)
    return arrays


def similarities(run: Run, test: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays of probes.npz: how alike the first SAMPLE test images are to each layer, trained and untrained."""
    untrained = responses.responses(run.layers, run.untrained, run.test.images[:SAMPLE])
    states = {"gram": {name: maps[:SAMPLE] for name, maps in test.items()}, "gram_untrained": untrained}
    return {
        f"{state}/{name}": cka.gram(maps.reshape(len(maps), -1)).astype(np.float32)
        for state, layers in states.items()
        for name, maps in layers.items()
    }
