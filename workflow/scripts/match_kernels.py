"""Match the kernels of all pairs of seeds of one architecture, and compare the matches with chance."""

from kernelscope.comparison.living import living
from kernelscope.comparison.pairs import MATCH_COLUMNS, PAIR_COLUMNS, compare, fitting
from kernelscope.io import cli, csv_files, notes, records, run_info
from kernelscope.measures import kernels


def match_kernels(spec: dict, runs: str, matches: str, pairs: str) -> None:
    """Read the trained kernels of all seeds; write a row per matched or unmatched kernel, and a row per pair of seeds.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "ignore_sign", "n_resamples"}
    runs : folder with `seed{seed}/` and its kernels.npz and run.json
    matches, pairs : matches.csv and pairs.csv, to write
    """
    banks = {seed: kernels.last(run_info.read_kernels(f"{runs}/seed{seed}/kernels.npz")) for seed in spec["seeds"]}
    notes.keep([kernels.not_in_all(banks)])
    banks = kernels.in_all(banks)
    outcomes = {seed: records.read_json(f"{runs}/seed{seed}/run.json") for seed in spec["seeds"]}
    alive = {s: {layer: living(outcomes[s], layer, bank) for layer, bank in banks[s].items()} for s in banks}
    notes.keep([fitting(banks, spec["n_resamples"])[1]])
    match_rows, pair_rows = compare(banks, alive, spec["ignore_sign"], spec["n_resamples"])
    csv_files.write_csv(matches, MATCH_COLUMNS, match_rows)
    csv_files.write_csv(pairs, PAIR_COLUMNS, pair_rows)


if __name__ == "__main__":
    cli.run(match_kernels, __doc__)
