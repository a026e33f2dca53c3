"""Compare when the layers of one architecture settle, over its seeds."""

import numpy as np

from kernelscope.comparison import settling as comparison_settling
from kernelscope.comparison.living import living
from kernelscope.comparison.settling import Settling
from kernelscope.io import cli, csv_files, notes, records, run_info
from kernelscope.io.notes import failed_seeds
from kernelscope.measures import curves
from kernelscope.training import learning_rates

RATE, STEPS = "the summed learning rate", "the steps"  # what the share of a training is a share of


def compare_settling(spec: dict, runs: str, settling: str) -> None:
    """Read the measures of all seeds; write a row for each layer and for each two layers.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds"}
    runs : folder with `seed{seed}/` and their measures.csv, run.json and kernels.npz
    settling : settling.csv, to write
    """
    outcomes = {seed: records.read_json(f"{runs}/seed{seed}/run.json") for seed in spec["seeds"]}
    ended = [seed for seed in spec["seeds"] if not outcomes[seed].get("failure")]
    notes.keep([failed_seeds({*outcomes} - {*ended}, outcomes, "not in settling.csv")])
    names = run_info.read_kernels(f"{runs}/seed{spec['seeds'][0]}/kernels.npz")
    layers: dict[str, dict[int, Settling]] = {name: {} for name in names}  # with a row even if every seed failed
    for seed in ended:
        for layer, of_layer in layers_of(f"{runs}/seed{seed}", outcomes[seed]).items():
            layers.setdefault(layer, {}).update({seed: of_layer} if of_layer else {})
    single = sum(not any(seed in seeds for seeds in layers.values()) for seed in ended)
    unit = RATE if all("training" in outcome.get("spec", {}) for outcome in outcomes.values()) else STEPS
    rows = comparison_settling.rows(layers, len(spec["seeds"]) - len(ended), unit, single)
    csv_files.write_csv(settling, comparison_settling.COLUMNS, rows)


def layers_of(folder: str, outcome: dict) -> dict[str, Settling | None]:
    """Return layer -> when its living kernels settle in one run; None where only one snapshot is known."""
    banks, found = run_info.read_kernels(f"{folder}/kernels.npz"), {}
    for layer, measured in curves.read(f"{folder}/measures.csv").items():
        cosine = measured["cosine_last"]
        if len(cosine.steps) == 1:
            found[layer] = None
            continue
        step = curves.settled(cosine.steps, cosine.values)[living(outcome, layer, banks[layer][-1])]
        after = curves.snapshot_before(cosine.steps, step)
        found[layer] = Settling(step, after, *(share(outcome, cosine.steps[-1], steps) for steps in (step, after)))
    return found


def share(outcome: dict, last: int, steps: np.ndarray) -> np.ndarray:
    """Return the share of a training that is over after each step: of its summed learning rate where that is known."""
    training = outcome.get("spec", {}).get("training")
    if training is None:
        return steps / max(1, last)
    spent = learning_rates.spent(training["schedule"], training["learning_rate"], int(last))
    return np.where(np.isnan(steps), np.nan, spent[np.nan_to_num(steps).astype(int)])


if __name__ == "__main__":
    cli.run(compare_settling, __doc__)
