"""Draw the atlas of a run: what each kernel is, responds to, and is needed for."""

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.figures import atlas as figures_atlas
from kernelscope.figures import captions, saving
from kernelscope.io import array_files, cells, cli, run_info
from kernelscope.measures import kernels

TABLES = ("atlas", "features", "tuning")


def draw_atlas(spec: dict, images: str, folder: str, atlas: str) -> None:
    """Read all that is known about the kernels of a run; draw the atlas.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "control", "colormap"}
    images : images.npz
    folder : folder of the run
    atlas : atlas.png, to write
    """
    outcome, banks, factors = run_info.read_run(folder)
    probes, pixels = array_files.read_npz(f"{folder}/probes.npz"), array_files.read_npz(f"{folder}/pixels.npz")
    tables = {name: cells.read(f"{folder}/{name}.csv") for name in TABLES}
    rows = [row | {"alive": row["alive"] == str(True)} for row in tables["atlas"]]
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
        atlas,
        figures_atlas.sheet(layers, rows, visible_images, title, captions.outcome(outcome), spec["colormap"]),
    )


if __name__ == "__main__":
    cli.run(draw_atlas, __doc__)
