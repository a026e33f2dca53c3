"""Probe the kernels of one run: what they respond to, and what the network loses without them."""

from typing import NamedTuple

import numpy as np

from kernelscope.data import control_names, controls, patches
from kernelscope.data.image_file import ImageFile
from kernelscope.io import csv_files, files
from kernelscope.measures import cka, kernels, look_tests
from kernelscope.models import responses
from kernelscope.models.layer_lists import receptive_fields
from kernelscope.probes import (
    ablation,
    features,
    landmarks,
    null_draws,
    response_tests,
    selectivity,
    stimuli,
    subspaces,
    tuning,
)
from kernelscope.probes import top_patches as probes_top_patches

PATCHES = 10_000  # of the training images, for the components that explain kernels
PLACES = 20  # on the line of an image, for the responses at chance
TESTED, TESTED_OF_CLASS = 120, 40  # images of each split, at least, on which kernels are compared with null kernels
SAMPLE = 300  # images whose similarities are kept, to compare runs by CKA
LINE = 2.0  # pixels, the line width of the probe stimuli if the images have none


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
    """Return the first `count` images of a split; without the truth about them if scrambling has destroyed it."""
    images = controls.images_of(control, file.images[name], name)[:count]
    rows = [] if control == control_names.PHASE_SCRAMBLED else [row for row in truth if row["split"] == name][:count]
    return Images(images, file.labels[name][:count], rows)


def truth(path: str, count: int) -> list[dict[str, str]]:
    """Return the rows of parameters.csv for the first `count` images of every split; ValueError if it is damaged."""
    rows = []
    for row in csv_files.rows_of_csv(path):
        try:
            if int(row["index"]) < count:
                rows.append(row)
        except (KeyError, ValueError) as error:
            raise files.damaged(path, error) from None
    return rows


def weights(snapshots: dict[str, np.ndarray], state: str) -> dict[str, np.ndarray]:
    """Return all weights of one state, `first` or `last`."""
    return {name.removeprefix(f"{state}/"): value for name, value in snapshots.items() if name.startswith(f"{state}/")}


def selectivity_rows(run: Run, test: dict[str, np.ndarray], n_resamples: int) -> list[dict]:
    """Return the rows of selectivity.csv, from every layer's responses to the test images."""
    return selectivity.selectivities(test, run.test.labels, run.class_names, n_resamples)


def ablation_rows(run: Run, state: dict[str, np.ndarray]) -> list[dict]:
    """Return the rows of ablation.csv for the weights of one state, from the outputs for the test images."""
    return ablation.ablations(run.layers, state, run.test.images, run.test.labels, run.class_names)


def feature_rows(run: Run, train: dict[str, np.ndarray], test: dict[str, np.ndarray], n_resamples: int) -> list[dict]:
    """Return the rows of features.csv, from every layer's responses to both splits; none if images have no truth."""
    seen = seen_of([run.train, run.test], len(run.class_names))
    if not seen.marks:
        return []
    fields = receptive_fields(run.layers)
    rows = []
    for name in test:
        samples = [
            features.Sample(*sample) for sample in zip((train[name], test[name]), seen.marks, seen.chance, strict=True)
        ]
        rows += features.table(name, *samples, fields[name], n_resamples=n_resamples)
    return rows


def seen_of(splits: list[Images], classes: int) -> null_draws.Seen:
    """Return what is known about the images of both splits; no marks where the places of features are unknown."""
    labels = splits[1].labels
    if not all(split.truth and landmarks.has_positions(split.truth[0]) for split in splits):
        return null_draws.Seen((), (), labels, classes)
    marks = tuple(landmarks.read(split.truth) for split in splits)
    places = tuple(landmarks.places_on_line(split.images, PLACES, [4, i]) for i, split in enumerate(splits))
    return null_draws.Seen(marks, places, labels, classes)


def probe_of(run: Run, patterns: subspaces.Patterns, init_std: dict, seed: int) -> response_tests.Probe:
    """Return what both states of a run are tested with; see response_tests.Probe."""
    classes = len(run.class_names)
    count = max(TESTED, TESTED_OF_CLASS * classes)
    splits = [run.train, run.test]
    spans = patterns.of_images[min(len(first_bank(run)), max(patterns.of_images))]
    of_claims = {f"span_{name}": span for name, span in spans.items()}
    seen, images = seen_of(splits, classes), tuple(split.images[:] for split in splits)
    known = (seen, seen.first(count))
    return response_tests.Probe(run.layers, images, *known, count, run.class_names, of_claims, init_std, seed)


