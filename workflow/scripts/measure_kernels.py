"""Measure every kernel of a run at every snapshot, each measure beside its null."""

import numpy as np

from kernelscope import artifacts, command, known, measured_rows, measurement


def measure_kernels(spec: dict, kernels: str, run: str, runs: str, measures: str) -> None:
    """`runs` is the folder with `{arch}/seed{seed}/`, for the kernels of the same training on random labels.

    spec: {"dataset", "arch", "seed", "draws", "random_labels": [arch, ...], "seeds": [...]}.
    """
    arrays, outcome = artifacts.read_npz(kernels), artifacts.read_json(run)
    steps, _ = arrays.pop("steps"), arrays.pop("epochs")
    table = measurement.rows(
        steps,
        arrays,
        {name: known.initial(outcome, name, known.untrained(outcome, bank)) for name, bank in arrays.items()},
        {name: known.responses(outcome, name) for name in arrays},
        random_label_banks(spec, runs, list(arrays)),
        draws=spec["draws"],
        scaled=known.is_scaled(outcome),
        untrained=known.untrained(outcome, steps) is not None,
    )
    artifacts.write_rows(measures, measured_rows.COLUMNS, table)


def random_label_banks(spec: dict, runs: str, layers: list[str]) -> dict[str, list[np.ndarray]]:
    """Per layer the trained kernels of every control run; empty where there is none."""
    banks = [
        artifacts.read_kernels(f"{runs}/{arch}/seed{seed}/kernels.npz")
        for arch in spec["random_labels"]
        for seed in spec["seeds"]
    ]
    return {name: [bank[name][-1] for bank in banks] for name in layers}


if __name__ == "__main__":
    command.run(measure_kernels, __doc__)
