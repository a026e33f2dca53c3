"""Find the types of kernels of one architecture, and which seeds have them."""

import numpy as np

from kernelscope.comparison import pool
from kernelscope.comparison import types as kernel_types
from kernelscope.comparison import vocabulary as comparison_vocabulary
from kernelscope.comparison.living import living
from kernelscope.data import control_names
from kernelscope.io import cells, cli, csv_files, notes, records, run_info
from kernelscope.io.notes import failed_seeds
from kernelscope.measures import kernels


def find_types(spec: dict, runs: str, vocabulary: str, types: str) -> None:
    """Read the trained kernels of all seeds; write a row for each type and for each kernel.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "ignore_sign", "control": the kind of control that the architecture is,
        "probed": whether the runs have an atlas.csv}
    runs : folder with `seed{seed}/` and its kernels.npz and run.json, and perhaps atlas.csv
    vocabulary, types : vocabulary.csv and types.csv, to write
    """
    outcomes = {seed: records.read_json(f"{runs}/seed{seed}/run.json") for seed in spec["seeds"]}
    banks = {seed: kernels.last(run_info.read_kernels(f"{runs}/seed{seed}/kernels.npz")) for seed in spec["seeds"]}
    failed = {seed for seed, run in outcomes.items() if run["failure"] and spec["control"] == control_names.NONE}
    notes.keep([failed_seeds(failed, outcomes, "not in vocabulary.csv"), kernels.not_in_all(banks)])
    banks, features = kernels.in_all(banks), features_of(spec, runs)
    found: tuple[list, list] = ([], [])
    for number, layer in enumerate(next(iter(banks.values()))):
        alive = {seed: alive_of(spec, outcomes[seed], layer, bank[layer]) for seed, bank in banks.items()}
        of_layer = {seed: bank[layer] for seed, bank in banks.items()}
        tables = of_layer_rows(spec, layer, of_layer, alive, features.get(layer, {}), is_first=number == 0)
        for table, rows in zip(found, tables, strict=True):
            table += rows
    csv_files.write_csv(vocabulary, comparison_vocabulary.COLUMNS, found[0])
    csv_files.write_csv(types, comparison_vocabulary.TYPE_COLUMNS, found[1])


def of_layer_rows(
    spec: dict, layer: str, banks: dict, alive: dict, features: dict, is_first: bool
) -> tuple[list[dict], list[dict]]:
    """Return the rows of vocabulary.csv and types.csv of one layer."""
    if not is_first:
        return comparison_vocabulary.empty_rows(layer, alive, comparison_vocabulary.DEEPER)
    banks, alive, cut = pool.first(layer, banks, alive)
    notes.keep([cut])
    of_all = pool.pooled(banks, alive, spec["ignore_sign"])
    if reason := comparison_vocabulary.undefined(of_all):
        return comparison_vocabulary.empty_rows(layer, alive, reason)
    types = kernel_types.found(of_all)
    of_kernels = comparison_vocabulary.type_rows(layer, of_all, types, alive)
    return comparison_vocabulary.rows(layer, of_all, types, features), of_kernels


def alive_of(spec: dict, run: dict, layer: str, bank: np.ndarray) -> np.ndarray:
    """Return which kernels (out,) take part: the living ones, and none of a failed run unless it is a control."""
    failed = run["failure"] and spec["control"] == control_names.NONE
    return np.zeros(len(bank), bool) if failed else living(run, layer, bank)


def features_of(spec: dict, runs: str) -> dict[str, dict[tuple[int, int], str]]:
    """Return layer -> (seed, kernel) -> the feature and class that the kernel responds to, from every atlas.csv."""
    features: dict[str, dict] = {}
    for seed in spec["seeds"] if spec["probed"] else []:
        for row in cells.read(f"{runs}/seed{seed}/atlas.csv"):
            words = ", ".join(filter(None, (row.get("feature"), row.get("feature_class"))))
            features.setdefault(row["layer"], {})[seed, int(row["kernel"])] = words
    return features


if __name__ == "__main__":
    cli.run(find_types, __doc__)
