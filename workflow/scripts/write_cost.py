"""Collect the seconds and the peak memory of every stage of every run from Snakemake's benchmark files."""

from pathlib import Path

from kernelscope import artifacts, command

COLUMNS = ("dataset", "arch", "seed", "stage", "seconds", "peak_memory_mb")


def write_cost(spec: dict, logs: str, cost: str) -> None:
    """`logs` is the folder with `{stage}/{dataset}/{arch}/seed{seed}.tsv`. spec: {"runs", "seeds", "stages"}."""
    artifacts.write_csv(
        cost,
        COLUMNS,
        (
            row(logs, dataset, arch, seed, stage)
            for dataset, arch in spec["runs"]
            for seed in spec["seeds"]
            for stage in spec["stages"]
        ),
    )


def row(logs: str, dataset: str, arch: str, seed: int, stage: str) -> dict:
    lines = Path(f"{logs}/{stage}/{dataset}/{arch}/seed{seed}.tsv").read_text().splitlines()
    header, values = (line.split("\t") for line in lines[:2])
    measured = dict(zip(header, values, strict=True))
    memory = measured["max_rss"]
    seconds = {"seconds": float(measured["s"]), "peak_memory_mb": None if memory in ("-", "NA") else float(memory)}
    return {"dataset": dataset, "arch": arch, "seed": seed, "stage": stage, **seconds}


if __name__ == "__main__":
    command.run(write_cost, __doc__)
