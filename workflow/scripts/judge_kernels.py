"""Write the p of everything that is claimed about each kernel of a run, from the null kernels of all seeds."""

from pathlib import Path

import numpy as np

from kernelscope.io import array_files, cli, csv_files, records, run_info
from kernelscope.measures import kernels as measures_kernels
from kernelscope.probes import kernel_tests


def judge_kernels(spec: dict, kernels: str, run: str, pooled: str, table: str) -> None:
    """Read the tests of a run and the null kernels of all seeds; write a row per state, layer, kernel and claim.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "files": nulls.npz and perhaps response_nulls.npz}
    kernels, run : kernels.npz and run.json, with these files beside them
    pooled : pooled_nulls.npz
    table : kernel_tests.csv, to write
    """
    own, largest = tests_of(Path(kernels).parent, spec["files"])
    banks, outcome = run_info.read_kernels(kernels), records.read_json(run)
    others = others_of(array_files.read_npz(pooled), spec["seed"])
    rows = kernel_tests.rows(own, others, alive(own, banks, outcome, largest))
    csv_files.write_csv(table, kernel_tests.COLUMNS, rows)


def others_of(pooled: dict[str, np.ndarray], seed: int) -> list[dict]:
    """Return the tests of all other seeds, in the order of their numbers."""
    of_seed: dict[int, dict[str, np.ndarray]] = {}
    for name, array in pooled.items():
        number, _, rest = name.partition("/")
        of_seed.setdefault(int(number), {})[rest] = array
    return [kernel_tests.from_arrays(arrays) for number, arrays in sorted(of_seed.items()) if number != seed]


def tests_of(folder: Path, files: list[str]) -> tuple[dict, dict[str, np.ndarray]]:
    """Return the tests of a run, and the largest responses of its kernels by `state/layer`."""
    arrays = {name: array for file in files for name, array in array_files.read_npz(folder / file).items()}
    largest = {name: array for name, array in arrays.items() if name.startswith("largest/")}
    tests = kernel_tests.from_arrays({name: array for name, array in arrays.items() if name not in largest})
    return tests, {name.removeprefix("largest/"): array for name, array in largest.items()}


def alive(own: dict, banks: dict[str, np.ndarray], outcome: dict, largest: dict[str, np.ndarray]) -> dict:
    """Return state -> layer -> whether each kernel is alive; by its norm alone where its responses are unknown."""
    result = {}
    for state, layers in own.items():
        result[state] = {}
        for layer in layers:
            bank = banks[layer][-1 if state == "trained" else 0]
            known = run_info.responses(outcome, layer) if state == "trained" else largest.get(f"{state}/{layer}")
            response = np.full(len(bank), np.inf) if known is None else known
            result[state][layer] = measures_kernels.alive(measures_kernels.norms(bank), response)
    return result


if __name__ == "__main__":
    cli.run(judge_kernels, __doc__)
