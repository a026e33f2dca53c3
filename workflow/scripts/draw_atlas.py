"""Draw the atlas of a run: what each kernel is, responds to, and is needed for."""

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.figures import atlas as figures_atlas
from kernelscope.figures import captions, colormaps, saving, styling
from kernelscope.io import array_files, cells, cli, notes, run_info
from kernelscope.measures import kernels
from kernelscope.probes import atlas_table

TABLES = ("atlas", "features", "tuning", "kernel_tests")


def draw_atlas(spec: dict, images: str, folder: str, atlas: list[str]) -> None:
    """Read all that is known about the kernels of a run; draw the atlas.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "control", "colormap", "for"}
    images : images.npz
    folder : folder of the run
    atlas : atlas.png and its other files, to write
    """
    outcome, banks, factors = run_info.read_run(folder)
    probes, pixels = array_files.read_npz(f"{folder}/probes.npz"), array_files.read_npz(f"{folder}/pixels.npz")
    tables = {name: cells.read(f"{folder}/{name}.csv") for name in TABLES}
    dataset = ImageFile(images)
    names, remark = captions.numbered(dataset.class_names)
    notes.keep([captions.renamed(dataset.class_names, names)])
    rows = drawn(tables["atlas"], dict(zip(dataset.class_names, names, strict=True)))
    layers = {}
    for name, bank in banks.items():
        change = kernels.change(bank[-1], bank[0], factors[name][-1])
        deeper = name != next(iter(banks))
        seen = {kind: pixels[f"{kind}/{name}"] for kind in ("linear", "maximized")} if deeper else {}
        tops = (probes[f"top_{part}/{name}"] for part in ("image", "row", "col", "response"))
        tuning = [row for row in tables["tuning"] if row["layer"] == name]
        rest = int(probes[f"field/{name}"]), tuning, colormaps.limit(bank), bool(tables["features"])
        layers[name] = figures_atlas.Layer(bank[-1], change, seen, *tops, *rest)
    probed = max(int(layer.top_image.max()) for layer in layers.values()) + 1
    test_images = controls.images_of(spec["control"], dataset.images["test"], "test")[:probed]
    about = rows, atlas_table.of_claims(tables["kernel_tests"]), controls.visible(test_images)
    counts = {name: sum(row["layer"] == name for row in rows) for name in layers}
    notes.keep(styling.cut_kernels("atlas", counts, spec["for"], others=1))
    look = styling.look(captions.title(spec), "\n".join(filter(None, (captions.outcome(outcome), remark))), spec)
    saving.write(atlas, figures_atlas.pages(layers, *about, look), spec["for"])


def drawn(rows: list[dict], names: dict[str, str]) -> list[dict]:
    """Return rows of atlas.csv for drawing; names: class -> its name in figures."""
    classes = ("selective_class", "ablation_class")
    drawn = [row | {column: names.get(row[column], row[column]) for column in classes} for row in rows]
    return [row | {"alive": row["alive"] == str(True)} for row in drawn]


if __name__ == "__main__":
    cli.run(draw_atlas, __doc__)
