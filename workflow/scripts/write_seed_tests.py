"""Test whether the kernels of one architecture are the same for every seed."""

from pathlib import Path

import numpy as np

from kernelscope.comparison import matching, pool, seed_tables
from kernelscope.comparison import seed_tests as comparison_seed_tests
from kernelscope.comparison.living import living
from kernelscope.comparison.pool import Pool
from kernelscope.data import control_names
from kernelscope.io import cells, cli, csv_files, notes, records, run_info
from kernelscope.io.notes import Note, failed_seeds
from kernelscope.measures import kernels
from kernelscope.stats import text

TRAINED, UNTRAINED = "trained", "untrained"
NOT_KNOWN = "the untrained state is unknown"


def write_seed_tests(spec: dict, runs: str, folder: str, seed_tests: str) -> None:
    """Read the kernels of all seeds and of the controls; write a row for each state and claim.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "ignore_sign", "control": the kind of control that the architecture itself is,
        "controls": {kind: {arch: seeds}}, "agreement": whether the tables of `compare_seeds` are there}
    runs : folder with `{arch}/seed{seed}/` and their kernels.npz and run.json
    folder : folder with cka.csv and energy_agreement.csv, if the spec says so
    seed_tests : seed_tests.csv, to write
    """
    csv_files.write_csv(seed_tests, comparison_seed_tests.COLUMNS, rows(spec, Path(runs), Path(folder)))


def rows(spec: dict, runs: Path, folder: Path) -> list[dict]:
    """Return all rows of seed_tests.csv."""
    own = {seed: read_run(runs / spec["arch"] / f"seed{seed}") for seed in spec["seeds"]}
    banks = {seed: layers for seed, (_, layers) in own.items()}
    layer = next(iter(next(iter(kernels.in_all(banks).values()))))
    failed = {seed for seed, (run, _) in own.items() if run["failure"] and spec["control"] == control_names.NONE}
    notes.keep([failed_seeds(failed, own, "not in seed_tests.csv"), kernels.not_in_all(banks)])
    table = []
    for state in (TRAINED, UNTRAINED):
        key = {"state": state, "layer": layer}
        banks, alive, note = chosen(own, state, layer, spec["control"])
        if not banks and state == UNTRAINED and any(not run["failure"] for run, _ in own.values()):
            claims = comparison_seed_tests.CLAIMS
            table += [comparison_seed_tests.undecided(key, claim, NOT_KNOWN, "") for claim in claims]
            continue
        real = pool.pooled(banks, alive, spec["ignore_sign"])
        table += comparison_seed_tests.of_kernels(key, real, note)
        table += of_controls(key, spec, runs, real, banks, note)
    if spec["agreement"]:
        table += seed_tables.of_cka(cells.read(folder / "cka.csv"), failed, text.left_out(len(failed), len(own)))
        table += seed_tables.of_energy(cells.read(folder / "energy_agreement.csv"), layer, len(own))
    return table


def of_controls(key: dict, spec: dict, runs: Path, real: Pool, banks: dict, note: str) -> list[dict]:
    """Return the rows of all controls of one state; `real` is the pool of the real networks, banks their kernels."""
    table = []
    for kind, archs in spec["controls"].items():
        for arch, seeds in archs.items():
            networks = {seed: read_run(runs / arch / f"seed{seed}") for seed in seeds}
            others, others_alive, about = chosen(networks, key["state"], key["layer"], kind)
            control = pool.pooled(others, others_alive, spec["ignore_sign"])
            similar = similarity(real, banks, control, others, spec["ignore_sign"])
            shared = len(set(real.seed) & set(control.seed))
            start = f"{shared} controls share their start and images with a real network" * bool(shared)
            words = text.joined(note, about and f"controls: {about}", start)
            table.append(comparison_seed_tests.of_control(key, kind.replace("_", " "), real, control, similar, words))
    return table


def similarity(real: Pool, banks: dict, control: Pool, others: dict, ignore_sign: bool) -> np.ndarray | None:
    """Return the similarities of all pairs of real and control kernels; None for kernels of other sizes."""
    if real.reason or control.reason:
        return None
    chosen_kernels = [
        each[seed][kernel]
        for kernels, each in ((real, banks), (control, others))
        for seed, kernel in zip(kernels.seed, kernels.kernel, strict=True)
    ]
    if len({kernel.shape for kernel in chosen_kernels}) > 1:
        return None
    together = np.stack(chosen_kernels)
    return matching.values(together, together, ignore_sign)


def read_run(folder: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """Return run.json, and the first and last snapshot of every layer (2, out, in, k, k)."""
    layers = run_info.read_kernels(folder / "kernels.npz")
    return records.read_json(folder / "run.json"), {name: bank[[0, -1]] for name, bank in layers.items()}


def chosen(runs: dict[int, tuple[dict, dict]], state: str, layer: str, control: str) -> tuple[dict, dict, str]:
    """Return the kernels of one layer in one state and which are alive, by seed, and a note of what is left out.

    Seeds whose training failed take no part in either state, except of a control, which is expected to fail: from
    random labels there is nothing to learn.
    """
    banks, alive, failed = {}, {}, 0
    for seed, (run, layers) in runs.items():
        if run["failure"] and control == control_names.NONE:
            failed += 1
            continue
        first, last = layers[layer]
        if state == UNTRAINED:
            if run_info.untrained(run, layers[layer]) is not None:
                banks[seed], alive[seed] = first, np.ones(len(first), bool)
            continue
        banks[seed], alive[seed] = last, living(run, layer, last)
    banks, alive, cut = pool.first(layer, banks, alive)
    dead = sum(int((~which).sum()) for which in alive.values())
    total = sum(map(len, alive.values()))
    parts = [text.left_out(failed, len(runs)), f"{dead} of {total} kernels left out: dead or weak" * bool(dead)]
    parts.append(cut.text * bool(cut.count))
    of_control = f", of the control {control}" * (control != control_names.NONE)
    words = f"dead or weak, not in seed_tests.csv{of_control}"
    notes.keep([cut, Note("left_out", f"kernels of {layer}", dead, total, words)])
    return banks, alive, text.joined(*parts)


if __name__ == "__main__":
    cli.run(write_seed_tests, __doc__)
