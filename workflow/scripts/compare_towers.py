"""Do the two towers of a network specialise, in every seed?"""

import numpy as np

from kernelscope import artifacts, command, kernels, known, picture_files, pvalues, towers, towers_figure, towers_words


def compare_towers(spec: dict, runs: str, table: str, picture: str) -> None:
    """`runs` is the folder with `seed{seed}/`. spec: {"dataset", "arch", "seeds", "towers": 2, or 1 if joined}."""
    rows = [row(f"{runs}/seed{seed}", seed) for seed in spec["seeds"]]
    corrected = pvalues.holm(np.array([row["p"] for row in rows]))
    rows = [row | {"p_holm": p} for row, p in zip(rows, corrected, strict=True)]
    artifacts.write_csv(table, towers.COLUMNS, rows)
    seed, part = spec["seeds"][0], towers_words.part(spec["towers"])
    title = f"{spec['dataset']} · {spec['arch']} · colour and grey in the two {towers_words.PLURAL[part]}"
    folder = f"{runs}/seed{seed}"
    name, bank = first_layer(folder)
    alive = kernels.alive(kernels.norms(bank[-1]), known.responses(artifacts.read_json(f"{folder}/run.json"), name))
    picture_files.write_figure(picture, towers_figure.figure(title, rows, seed, bank[-1], alive, part))


def row(folder: str, seed: int) -> dict:
    """A row of towers.csv."""
    run = artifacts.read_json(f"{folder}/run.json")
    name, bank = first_layer(folder)
    return towers.row(seed, run["failure"], run["test"]["accuracy"], bank[0], bank[-1], known.responses(run, name))


def first_layer(folder: str) -> tuple[str, np.ndarray]:
    """The name and the kernels (t, out, in, k, k) of the first conv layer."""
    return next(iter(artifacts.read_kernels(f"{folder}/kernels.npz").items()))


if __name__ == "__main__":
    command.run(compare_towers, __doc__)
