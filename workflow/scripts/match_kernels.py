"""Match the kernels of all pairs of seeds of one architecture, against what chance gives."""

from kernelscope.comparison.pairs import MATCH_COLUMNS, PAIR_COLUMNS, compare
from kernelscope.io import cli, csv_files, run_info
from kernelscope.measures import kernels


def match_kernels(spec: dict, runs: str, matches: str, pairs: str) -> None:
    """`runs` is the folder with the runs `seed{seed}/`. spec: {"dataset", "arch", "seeds", "either_sign", "draws"}."""
    banks = {seed: kernels.last(run_info.read_kernels(f"{runs}/seed{seed}/kernels.npz")) for seed in spec["seeds"]}
    match_rows, pair_rows = compare(kernels.in_all(banks), spec["either_sign"], spec["draws"])
    csv_files.write_csv(matches, MATCH_COLUMNS, match_rows)
    csv_files.write_csv(pairs, PAIR_COLUMNS, pair_rows)


if __name__ == "__main__":
    cli.run(match_kernels, __doc__)
