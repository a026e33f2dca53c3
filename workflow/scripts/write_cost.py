"""Collect the time and memory of every stage from what each job recorded."""

from collections.abc import Iterator
from pathlib import Path

from kernelscope.io import cli, csv_files

COLUMNS = ("dataset", "arch", "seed", "stage", "seconds", "peak_memory_mb")


def write_cost(spec: dict, logs: str, cost: str) -> None:
    """Read the measured cost of all jobs; write a row per job, with empty cells if its file is missing.

    Parameters
    ----------
    spec : {"runs": [[dataset, arch], ...], "seeds": {arch: seeds}, "making": {dataset: its stage, if it has images},
        "training": {arch: its stage}, "per_dataset", "per_arch", "per_run": the other stages of each kind,
        "seeds_drawn": {stage: {arch: its seeds}} of stages that only some seeds have}; seeds that were trained together
        have their cost in the row of the first seed
    logs : folder with `{stage}/{dataset}.tsv`, `{stage}/{dataset}/{arch}.tsv` and
        `{stage}/{dataset}/{arch}/seed{seed}.tsv`
    cost : cost.csv, to write
    """
    rows = (key | {"stage": stage} | read_cost(Path(logs) / stage / place) for key, stage, place in jobs(spec))
    csv_files.write_csv(cost, COLUMNS, rows)


def jobs(spec: dict) -> Iterator[tuple[dict, str, str]]:
    """Yield (dataset, arch and seed; stage; place of its file) of every job; arch and seed only if the job has them."""
    for dataset in dict.fromkeys(dataset for dataset, _ in spec["runs"]):
        made_by = [spec["making"][dataset]] if dataset in spec["making"] else []
        for stage in (*made_by, *spec["per_dataset"]):
            yield {"dataset": dataset}, stage, f"{dataset}.tsv"
    for dataset, arch in spec["runs"]:
        for stage in spec["per_arch"]:
            yield {"dataset": dataset, "arch": arch}, stage, f"{dataset}/{arch}.tsv"
        for seed in spec["seeds"][arch]:
            for stage in (spec["training"][arch], *spec["per_run"]):
                if stage in spec["seeds_drawn"] and seed not in spec["seeds_drawn"][stage][arch]:
                    continue
                yield {"dataset": dataset, "arch": arch, "seed": seed}, stage, f"{dataset}/{arch}/seed{seed}.tsv"


def read_cost(path: Path) -> dict:
    """Read the seconds and MB of a job; {} if it has no file."""
    if not path.exists():
        return {}
    measured = csv_files.read_csv(path, "\t")[0]
    return {"seconds": float(measured["s"]), "peak_memory_mb": float(measured["max_rss"])}


if __name__ == "__main__":
    cli.run(write_cost, __doc__)
