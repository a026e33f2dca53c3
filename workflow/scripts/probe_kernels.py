"""Probe every kernel of a run: what it responds to in the images, and what the network loses without it."""

import torch

from kernelscope.data.image_file import ImageFile
from kernelscope.data.splits import SPLITS
from kernelscope.io import array_files, cli, csv_files, notes, run_info
from kernelscope.io.notes import beyond
from kernelscope.models import responses
from kernelscope.probes import ablation as probes_ablation
from kernelscope.probes import features as probes_features
from kernelscope.probes import probing, subspaces
from kernelscope.probes import selectivity as probes_selectivity
from kernelscope.probes import tuning as probes_tuning


def probe_kernels(
    spec: dict,
    images: str,
    parameters: str,
    snapshots: str,
    decay: str,
    selectivity: str,
    ablation: str,
    features: str,
    tuning: str,
    subspace_fit: str,
    probes: str,
    response_nulls: str,
) -> None:
    """Read images, their truth, and the weights of a run; write the results of all probes.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "layers", "control", "init_std": layer name or kind -> standard deviation of the
        untrained weights, "n_resamples", "images": how many are probed}
    images, parameters, snapshots, decay : images.npz, parameters.csv, snapshots.npz and decay.csv
    selectivity, ablation, features, tuning : tables of class selectivity, ablation, features and preferred angles, to
        write
    subspace_fit : subspace_fit.csv, what the span of image patches explains, to write
    probes : probes.npz, top patches and Gram matrices, to write
    response_nulls : response_nulls.npz, to write: the tests of what kernels respond to and are needed for, as of
        `look_tests.as_arrays`, and `largest/<state>/<layer>` (out,), the largest responses to training images
    """
    torch.set_num_threads(1)
    dataset, weights = ImageFile(images), array_files.read_npz(snapshots)
    truth = probing.truth(parameters, spec["images"])
    splits = [probing.split(dataset, truth, name, spec["images"], spec["control"]) for name in SPLITS]
    for name, split in zip(SPLITS, splits, strict=True):
        of, text = len(dataset.labels[name]), f"not probed (analysis.images: {spec['images']})"
        notes.keep([beyond(f"{name} images", of, len(split.images), text)])
    like = f"not in similarities of layers (CKA), which take {probing.SAMPLE}"
    notes.keep([beyond("test images", len(dataset.labels["test"]), min(len(splits[1].images), probing.SAMPLE), like)])
    states = [probing.weights(weights, state) for state in ("first", "last")]
    run = probing.Run(spec["layers"], *states, *splits, dataset.class_names)
    train, test = (responses.responses(run.layers, run.trained, split.images) for split in splits)
    selective = probing.selectivity_rows(run, test, spec["n_resamples"])
    csv_files.write_csv(selectivity, probes_selectivity.COLUMNS, selective)
    ablated = probing.ablation_rows(run, run.trained)
    csv_files.write_csv(ablation, probes_ablation.COLUMNS, ablated)
    csv_files.write_csv(features, probes_features.COLUMNS, probing.feature_rows(run, train, test, spec["n_resamples"]))
    csv_files.write_csv(tuning, probes_tuning.COLUMNS, probing.tuning_rows(run))
    patterns = probing.patterns_of(run)
    fits = probing.subspace_rows(run, patterns, spec["init_std"], run_info.read_factors(decay))
    csv_files.write_csv(subspace_fit, subspaces.COLUMNS, fits)
    array_files.write_npz(probes, probing.top_patches(run, test) | probing.similarities(run, test))
    tests = probing.tests(run, patterns, ablated, [train, test], spec["init_std"], spec["seed"])
    array_files.write_npz(response_nulls, tests)


if __name__ == "__main__":
    cli.run(probe_kernels, __doc__)
