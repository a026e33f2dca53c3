"""Collect the seconds and the memory of every stage from what each job wrote down."""

from collections.abc import Iterator
from pathlib import Path

from kernelscope.io import cli, csv_files

COLUMNS = ("dataset", "arch", "seed", "stage", "seconds", "peak_memory_mb")


def write_cost(spec: dict, logs: str, cost: str) -> None:
    """`logs` is the folder with `{stage}/{dataset}.tsv`, `.../{arch}.tsv`, `.../{arch}/seed{seed}.tsv`.

    The cells of a job without a file stay empty.

    spec: {"runs": [[dataset, arch], ...], "seeds", "making": {dataset: its stage, if it has images}, "training": {arch:
    its stage}, and the other stages of each kind: "per_dataset", "per_arch", "per_run"}. Seeds trained together have
    their cost in the row of the first.
    """
    rows = (key | {"stage": stage} | read_cost(Path(logs) / stage / place) for key, stage, place in jobs(spec))
    csv_files.write_csv(cost, COLUMNS, rows)


def jobs(spec: dict) -> Iterator[tuple[dict, str, str]]:
    """(dataset, arch and seed; stage; place of its file) of every job; arch and seed are missing where it has none."""
    for dataset in dict.fromkeys(dataset for dataset, _ in spec["runs"]):
        made_by = [spec["making"][dataset]] if dataset in spec["making"] else []
        for stage in (*made_by, *spec["per_dataset"]):
            yield {"dataset": dataset}, stage, f"{dataset}.tsv"
    for dataset, arch in spec["runs"]:
        for stage in spec["per_arch"]:
            yield {"dataset": dataset, "arch": arch}, stage, f"{dataset}/{arch}.tsv"
        for seed in spec["seeds"]:
            for stage in (spec["training"][arch], *spec["per_run"]):
                yield {"dataset": dataset, "arch": arch, "seed": seed}, stage, f"{dataset}/{arch}/seed{seed}.tsv"


def read_cost(path: Path) -> dict:
    if not path.exists():
        return {}
    found = csv_files.read_csv(path, "\t")[0]
    return {"seconds": float(found["s"]), "peak_memory_mb": float(found["max_rss"])}


if __name__ == "__main__":
    cli.run(write_cost, __doc__)
