"""Compare the architectures of one dataset: a table and a picture."""

import numpy as np

from kernelscope import artifacts, banks, command, overview, picture_files, pictures


def compare_architectures(spec: dict, summary: str, runs: str, compare: str, table: str, picture: str) -> None:
    """`runs` and `compare` are the folders with `{arch}/`.

    spec: {"dataset", "architectures", "seeds", "colour_map"}.
    """
    rows = [numbers(row) for row in artifacts.read_csv(summary) if row["dataset"] == spec["dataset"]]
    archs = spec["architectures"]
    pairs = {arch: [numbers(row) for row in artifacts.read_csv(f"{compare}/{arch}/pairs.csv")] for arch in archs}
    artifacts.write_csv(table, overview.COLUMNS, [overview.row(arch, of(rows, arch), pairs[arch]) for arch in archs])
    drawn = {
        arch: first_layer(f"{runs}/{arch}/seed{spec['seeds'][0]}/kernels.npz", spec["colour_map"]) for arch in archs
    }
    title = f"{spec['dataset']} · architectures · kernels of the first layer, seed {spec['seeds'][0]}"
    picture_files.write_figure(picture, overview.figure(archs, rows, pairs, drawn, title))


def of(rows: list[dict], arch: str) -> list[dict]:
    return [row for row in rows if row["arch"] == arch]


def numbers(row: dict[str, str]) -> dict:
    """Cells as numbers where they are numbers, None where they are empty."""
    words = ("dataset", "arch", "layer", "failure")
    return {key: value if key in words else (float(value) if value else None) for key, value in row.items()}


def first_layer(path: str, colour_map: str) -> np.ndarray:
    """The trained kernels of the first layer as a picture, each on its own scale."""
    bank = next(iter(artifacts.read_kernels(path).values()))[-1]
    return banks.picture(bank, pictures.largest(bank, (1, 2, 3)), max(2, 60 // bank.shape[-1]), colour_map)


if __name__ == "__main__":
    command.run(compare_architectures, __doc__)
