"""Do the seeds of one architecture agree? Universal kernels, energy profiles, and what their layers make of images."""

import numpy as np

from kernelscope import agreement, artifacts, cells, command, control_data, energy, patches, picture_files
from kernelscope import universal as universal_kernels
from kernelscope.image_files import SOME, ImageFile

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
    outcomes = {seed: artifacts.read_json(f"{runs}/{arch}/seed{seed}/run.json") for seed in seeds}
    failed = {seed for seed, outcome in outcomes.items() if outcome["failure"]}
    matched = cells.read(matches)
    artifacts.write_csv(universal, universal_kernels.COLUMNS, universal_kernels.share_rows(matched, failed, len(seeds)))
    artifacts.write_csv(kernels, universal_kernels.KERNEL_COLUMNS, universal_kernels.kernel_rows(matched))

    banks = first_layers(runs, arch, seeds, spec["random_labels"])
    shown = control_data.images_of(spec["control"], ImageFile(images).images["train"], "train")[:SOME]
    size = next(iter(banks["trained"].values())).shape[-1]
    _, components = patches.principal_components(patches.random_patches(shown, size, PATCHES, seed=0))
    found = energy.profiles(banks, components)
    artifacts.write_csv(profiles, energy.COLUMNS, energy.rows(found))
    few = {state: {seed: of[seed] for seed in spec["seeds_compared"]} for state, of in found.items()}
    artifacts.write_csv(profile_agreement, energy.AGREEMENT_COLUMNS, energy.agreement(few, "trained", failed))

    similarity = similarities(runs, arch, spec["seeds_compared"], spec["draws"])
    artifacts.write_csv(cka, agreement.COLUMNS, similarity)
    title = f"{spec['dataset']} · {arch} · do the seeds agree? {len(failed)} of {len(seeds)} failed"
    picture_files.write_figure(picture, agreement.across_seeds(found, similarity, arch, title))


def similarities(runs: str, arch: str, seeds: list[int], draws: int) -> list[dict]:
    """Rows of cka.csv."""
    trained, untrained = {}, {}
    for seed in seeds:
        probes = artifacts.read_npz(f"{runs}/{arch}/seed{seed}/probes.npz")
        trained |= agreement.entries((arch, seed), probes, "gram")
        untrained |= agreement.entries((arch, seed), probes, "gram_untrained")
    return agreement.rows(trained, untrained, draws, seed=0)


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
    bank = next(iter(artifacts.read_kernels(f"{folder}/kernels.npz").values()))
    return bank[0].copy(), bank[-1].copy()


if __name__ == "__main__":
    command.run(compare_seeds, __doc__)
