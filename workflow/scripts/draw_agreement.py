"""Draw how far the seeds of one architecture agree: cumulative energy, and how similarly layers see images."""

import numpy as np

from kernelscope.figures import saving
from kernelscope.figures import seeds as figures_seeds
from kernelscope.io import cells, cli, records


def draw_agreement(spec: dict, runs: str, profiles: str, cka: str, figure: list[str]) -> None:
    """Read the tables of energy profiles and CKA of one architecture; draw them.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "for"}
    runs : folder with `seed{seed}/run.json`
    profiles, cka : energy.csv and cka.csv
    figure : agreement.png and its other files, to write
    """
    failed = sum(bool(records.read_json(f"{runs}/seed{seed}/run.json")["failure"]) for seed in spec["seeds"])
    title = f"{spec['dataset']} · {spec['arch']} · do the seeds agree? {failed} of {len(spec['seeds'])} failed"
    page = figures_seeds.across_seeds(energies(cells.read(profiles)), cells.read(cka), spec["arch"], title)
    saving.write(figure, page, spec["for"])


def energies(rows: list[dict]) -> dict[str, dict[int, np.ndarray]]:
    """Return state -> seed -> share of the energy in each component, from rows of energy.csv; NaN where it is empty."""
    of_state: dict[str, dict[int, list]] = {}
    for row in rows:
        energy = np.nan if row["energy"] is None else row["energy"]
        of_state.setdefault(row["state"], {}).setdefault(row["seed"], []).append(energy)
    return {state: {seed: np.array(of) for seed, of in by_seed.items()} for state, by_seed in of_state.items()}


if __name__ == "__main__":
    cli.run(draw_agreement, __doc__)
