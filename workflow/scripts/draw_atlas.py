"""Draw the atlas of a run and write its table: what each kernel is, answers to, and is needed for."""

import numpy as np

from kernelscope import (
    artifacts,
    atlas_table,
    captions,
    cells,
    command,
    controls,
    frames,
    kernels,
    picture_files,
    settling,
)
from kernelscope import atlas as library

MEASURE_COLUMNS = ["step", "layer", "kernel", "channel", "measure", "value", "null", "p_corrected"]
TABLES = ("selectivity", "knockouts", "features", "tuning")


def draw_atlas(spec: dict, images: str, folder: str, atlas: str, table: str) -> None:
    """`folder` is that of the run. spec: {"dataset", "arch", "seed", "control", "colour_map"}."""
    outcome, banks = artifacts.read_json(f"{folder}/run.json"), artifacts.read_kernels(f"{folder}/kernels.npz")
    probes, pixels = artifacts.read_npz(f"{folder}/probes.npz"), artifacts.read_npz(f"{folder}/pixels.npz")
    tables = {name: cells.read(f"{folder}/{name}.csv") for name in TABLES}
    rows = list(table_rows(outcome, banks, frames.read_frame(f"{folder}/measures.csv", MEASURE_COLUMNS), tables))
    artifacts.write_csv(table, atlas_table.COLUMNS, rows)
    layers = {
        name: library.Layer(
            bank[-1],
            kernels.change(bank[-1], bank[0]),
            {} if name == next(iter(banks)) else {k: pixels[f"{k}/{name}"] for k in ("linear", "maximised")},
            *(probes[f"top_{part}/{name}"] for part in ("image", "row", "col", "response")),
            int(probes[f"field/{name}"]),
            [row for row in tables["tuning"] if row["layer"] == name],
        )
        for name, bank in banks.items()
    }
    probed = artifacts.read_npz(images)["test_images"]
    shown = controls.visible(controls.images_of(spec["control"], probed, "test"))
    title = captions.title(spec) + " · what each kernel is, answers to, and is needed for"
    picture_files.write_png(
        atlas, library.sheet(layers, rows, shown, title, captions.outcome(outcome), spec["colour_map"])
    )


def table_rows(outcome: dict, banks: dict, frame, tables: dict[str, list[dict]]):
    """The rows of atlas.csv."""
    whole = frame[frame["kernel"].notna() & frame["channel"].isna()]
    settled = settling.settled(whole)
    of = {name: by_kernel(rows) for name, rows in (tables | {"measures": last_measures(whole)}).items()}
    for name, bank in banks.items():
        response = np.array(outcome["largest_responses"][name], float)
        alive = kernels.alive(kernels.norms(bank[-1]), response)
        for at in [(name, i) for i in range(len(alive))]:
            mine = {table: found.get(at, []) for table, found in of.items()}
            yield atlas_table.row(*at, alive[at[1]], settled.get(at, np.nan), mine)


def by_kernel(rows: list[dict]) -> dict[tuple[str, int], list[dict]]:
    """The rows of each kernel, by layer and number."""
    found = {}
    for row in rows:
        found.setdefault((row["layer"], int(row["kernel"])), []).append(row)
    return found


def last_measures(whole) -> list[dict]:
    """The rows of the last snapshot, numbers as numbers and None where there is none."""
    last = whole[whole["step"] == whole["step"].max()].copy()
    last["p_corrected"] = frames.numbers(last["p_corrected"])
    return last.astype(object).where(last.notna(), None).to_dict("records")


if __name__ == "__main__":
    command.run(draw_atlas, __doc__)
