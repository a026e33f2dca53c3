"""Match the kernels of all pairs of seeds of one architecture, against what chance gives."""

from kernelscope import artifacts, command, kernels
from kernelscope.comparison import MATCH_COLUMNS, PAIR_COLUMNS, compare


def match_kernels(spec: dict, runs: str, matches: str, pairs: str) -> None:
    """`runs` is the folder with the runs `seed{seed}/`. spec: {"dataset", "arch", "seeds", "either_sign", "draws"}."""
    banks = {seed: kernels.last(artifacts.read_kernels(f"{runs}/seed{seed}/kernels.npz")) for seed in spec["seeds"]}
    match_rows, pair_rows = compare(kernels.in_all(banks), spec["either_sign"], spec["draws"])
    artifacts.write_csv(matches, MATCH_COLUMNS, match_rows)
    artifacts.write_csv(pairs, PAIR_COLUMNS, pair_rows)


if __name__ == "__main__":
    command.run(match_kernels, __doc__)
