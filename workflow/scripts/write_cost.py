"""Collect the seconds and the memory of every stage from Snakemake's benchmark files, which sample a job as it runs."""

from collections.abc import Iterator
from pathlib import Path

from kernelscope import artifacts, command

COLUMNS = ("dataset", "arch", "seed", "stage", "seconds", "peak_memory_mb")


def write_cost(spec: dict, logs: str, cost: str) -> None:
    """`logs` is the folder with `{stage}/{dataset}.tsv`, `.../{arch}.tsv`, `.../{arch}/seed{seed}.tsv`.

    spec: {"runs": [[dataset, arch], ...], "seeds", and the stages of each kind: "per_dataset", "per_arch", "per_run"}.
    """
    artifacts.write_csv(cost, COLUMNS, rows(spec, Path(logs)))


def rows(spec: dict, logs: Path) -> Iterator[dict]:
    """A row per dataset, per architecture and per run, and stage; arch and seed are empty where a stage has none."""
    for dataset in dict.fromkeys(dataset for dataset, _ in spec["runs"]):
        for stage in spec["per_dataset"]:
            yield {"dataset": dataset, "stage": stage} | measured(logs / stage / f"{dataset}.tsv")
    for dataset, arch in spec["runs"]:
        key = {"dataset": dataset, "arch": arch}
        for stage in spec["per_arch"]:
            yield key | {"stage": stage} | measured(logs / stage / dataset / f"{arch}.tsv")
        for seed in spec["seeds"]:
            for stage in spec["per_run"]:
                path = logs / stage / dataset / arch / f"seed{seed}.tsv"
                yield key | {"seed": seed, "stage": stage} | measured(path)


def measured(path: Path) -> dict:
    header, values = (line.split("\t") for line in path.read_text().splitlines()[:2])
    found = dict(zip(header, values, strict=True))
    memory = None if found["max_rss"] in ("-", "NA") else float(found["max_rss"])
    return {"seconds": float(found["s"]), "peak_memory_mb": memory}


if __name__ == "__main__":
    command.run(write_cost, __doc__)
