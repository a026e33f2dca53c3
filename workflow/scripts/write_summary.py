"""Write a row per run: how it ended and what its first-layer kernels look like."""

import numpy as np

from kernelscope import artifacts, command, structure

COLUMNS = (
    *(
        "dataset",
        "arch",
        "seed",
        "train_accuracy",
        "test_accuracy",
        "train_loss",
        "test_loss",
        "train_within",
        "test_within",
    ),
    *("failure", "parameters", *structure.COLUMNS),
)


def write_summary(spec: dict, runs: str, summary: str) -> None:
    """`runs` is the folder with `{dataset}/{arch}/seed{seed}/`.

    spec: {"runs": [[dataset, arch], ...], "seeds": [...]}.
    """
    rows = [row(runs, dataset, arch, seed) for dataset, arch in spec["runs"] for seed in spec["seeds"]]
    artifacts.write_csv(summary, COLUMNS, rows)


def row(runs: str, dataset: str, arch: str, seed: int) -> dict:
    folder = f"{runs}/{dataset}/{arch}/seed{seed}"
    outcome, banks = artifacts.read_json(f"{folder}/run.json"), artifacts.read_kernels(f"{folder}/kernels.npz")
    first = next(iter(banks))
    scores = {
        f"{split}_{name}": outcome[split][name]
        for name in ("accuracy", "loss", "within")
        for split in ("train", "test")
    }
    initial_sd = outcome["spec"]["training"]["initial_sd"]
    responses = np.array(outcome["largest_responses"][first], float)
    return {
        **{
            "dataset": dataset,
            "arch": arch,
            "seed": seed,
            "failure": outcome["failure"],
            "parameters": outcome["parameters"],
        },
        **scores,
        **structure.structure(banks[first][0], banks[first][-1], responses, initial_sd.get(first, initial_sd["conv"])),
    }


if __name__ == "__main__":
    command.run(write_summary, __doc__)
