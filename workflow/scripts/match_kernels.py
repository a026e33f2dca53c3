"""Match the kernels of all pairs of seeds of one architecture, and compare the matches with chance."""

from kernelscope.comparison.pairs import MATCH_COLUMNS, PAIR_COLUMNS, compare
from kernelscope.io import cli, csv_files, run_info
from kernelscope.measures import kernels


def match_kernels(spec: dict, runs: str, matches: str, pairs: str) -> None:
    """Read the trained kernels of all seeds; write a row per matched kernel and a row per pair of seeds.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "ignore_sign", "n_resamples"}
    runs : folder with `seed{seed}/kernels.npz`
    matches, pairs : matches.csv and pairs.csv, to write
    """
    banks = {seed: kernels.last(run_info.read_kernels(f"{runs}/seed{seed}/kernels.npz")) for seed in spec["seeds"]}
    match_rows, pair_rows = compare(kernels.in_all(banks), spec["ignore_sign"], spec["n_resamples"])
    csv_files.write_csv(matches, MATCH_COLUMNS, match_rows)
    csv_files.write_csv(pairs, PAIR_COLUMNS, pair_rows)


if __name__ == "__main__":
    cli.run(match_kernels, __doc__)
