"""Test the looks of every kernel of a run, trained and untrained, with draws from their nulls."""

from kernelscope.io import array_files, cli, records, run_info
from kernelscope.measures import look_tests


def simulate_nulls(spec: dict, kernels: str, run: str, nulls: str) -> None:
    """Read the kernels of a run; write the statistics of its looks with draws from their nulls.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed"}
    kernels, run : kernels.npz and run.json
    nulls : nulls.npz, to write, as of `look_tests.as_arrays`
    """
    outcome, arrays = records.read_json(run), {}
    for number, (layer, bank) in enumerate(run_info.read_kernels(kernels).items()):
        untrained = run_info.untrained(outcome, bank)
        initial = run_info.initial(outcome, layer, untrained)
        for state, weights in (("trained", bank[-1]), ("untrained", untrained)):
            if weights is not None:
                tests = look_tests.tests(weights, initial, spec["seed"] * 1000 + number, run_info.is_scaled(outcome))
                arrays |= look_tests.as_arrays({layer: tests}, state)
    array_files.write_npz(nulls, arrays)


if __name__ == "__main__":
    cli.run(simulate_nulls, __doc__)
