"""Compare the seeds of one architecture: energy profiles, and how similarly layers see images."""

import numpy as np

from kernelscope.comparison import cka_table, energy_profiles, energy_tests
from kernelscope.data import controls, patches
from kernelscope.data.image_file import SOME, ImageFile
from kernelscope.io import cli, csv_files, notes, records, run_info
from kernelscope.io.notes import beyond, failed_seeds

PATCHES = 20_000  # patches of training images, whose principal components the energy profiles refer to
DRAWS = 40  # banks of noise whose mean profile is in the table
SMOOTH = "equally smooth noise"


def compare_seeds(spec: dict, images: str, runs: str, profiles: str, profile_agreement: str, cka: str) -> None:
    """Read images and runs of one architecture; write tables of energy profiles and CKA.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "seeds_compared", "control", "n_resamples", "random_labels": {arch: seeds}}
    images : images.npz
    runs : folder with `{arch}/seed{seed}/` and their kernels.npz, run.json and probes.npz
    profiles, profile_agreement : energy.csv and energy_agreement.csv, to write
    cka : cka.csv, to write
    """
    arch, seeds = spec["arch"], spec["seeds"]
    outcomes = {seed: records.read_json(f"{runs}/{arch}/seed{seed}/run.json") for seed in seeds}
    failed = {seed for seed, outcome in outcomes.items() if outcome["failure"]}
    banks = first_layers(runs, arch, seeds, spec["random_labels"])
    train = ImageFile(images).images["train"]
    notes.keep([beyond("training images", len(train), SOME, "no patches are taken from them")])
    notes.keep([beyond("seeds", len(seeds), len(spec["seeds_compared"]), "not compared in pairs")])
    notes.keep([failed_seeds(failed, seeds, "not in the tests of energy profiles")])
    train_images = controls.images_of(spec["control"], train, "train")[:SOME]
    size = next(iter(banks["trained"].values())).shape[-1]
    _, components = patches.principal_components(patches.random_patches(train_images, size, PATCHES, seed=0))
    energies = energy_profiles.profiles(banks, components)
    energies[SMOOTH] = {seed: of_noise(bank, components, seed) for seed, bank in banks["trained"].items()}
    csv_files.write_csv(profiles, energy_profiles.COLUMNS, energy_profiles.rows(energies))
    ends = {state: banks[state] for state in ("trained", "untrained")}
    compared = {state: {seed: of_seed[seed] for seed in spec["seeds_compared"]} for state, of_seed in ends.items()}
    agreement = energy_tests.rows(compared, components, nulls(outcomes[seeds[0]], banks["untrained"]), failed)
    csv_files.write_csv(profile_agreement, energy_tests.COLUMNS, agreement)
    files = {(arch, seed): f"{runs}/{arch}/seed{seed}/probes.npz" for seed in spec["seeds_compared"]}
    similarity = cka_table.rows(*cka_table.read(files), spec["n_resamples"], seed=0, crossed=True)
    csv_files.write_csv(cka, cka_table.COLUMNS, similarity)


def nulls(run: dict, untrained: dict[int, np.ndarray]) -> dict[str, energy_tests.Draw]:
    """Return the nulls of energy profiles by name, from the run.json and the untrained kernels of the first layer."""
    layer = next(name for name in run["largest_responses"])
    law = run_info.initial(run, layer, next(iter(untrained.values())))
    return {energy_tests.AS_SMOOTH: energy_tests.as_smooth, energy_tests.INITIAL: energy_tests.initial(law)}


def of_noise(bank: np.ndarray, components: np.ndarray, seed: int) -> np.ndarray:
    """Return the mean profile of isotropic noise as smooth as the kernels of a bank."""
    return energy_profiles.profile(energy_tests.as_smooth(bank, DRAWS, seed), components).mean(0)


def first_layers(runs: str, arch: str, seeds: list[int], random_labels: dict[str, list[int]]) -> dict[str, dict]:
    """Return state -> seed -> kernels (out, in, k, k) of the first conv layer."""
    snapshots = {seed: first_layer(f"{runs}/{arch}/seed{seed}") for seed in seeds}
    banks = {
        state: {seed: both[end] for seed, both in snapshots.items()}
        for end, state in enumerate(("untrained", "trained"))
    }
    for control, seeds_of_control in list(random_labels.items())[:1]:
        banks["random labels"] = {seed: first_layer(f"{runs}/{control}/seed{seed}")[1] for seed in seeds_of_control}
    return banks


def first_layer(folder: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last snapshot of a run's first layer.

    They are copies, because views would keep all snapshots in memory.
    """
    bank = next(iter(run_info.read_kernels(f"{folder}/kernels.npz").values()))
    return bank[0].copy(), bank[-1].copy()


if __name__ == "__main__":
    cli.run(compare_seeds, __doc__)
