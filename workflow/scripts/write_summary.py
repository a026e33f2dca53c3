"""Write a row per run: how it ended and what its first-layer kernels look like."""

from kernelscope import artifacts, command
from kernelscope import summary as library


def write_summary(spec: dict, runs: str, summary: str) -> None:
    """`runs` is the folder with `{dataset}/{arch}/seed{seed}/`.

    spec: {"runs": [[dataset, arch], ...], "seeds": [...]}.
    """
    folders = [f"{runs}/{dataset}/{arch}/seed{seed}" for dataset, arch in spec["runs"] for seed in spec["seeds"]]
    rows = (library.row(*artifacts.read_run(folder)) for folder in folders)
    artifacts.write_csv(summary, library.COLUMNS, rows)


if __name__ == "__main__":
    command.run(write_summary, __doc__)