def tests(
    run: Run, patterns: subspaces.Patterns, ablated: list[dict], maps: list[dict], init_std: dict, seed: int
) -> dict[str, np.ndarray]:
    """Return the arrays of response_nulls.npz: the tests of both states, and largest responses to training images.

    ablated: the rows of `ablation_rows` of the trained state. maps: its feature maps for each split, by layer.
    """
    probe, arrays = probe_of(run, patterns, init_std, seed), {}
    trained = response_tests.tests(probe, run.trained, ablated, maps=maps)
    untrained = response_tests.tests(probe, run.untrained, ablation_rows(run, run.untrained), trained[2])
    for state, (of_layers, largest, _) in (("trained", trained), ("untrained", untrained)):
        arrays |= look_tests.as_arrays(of_layers, state)
        arrays |= {f"largest/{state}/{layer}": values for layer, values in largest.items()}
    return arrays


def tuning_rows(run: Run) -> list[dict]:
    """Return the rows of tuning.csv: responses to stimuli as thick as the lines, before and after training."""
    h, w = run.test.images.shape[1:3]
    widths = [float(row["line_width"]) for row in run.test.truth if row.get("line_width")]
    probes = stimuli.probes(h, w, float(np.mean(widths)) if widths else LINE)
    channels = run.test.images.shape[3:]
    images = np.repeat(probes.images[..., None], channels[0], -1) if channels else probes.images
    states = [responses.responses(run.layers, weights, images) for weights in (run.untrained, run.trained)]
    return [row for name in states[0] for row in tuning.rows(name, probes, *(state[name] for state in states))]


def subspace_rows(run: Run, patterns: subspaces.Patterns, init_std: dict, factors: dict[str, np.ndarray]) -> list[dict]:
    """Return the rows of subspace_fit.csv: how well patch components explain the first layer and its change.

    init_std: layer name or kind -> standard deviation of untrained weights. factors: layer -> decay factors (t,).
    """
    first = first_layer(run)
    trained, untrained = (weights[f"{first}.weight"] for weights in (run.trained, run.untrained))
    states = {"trained": trained, "untrained": untrained}
    states["change"] = kernels.change(trained, untrained, factors[first][-1])
    return list(subspaces.subspace_fit(first, states, patterns, init_std.get(first, init_std["conv"])))


def patterns_of(run: Run) -> subspaces.Patterns:
    """Return patterns of the training images, with which the kernels of the first layer are compared."""
    out, _, _, k = first_bank(run).shape
    scrambled = controls.images_of(control_names.PHASE_SCRAMBLED, run.train.images, "train")[:]
    samples = (patches.random_patches(kind, k, PATCHES, seed=0) for kind in (run.train.images, scrambled))
    return subspaces.patterns(*samples, out)


def first_layer(run: Run) -> str:
    """Return the name of the first conv layer."""
    return next(layer["name"] for layer in run.layers if layer["kind"] == "conv")


def first_bank(run: Run) -> np.ndarray:
    """Return the trained kernels of the first conv layer, (out, in, k, k)."""
    return run.trained[f"{first_layer(run)}.weight"]


def top_patches(run: Run, test: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return arrays of probes.npz: which test images excite each kernel most, and where."""
    arrays = {}
    for name, field in receptive_fields(run.layers).items():
        patches_of_layer = probes_top_patches.top(test[name], field)
        arrays |= {f"top_{part}/{name}": values for part, values in patches_of_layer._asdict().items()}
        arrays[f"field/{name}"] = np.array(field.size)
    return arrays


def similarities(run: Run, test: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return arrays of probes.npz: each layer's Gram matrix of the first SAMPLE test images, trained and untrained."""
    untrained = responses.responses(run.layers, run.untrained, run.test.images[:SAMPLE])
    states = {"gram": {name: maps[:SAMPLE] for name, maps in test.items()}, "gram_untrained": untrained}
    return {
        f"{state}/{name}": cka.gram(maps.reshape(len(maps), -1)).astype(np.float32)
        for state, layers in states.items()
        for name, maps in layers.items()
    }
