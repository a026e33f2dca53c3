"""Do the seeds of one architecture agree? Universal kernels, energy profiles, and what their layers make of images."""

import numpy as np

from kernelscope.comparison import cka_table, energy_profiles
from kernelscope.comparison import universal as comparison_universal
from kernelscope.data import controls, patches
from kernelscope.data.image_file import SOME, ImageFile
from kernelscope.figures import saving
from kernelscope.figures import seeds as figures_seeds
from kernelscope.io import array_files, cells, cli, csv_files, records, run_info

PATCHES = 20_000  # of the training images, whose principal components the energy is laid out along


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
    picture: str,
) -> None:
    """`runs` is the folder with `{arch}/seed{seed}/`.

    spec: {"dataset", "arch", "seeds", "seeds_compared", "control", "draws", "random_labels": [arch, ...]}.
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
    shown = controls.images_of(spec["control"], ImageFile(images).images["train"], "train")[:SOME]
    size = next(iter(banks["trained"].values())).shape[-1]
    _, components = patches.principal_components(patches.random_patches(shown, size, PATCHES, seed=0))
    found = energy_profiles.profiles(banks, components)
    csv_files.write_csv(profiles, energy_profiles.COLUMNS, energy_profiles.rows(found))
    few = {state: {seed: of[seed] for seed in spec["seeds_compared"]} for state, of in found.items()}
    csv_files.write_csv(
        profile_agreement, energy_profiles.AGREEMENT_COLUMNS, energy_profiles.agreement(few, "trained", failed)
    )

    similarity = similarities(runs, arch, spec["seeds_compared"], spec["draws"])
    csv_files.write_csv(cka, cka_table.COLUMNS, similarity)
    title = f"{spec['dataset']} · {arch} · do the seeds agree? {len(failed)} of {len(seeds)} failed"
    saving.write_figure(picture, figures_seeds.across_seeds(found, similarity, arch, title))


def similarities(runs: str, arch: str, seeds: list[int], draws: int) -> list[dict]:
    """Rows of cka.csv."""
    trained, untrained = {}, {}
    for seed in seeds:
        probes = array_files.read_npz(f"{runs}/{arch}/seed{seed}/probes.npz")
        trained |= cka_table.entries((arch, seed), probes, "gram")
        untrained |= cka_table.entries((arch, seed), probes, "gram_untrained")
    return cka_table.rows(trained, untrained, draws, seed=0)


def first_layers(runs: str, arch: str, seeds: list[int], random_labels: list[str]) -> dict[str, dict[int, np.ndarray]]:
    """state -> seed -> kernels of the first conv layer."""
    of = {seed: first_layer(f"{runs}/{arch}/seed{seed}") for seed in seeds}
    banks = {
        "untrained": {s: first for s, (first, _) in of.items()},
        "trained": {s: last for s, (_, last) in of.items()},
    }
    if random_labels:
        banks["random labels"] = {seed: first_layer(f"{runs}/{random_labels[0]}/seed{seed}")[1] for seed in seeds}
    return banks


def first_layer(folder: str) -> tuple[np.ndarray, np.ndarray]:
    """Its first and last snapshot; copies, as views would keep all of them in memory."""
    bank = next(iter(run_info.read_kernels(f"{folder}/kernels.npz").values()))
    return bank[0].copy(), bank[-1].copy()


if __name__ == "__main__":
    cli.run(compare_seeds, __doc__)
