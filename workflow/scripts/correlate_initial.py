"""Correlate what training put into each kernel of an architecture with the kernel's own untrained weights."""

import numpy as np

from kernelscope.comparison import initial_correlation
from kernelscope.comparison.initial_correlation import Pairs
from kernelscope.data import controls, patches
from kernelscope.data.image_file import SOME, ImageFile
from kernelscope.dbn import network
from kernelscope.io import cli, csv_files, notes, run_info
from kernelscope.io.notes import beyond, failed_seeds
from kernelscope.stats import text

PATCHES = 20_000  # patches of training images, whose principal components span what a gradient can add


def correlate_initial(spec: dict, folder: str, table: str) -> None:
    """Read images and the runs of an architecture; write a row for each layer and span.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "n_resamples"}, and for networks that were trained here "control", and for
        networks without labels "cdbn": `cdbn` of the architecture
    folder : folder of the experiment
    table : initial_correlation.csv, to write
    """
    runs = {seed: f"{folder}/runs/{spec['dataset']}/{spec['arch']}/seed{seed}" for seed in spec["seeds"]}
    read = {seed: ends(run) for seed, run in runs.items()}
    failed = [seed for seed, (outcome, *_) in read.items() if outcome["failure"]]
    note = text.left_out(len(failed), len(read))
    notes.keep([failed_seeds(failed, read, "not in initial_correlation.csv")])
    reasons = {row["layer"]: row["reason"] for run in runs.values() for row in csv_files.read_csv(f"{run}/decay.csv")}
    rows = []
    for number, layer in enumerate(reasons):
        trained = [run for seed, run in read.items() if seed not in failed and layer in run[1]]
        of_seeds = [of_layer(layer, *run) for run in trained]
        shapes = {run[1][layer].shape[2:] for run in read.values() if layer in run[1]}
        components = span(spec, folder, *shapes) if number == 0 and "control" in spec and len(shapes) == 1 else None
        caution = text.joined(note, reasons[layer])
        rows += initial_correlation.rows(layer, of_seeds, components, caution, spec["n_resamples"])
    csv_files.write_csv(table, initial_correlation.COLUMNS, rows)


def ends(folder: str) -> tuple[dict, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return a run as `run_info.read_run` does, but only the first and last snapshots, copied to save memory."""
    outcome, banks, factors = run_info.read_run(folder)
    return outcome, {name: bank[[0, -1]] for name, bank in banks.items()}, factors


def of_layer(layer: str, outcome: dict, banks: dict, factors: dict) -> Pairs:
    """Return the starts and changes of a layer of a run."""
    factor = factors[layer][-1] if run_info.untrained(outcome, banks[layer]) is not None else np.nan
    return initial_correlation.pairs(banks[layer], factor, run_info.responses(outcome, layer))


def span(spec: dict, folder: str, shape: tuple[int, int, int]) -> np.ndarray:
    """Return the components (m, d) that span the patches which kernels of this shape (in, k, k) see in the images."""
    file = ImageFile(f"{folder}/data/{spec['dataset']}/images.npz").images["train"]
    notes.keep([beyond("training images", len(file), SOME, "no patches are taken from them")])
    if "cdbn" in spec:
        images = network.Preparation(file[:], spec["cdbn"])(file[:SOME])
    else:
        images = controls.images_of(spec["control"], file, "train")[:SOME]
    sample = patches.random_patches(patches.framed(images, shape[-1]), shape[-1], PATCHES, seed=0)
    return initial_correlation.leading(*patches.principal_components(sample))


if __name__ == "__main__":
    cli.run(correlate_initial, __doc__)
