"""Describe the bases of a convolutional deep belief network: projected to pixels, and their relation to the classes."""

from functools import partial

import numpy as np
import torch

from kernelscope.data.image_file import ImageFile
from kernelscope.dbn import contrastive_divergence, network
from kernelscope.dbn.layer_training import HELD_OUT
from kernelscope.io import array_files, cli, csv_files, notes, records
from kernelscope.io.notes import beyond
from kernelscope.models import devices
from kernelscope.probes import bases, class_detection
from kernelscope.stats import text
from kernelscope.training import run_files

SHOWN = 200  # at most this many training images for the patches that excite each basis
N_RESAMPLES = 199  # permutations of the labels


def describe_bases(
    spec: dict,
    images: str,
    shown: list[str],
    snapshots: str,
    history: str,
    run: str,
    arrays: str,
    table: str,
    selectivity: str,
) -> None:
    """Read images and a run; write its bases in pixels, a row per layer, and a row per measure of class selectivity.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "cdbn", "n_resamples", "shown": names of the datasets in `shown`}
    images : images.npz that the network was trained on
    shown : images.npz of all classes, for the selectivity of the units
    snapshots, history, run : snapshots.npz, history.csv and run.json
    arrays, table, selectivity : bases.npz, bases.csv and class_selectivity.csv, to write
    """
    run_files.prepared({"threads": 1, "device": devices.CPU})
    settings, states = spec["cdbn"], array_files.read_npz(snapshots)
    first, last = (network.layers(states, when, settings) for when in ("first", "last"))
    names = [f"conv{number}" for number in range(1, len(last) + 1)]
    splits = ImageFile(images).images
    words = "none of the patches that excite bases is from them"
    notes.keep([beyond("training images", len(splits["train"]), SHOWN, words)])
    prepared = network.Preparation(splits["train"][:], settings)
    train_images, held_out = prepared(splits["train"][:SHOWN]), prepared(splits["test"][:])
    banks = {name: layer.model.kernels.numpy() for name, layer in zip(names, last, strict=True)}
    pooled = dict(zip(names, network.maps(last, train_images), strict=True))
    in_pixels = {f"linear/{name}": bank for name, bank in bases.linear(banks, settings["pooling"]).items()}
    patches = bases.excited(train_images, pooled, settings["kernel_sizes"][: len(names)], settings["pooling"])
    in_pixels |= {f"patches/{name}": bank for name, bank in patches.items()}
    example, untrained = reconstructions(first[0], last[0], held_out, settings)
    labels, classes, shown_images = read_shown(shown, prepared)
    maps = {name: network.maps(layers, shown_images) for name, layers in (("trained", last), ("untrained", first))}
    class_rows, units = of_classes(spec, names, labels, classes, **maps)
    array_files.write_npz(arrays, in_pixels | example | units)
    responses, ends = records.read_json(run)["largest_responses"], csv_files.read_csv(history)
    described = [layer_row(spec, name, banks, pooled, responses[name], ends) for name in names]
    described[0] |= {**bases.orientation(banks[names[0]], spec["n_resamples"]), "error_untrained": untrained}
    described[1:] = [row | {"reason": bases.DEEPER} for row in described[1:]]
    csv_files.write_csv(table, bases.COLUMNS, described)
    csv_files.write_csv(selectivity, class_detection.COLUMNS, class_rows)


def layer_row(spec: dict, name: str, banks: dict, pooled: dict, responses: list[float], ends: list[dict]) -> dict:
    """Return the row of one layer, as far as all layers have it.

    banks, pooled: kernels and pooled probabilities by layer. responses: largest responses. ends: rows of history.csv.
    """
    bank = banks[name]
    return {
        **{column: spec[column] for column in ("dataset", "arch", "seed")},
        **{"layer": name, "bases": len(bank)},
        **bases.ended(ends, list(banks).index(name) + 1),
        **{"alive": bases.alive(bank, np.array(responses, float)).mean(), "active": pooled[name].mean()},
    }


