"""Draw the atlas of a run and write its table: what each kernel is, responds to, and is needed for."""

import numpy as np

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.figures import atlas as figures_atlas
from kernelscope.figures import captions, saving
from kernelscope.io import array_files, cells, cli, csv_files, run_info
from kernelscope.measures import curves, kernels
from kernelscope.probes import atlas_table

TABLES = ("selectivity", "ablation", "features", "tuning")


def draw_atlas(spec: dict, images: str, folder: str, atlas: str, table: str) -> None:
    """Read all that is known about the kernels of a run; write a row per kernel, and draw the atlas.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "control", "colormap"}
    images : images.npz
    folder : folder of the run
    atlas, table : atlas.png and atlas.csv, to write
    """
    outcome, banks, factors = run_info.read_run(folder)
    probes, pixels = array_files.read_npz(f"{folder}/probes.npz"), array_files.read_npz(f"{folder}/pixels.npz")
    tables = {name: cells.read(f"{folder}/{name}.csv") for name in TABLES}
    rows = list(table_rows(outcome, banks, curves.read(f"{folder}/measures.csv"), tables))
    csv_files.write_csv(table, atlas_table.COLUMNS, rows)
    layers = {
        name: figures_atlas.Layer(
            bank[-1],
            kernels.change(bank[-1], bank[0], factors[name][-1]),
            {} if name == next(iter(banks)) else {k: pixels[f"{k}/{name}"] for k in ("linear", "maximized")},
            *(probes[f"top_{part}/{name}"] for part in ("image", "row", "col", "response")),
            int(probes[f"field/{name}"]),
            [row for row in tables["tuning"] if row["layer"] == name],
            bool(tables["features"]),
        )
        for name, bank in banks.items()
    }
    probed = max(int(layer.top_image.max()) for layer in layers.values()) + 1
    test_images = controls.images_of(spec["control"], ImageFile(images).images["test"], "test")[:probed]
    title = captions.title(spec) + " · what each kernel is, answers to, and is needed for"
    visible_images = controls.visible(test_images)
    saving.write_png(
        atlas, figures_atlas.sheet(layers, rows, visible_images, title, captions.outcome(outcome), spec["colormap"])
    )


def table_rows(outcome: dict, banks: dict, measured: dict[str, dict[str, curves.Curve]], tables: dict[str, list[dict]]):
    """Yield the rows of atlas.csv; `tables` has the rows of TABLES."""
    rows_of = {name: by_kernel(rows) for name, rows in tables.items()}
    for name, bank in banks.items():
        response = np.array(outcome["largest_responses"][name], float)
        alive = kernels.alive(kernels.norms(bank[-1]), response)
        cosine = measured[name]["cosine_last"]
        settled = curves.settled(cosine.steps, cosine.values)
        for i in range(len(alive)):
            tables_of_kernel = {table: rows_of_kernels.get((name, i), []) for table, rows_of_kernels in rows_of.items()}
            yield atlas_table.row(name, i, alive[i], settled[i], curves.at_end(measured[name], i), tables_of_kernel)


def by_kernel(rows: list[dict]) -> dict[tuple[str, int], list[dict]]:
    """Return the rows of each kernel, by layer and number."""
    grouped = {}
    for row in rows:
        grouped.setdefault((row["layer"], int(row["kernel"])), []).append(row)
    return grouped


if __name__ == "__main__":
    cli.run(draw_atlas, __doc__)
