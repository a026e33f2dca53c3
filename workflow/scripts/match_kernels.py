"""Match the kernels of all pairs of seeds of one architecture, against what chance gives."""

import numpy as np

from kernelscope import artifacts, command
from kernelscope.comparison import MATCH_COLUMNS, PAIR_COLUMNS, compare


def match_kernels(spec: dict, runs: str, matches: str, pairs: str) -> None:
    """`runs` is the folder with the runs `seed{seed}/`. spec: {"dataset", "arch", "seeds", "either_sign", "draws"}."""
    banks = {seed: trained(f"{runs}/seed{seed}/kernels.npz") for seed in spec["seeds"]}
    match_rows, pair_rows = compare(banks, spec["either_sign"], spec["draws"])
    artifacts.write_csv(matches, MATCH_COLUMNS, match_rows)
    artifacts.write_csv(pairs, PAIR_COLUMNS, pair_rows)


def trained(path: str) -> dict[str, np.ndarray]:
    """The last snapshot of every layer; a copy, as a view would keep all of them in memory."""
    return {name: bank[-1].copy() for name, bank in artifacts.read_kernels(path).items()}


if __name__ == "__main__":
    command.run(match_kernels, __doc__)