def reconstructions(untrained: network.Layer, trained: network.Layer, images: np.ndarray, settings: dict):
    """Return a crop of a held-out image with its reconstructions by the first layer, and an error.

    The arrays, for bases.npz, have the reconstructions by the untrained and by the trained layer. The error is that of
    the untrained layer, over as many crops as each epoch is scored on.
    """
    plan = contrastive_divergence.plans(settings)[0]
    arrays = {}
    with torch.no_grad():
        for name, layer in (("trained", trained), ("untrained", untrained)):
            generator = torch.Generator().manual_seed(0)  # the same crops for both
            draw = contrastive_divergence.visibles([], layer, torch.from_numpy(images), plan)
            crops = [draw(generator) for _ in range(HELD_OUT)]
            steps = [contrastive_divergence.reconstructed(layer.model, v, layer.sigma, generator)[0] for v in crops]
            arrays |= {"example/crop": crops[0][0].numpy(), f"example/{name}": steps[0].mean[0].numpy()}
            arrays[f"error/{name}"] = np.float32(contrastive_divergence.error([steps[0].squares]))
    return arrays, contrastive_divergence.error([step.squares for step in steps])


def read_shown(paths: list[str], prepared: network.Preparation) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Return the class number of every test image (n,), the class names, and the images.

    All images are prepared like the images that the network was trained on.
    """
    words, images = [], []
    for path in paths:
        file = ImageFile(path)
        words += [file.class_names[label] for label in file.labels["test"]]
        images.append(prepared(file.images["test"][:]))
    classes = sorted(set(words))
    return np.array([classes.index(word) for word in words]), classes, np.concatenate(images)


def of_classes(
    spec: dict,
    names: list[str],
    labels: np.ndarray,
    classes: list[str],
    trained: list[np.ndarray],
    untrained: list[np.ndarray],
) -> tuple[list[dict], dict[str, np.ndarray]]:
    """Return the rows of class_selectivity.csv, and the value of every unit for the histograms, as arrays.

    trained, untrained: pooled probabilities (n, out, rows, cols) of each layer for images with these labels (n,).
    """
    rows, units = [], {}
    own_class = classes.index(spec["dataset"]) if spec["dataset"] in spec["shown"] and len(spec["shown"]) > 1 else None
    for name, maps, maps_untrained in zip(names, trained, untrained, strict=True):
        of_untrained = measures(maps_untrained, len(classes), own_class)
        for measure, (function, larger) in measures(maps, len(classes), own_class).items():
            key = {column: spec[column] for column in ("dataset", "arch", "seed")} | {"layer": name}
            values = function(labels)
            units[f"{measure}/{name}"] = values
            count = {"measure": measure, "units": int(np.isfinite(values).sum())}
            tests = [
                class_detection.tested(of_state, labels, larger, N_RESAMPLES, spec["seed"])
                for of_state in (function, of_untrained[measure][0])
            ]
            beside = {"untrained": tests[1]["mean"], "untrained_null_mean": tests[1]["null_mean"]}
            reasons = [tests[0]["reason"], tests[1]["reason"] and f"untrained: {tests[1]['reason']}"]
            rows.append(key | count | tests[0] | beside | {"reason": text.joined(*reasons)})
    return rows, units


def measures(maps: np.ndarray, classes: int, own_class: int | None) -> dict[str, tuple]:
    """Return each measure of one layer: a function of labels (n,), and whether larger values tell more of the classes.

    maps: pooled probabilities (n, out, rows, cols). own_class: the class of the network, None if it has several.
    """
    scores, active = maps.mean((2, 3)), maps.max((2, 3)) > class_detection.ON
    entropy = lambda labels: class_detection.conditional_entropy(active, labels, classes)  # noqa: E731
    if own_class is None:
        return {"entropy": (entropy, False)}
    return {"entropy": (entropy, False), "precision": (partial(precision, scores, active.any(0), own_class), True)}


def precision(scores: np.ndarray, ever_on: np.ndarray, class_number: int, labels: np.ndarray) -> np.ndarray:
    """Return how well each unit detects a class, (units,); NaN for units that are never on."""
    return np.where(ever_on, class_detection.average_precision(scores, labels == class_number), np.nan)


if __name__ == "__main__":
    cli.run(describe_bases, __doc__)
