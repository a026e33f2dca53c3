"""Probe every kernel of a run: what it answers to in the images, and what the network loses without it."""

import torch

from kernelscope import artifacts, command, explained, probing, responses
from kernelscope import features as feature_table
from kernelscope import knockouts as knockout_table
from kernelscope import selectivity as selectivity_table
from kernelscope import tuning as tuning_table
from kernelscope.image_files import ImageFile
from kernelscope.split_names import SPLITS


def probe_kernels(
    spec: dict,
    images: str,
    parameters: str,
    snapshots: str,
    selectivity: str,
    knockouts: str,
    features: str,
    tuning: str,
    explained_by: str,
    probes: str,
) -> None:
    """spec: {"dataset", "arch", "seed", "layers", "control", "initial_sd", "draws", "images"}."""
    torch.set_num_threads(1)
    found, weights = ImageFile(images), artifacts.read_npz(snapshots)
    truth = probing.truth(parameters, spec["images"])
    splits = [probing.split(found, truth, name, spec["images"], spec["control"]) for name in SPLITS]
    states = [probing.weights(weights, state) for state in ("first", "last")]
    run = probing.Run(spec["layers"], *states, *splits, found.class_names)
    train, test = (responses.responses(run.layers, run.trained, split.images) for split in splits)
    artifacts.write_csv(selectivity, selectivity_table.COLUMNS, probing.selectivity_rows(run, test, spec["draws"]))
    artifacts.write_csv(knockouts, knockout_table.COLUMNS, probing.knockout_rows(run, test))
    artifacts.write_csv(features, feature_table.COLUMNS, probing.feature_rows(run, train, test, spec["draws"]))
    artifacts.write_csv(tuning, tuning_table.COLUMNS, probing.tuning_rows(run))
    artifacts.write_csv(explained_by, explained.COLUMNS, probing.explained_rows(run, spec["initial_sd"]))
    artifacts.write_npz(probes, probing.top_patches(run, test) | probing.similarities(run, test))


if __name__ == "__main__":
    command.run(probe_kernels, __doc__)
