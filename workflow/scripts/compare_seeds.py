"""Compare the seeds of one architecture: universal kernels, energy profiles, and how similarly layers see images."""

import numpy as np

from kernelscope.comparison import cka_table, energy_profiles
from kernelscope.comparison import universal as comparison_universal
from kernelscope.data import controls, patches
from kernelscope.data.image_file import SOME, ImageFile
from kernelscope.figures import saving
from kernelscope.figures import seeds as figures_seeds
from kernelscope.io import array_files, cells, cli, csv_files, records, run_info

PATCHES = 20_000  # patches of training images, whose principal components the energy profiles refer to


def compare_seeds(
    spec: dict,
    images: str,
    runs: str,
    matches: str,
    universal: str,
    kernels: str,
    profiles: str,
    profile_agreement: str,
    cka: str,
    figure: str,
) -> None:
    """Read images, runs and matches of one architecture; write tables of universal kernels, energy and CKA; draw them.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "seeds_compared", "control", "n_resamples", "random_labels": {arch: seeds}}
    images : images.npz
    runs : folder with `{arch}/seed{seed}/` and their kernels.npz, run.json and probes.npz
    matches : matches.csv
    universal, kernels : universal.csv and universal_kernels.csv, to write
    profiles, profile_agreement : energy.csv and energy_agreement.csv, to write
    cka, figure : cka.csv and agreement.png, to write
    """
    arch, seeds = spec["arch"], spec["seeds"]
    outcomes = {seed: records.read_json(f"{runs}/{arch}/seed{seed}/run.json") for seed in seeds}
    failed = {seed for seed, outcome in outcomes.items() if outcome["failure"]}
    matched = cells.read(matches)
    csv_files.write_csv(
        universal, comparison_universal.COLUMNS, comparison_universal.share_rows(matched, failed, len(seeds))
    )
    csv_files.write_csv(kernels, comparison_universal.KERNEL_COLUMNS, comparison_universal.kernel_rows(matched))

    banks = first_layers(runs, arch, seeds, spec["random_labels"])
    train_images = controls.images_of(spec["control"], ImageFile(images).images["train"], "train")[:SOME]
    size = next(iter(banks["trained"].values())).shape[-1]
    _, components = patches.principal_components(patches.random_patches(train_images, size, PATCHES, seed=0))
    energies = energy_profiles.profiles(banks, components)
    csv_files.write_csv(profiles, energy_profiles.COLUMNS, energy_profiles.rows(energies))
    energies_compared = {
        state: {seed: by_seed[seed] for seed in spec["seeds_compared"] if seed in by_seed}
        for state, by_seed in energies.items()
    }
    csv_files.write_csv(
        profile_agreement,
        energy_profiles.AGREEMENT_COLUMNS,
        energy_profiles.agreement(energies_compared, "trained", failed),
    )

    similarity = similarities(runs, arch, spec["seeds_compared"], spec["n_resamples"])
    csv_files.write_csv(cka, cka_table.COLUMNS, similarity)
    title = f"{spec['dataset']} · {arch} · do the seeds agree? {len(failed)} of {len(seeds)} failed"
    saving.write_figure(figure, figures_seeds.across_seeds(energies, similarity, arch, title))


def similarities(runs: str, arch: str, seeds: list[int], n_resamples: int) -> list[dict]:
    """Return the rows of cka.csv."""
    trained, untrained = {}, {}
    for seed in seeds:
        probes = array_files.read_npz(f"{runs}/{arch}/seed{seed}/probes.npz")
        trained |= cka_table.entries((arch, seed), probes, "gram")
        untrained |= cka_table.entries((arch, seed), probes, "gram_untrained")
    return cka_table.rows(trained, untrained, n_resamples, seed=0)


def first_layers(runs: str, arch: str, seeds: list[int], random_labels: dict[str, list[int]]) -> dict[str, dict]:
    """Return state -> seed -> kernels (out, in, k, k) of the first conv layer."""
    snapshots = {seed: first_layer(f"{runs}/{arch}/seed{seed}") for seed in seeds}
    banks = {
        "untrained": {s: first for s, (first, _) in snapshots.items()},
        "trained": {s: last for s, (_, last) in snapshots.items()},
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
