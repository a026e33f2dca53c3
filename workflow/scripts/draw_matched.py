"""Draw the matched kernels of all seeds of one architecture."""

from kernelscope import artifacts, command
from kernelscope.matched import sheet


def draw_matched(spec: dict, runs: str, matches: str, matched: str) -> None:
    """`runs` is the folder with the runs `seed{seed}/`. spec: {"dataset", "arch", "seeds", "colour_map"}."""
    banks, labels = {}, {}
    for seed in spec["seeds"]:
        arrays = artifacts.read_npz(f"{runs}/seed{seed}/kernels.npz")
        banks[seed] = {name: bank[-1] for name, bank in arrays.items() if name not in ("steps", "epochs")}
        failed = artifacts.read_json(f"{runs}/seed{seed}/run.json")["failure"]
        labels[seed] = f"seed {seed}" + (" (failed)" if failed else "")
    integers = ("seed_a", "seed_b", "kernel_a", "kernel_b")
    rows = [row | {key: int(row[key]) for key in integers} | {key: float(row[key]) for key in ("similarity", "chance_mean", "chance_99")} for row in artifacts.read_csv(matches)]
    title = f"{spec['dataset']} · {spec['arch']} · the same kernels in every seed?"
    note = "a column: kernels matched to the first seed, best first, each on its own scale; below: mean similarity, green where beyond chance (99 % point)"
    artifacts.write_png(matched, sheet(banks, rows, labels, title, note, spec["colour_map"]))


if __name__ == "__main__":
    command.run(draw_matched, __doc__)
