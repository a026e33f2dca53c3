"""The picture of a comparison across seeds: rows are seeds, columns are matched kernels, best first."""

import numpy as np

from kernelscope import banks, pictures
from kernelscope.pictures import above, beside, text

GAP = 14
PER_STRIP = 16
TILE = 66


def sheet(trained: dict[int, dict[str, np.ndarray]], matches: list[dict], labels: dict[int, str], title: str, note: str, colour_map: str) -> np.ndarray:
    """trained: seed -> layer -> kernels; matches: rows of matches.csv; labels: seed -> its row's label."""
    parts = [text(title, 20, bold=True), text(note, 13, pictures.GREY)]
    for layer in next(iter(trained.values())):
        rows = [row for row in matches if row["layer"] == layer]
        parts.append(layer_section(layer, {seed: bank[layer] for seed, bank in trained.items()}, rows, labels, colour_map))
    return pictures.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def columns(seeds: list[int], kernels: int, rows: list[dict]) -> list[tuple[float, list[int]]]:
    """(mean similarity, kernel of each seed) per column, best first, all matched to the first seed."""
    reference, others = seeds[0], seeds[1:]
    partner = {(row["seed_b"], row["kernel_a"]): row for row in rows if row["seed_a"] == reference}
    found = []
    for kernel in range(kernels):
        mates = [partner[seed, kernel] for seed in others]
        mean = float(np.mean([mate["similarity"] for mate in mates])) if mates else np.nan
        found.append((mean, [kernel, *(mate["kernel_b"] for mate in mates)]))
    return sorted(found, key=lambda column: -column[0]) if others else found


def layer_section(layer: str, trained: dict[int, np.ndarray], rows: list[dict], labels: dict[int, str], colour_map: str) -> np.ndarray:
    seeds = list(trained)
    out, channels, k, _ = trained[seeds[0]].shape
    order = columns(seeds, out, rows)
    point = float(np.mean([row["chance_99"] for row in rows])) if rows else np.nan
    side = int(np.ceil(np.sqrt(channels)))
    factor = max(2, TILE // (k * side))
    limits = {seed: np.abs(bank).max((1, 2, 3)) for seed, bank in trained.items()}
    strips = []
    for start in range(0, out, PER_STRIP):
        stacks = []
        for mean, kernels in order[start : start + PER_STRIP]:
            drawn = [banks.block(trained[s][i], limits[s][i], factor, colour_map) for s, i in zip(seeds, kernels, strict=True)]
            label = "" if mean != mean else f"{mean:.2f}"
            colour = pictures.GREEN if mean > point else pictures.GREY
            stacks.append(above(*drawn, pictures.centred(text(label, 12, colour, bold=mean > point), drawn[0].shape[1]), gap=4))
        tile = drawn[0].shape[0]
        names = [pictures.padded(text(labels[s], 12), top=max(0, (tile - 15) // 2), bottom=max(0, tile - 15 - (tile - 15) // 2)) for s in seeds]
        strips.append(beside(above(*names, gap=4), *stacks, gap=5))
    return above(*caption(layer, out, k, channels, rows, point), *strips, gap=6)


def caption(layer: str, out: int, k: int, channels: int, rows: list[dict], point: float) -> list[np.ndarray]:
    heading = f"{layer}: {out} kernels of {k} x {k}" + (f" x {channels} channels (a block is a kernel)" if channels > 1 else "")
    if not rows:
        return [text(heading, 16, bold=True), text("one seed: nothing to compare", 13, pictures.GREY)]
    observed = np.mean([row["similarity"] for row in rows])
    chance = np.mean([row["chance_mean"] for row in rows])
    beyond = np.mean([row["similarity"] > row["chance_99"] for row in rows])
    line = f"similarity of matched kernels {observed:.2f}, by chance {chance:.2f} (99 % point {point:.2f}); {beyond:.0%} of the matches are beyond that point"
    return [text(heading, 16, bold=True), text(line, 13)]
