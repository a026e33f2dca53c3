"""Measure every kernel of a run at every snapshot, and compare each measure with its null."""

import numpy as np

from kernelscope.io import array_files, cli, csv_files, notes, records, run_info
from kernelscope.measures import look_tests, measured_rows, measurement


def measure_kernels(spec: dict, kernels: str, decay: str, run: str, runs: str, measures: str, nulls: str) -> None:
    """Read the kernels of a run and of its random-label controls; write all measures with their nulls.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "n_resamples", "random_labels": {arch: seeds}}
    kernels, decay, run : kernels.npz, decay.csv and run.json
    runs : folder with `{arch}/seed{seed}/kernels.npz` of the controls
    measures : measures.csv, to write
    nulls : nulls.npz, to write: the tests of looks as of `look_tests.as_arrays`
    """
    arrays, steps, _ = run_info.read_snapshots(kernels)
    outcome = records.read_json(run)
    notes.keep([measurement.with_planes(arrays)[1]])
    initial = {
        name: run_info.initial(outcome, name, run_info.untrained(outcome, bank)) for name, bank in arrays.items()
    }
    responses = {name: run_info.responses(outcome, name) for name in arrays}
    labels = random_label_banks(spec, runs, list(arrays))
    scaled, known = run_info.is_min_max_normalized(outcome), run_info.untrained(outcome, steps) is not None
    about = steps, arrays, run_info.read_factors(decay), initial, responses, labels
    table = measurement.rows(*about, n_resamples=spec["n_resamples"], min_max_normalized=scaled, untrained=known)
    csv_files.write_rows(measures, measured_rows.COLUMNS, table)
    array_files.write_npz(nulls, tests_of_looks(arrays, outcome, spec["seed"]))


def tests_of_looks(banks: dict[str, np.ndarray], outcome: dict, seed: int) -> dict[str, np.ndarray]:
    """Return the tests of the looks of both states of every layer, with draws from their nulls, as arrays."""
    arrays = {}
    for number, (layer, bank) in enumerate(banks.items()):
        untrained = run_info.untrained(outcome, bank)
        initial = run_info.initial(outcome, layer, untrained)
        for state, weights in (("trained", bank[-1]), ("untrained", untrained)):
            if weights is not None:
                tests = look_tests.tests(weights, initial, [seed, number], run_info.is_min_max_normalized(outcome))
                arrays |= look_tests.as_arrays({layer: tests}, state)
    return arrays


def random_label_banks(spec: dict, runs: str, layers: list[str]) -> dict[str, list[np.ndarray]]:
    """Return the trained kernels of every control run, by layer; empty lists without controls."""
    banks = [
        run_info.read_kernels(f"{runs}/{arch}/seed{seed}/kernels.npz")
        for arch, seeds in spec["random_labels"].items()
        for seed in seeds
    ]
    return {name: [bank[name][-1] for bank in banks] for name in layers}


if __name__ == "__main__":
    cli.run(measure_kernels, __doc__)
