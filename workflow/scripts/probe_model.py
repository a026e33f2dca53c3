"""Probe the network of a pretrained run with images, through hooks; its code is run, and must be trusted."""

from pathlib import Path

from kernelscope.figures import foreign, saving
from kernelscope.hooks import evidence, image_files, inputs, loading, probing
from kernelscope.io import array_files, cli, csv_files, files, notes
from kernelscope.io.names import MOMENTS
from kernelscope.io.notes import Note
from kernelscope.pretrained import formats, shards
from kernelscope.recording import layers as recorded
from kernelscope.refusal import listed, refuse

CHANGED = "images that have changed since this job was planned"
TITLE = "{dataset} · {arch} · seed {seed} ({pretrained}) · what its kernels respond to"


def probe_model(
    spec: dict, kernels: str, folder: str, model: str, images: str, responses: str, layers: str, figure: list[str]
) -> None:
    """Read the weights of a run into the network that its code makes; write what its kernels respond to.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "pretrained": name of the run, "function": that makes the network, "code":
        sha256 of its file, "weights": [name, sha256], "part", "images": hash of the folder, "image_size", "mean",
        "std", "colormap", "for"}
    kernels : kernels.npz of the run, whose layers are probed
    folder, model, images : folder of the pretrained files, Python file of the network, and folder of images
    responses, layers, figure : responses.csv, layer_responses.csv, and responses.png with its other files, to write
    """
    network, make = loaded(spec, Path(folder), Path(model))
    names = [name for name in array_files.read_npz(kernels) if name not in MOMENTS]
    banks = of_layers(network, names)
    if not banks:
        refuse(str(model), "a network without the layers of the run", f"conv layers called {listed(names)}")
    size = spec["image_size"] and tuple(spec["image_size"])
    scaling = inputs.Scaling(size, spec["mean"] or 0.0, spec["std"] or 1.0)
    if image_files.content(Path(images), files.digest_of) != spec["images"]:
        refuse(images, CHANGED, "the same images", "start Snakemake again")
    seen = inputs.of_folder(images, recorded.first_channels(network), scaling)
    probed = probing.probed(network, list(banks), seen, make)
    others = [name for name in names if name not in banks]
    notes.keep([Note("assumed", "files of code", 1, 1, f"trusted, and run: {Path(model).name}")])
    notes.keep([Note("left_out", "layers", len(others), len(names), f"not called so in the model: {listed(others)}")])
    notes.keep(map(note_of, probed.remarks))
    csv_files.write_csv(responses, evidence.COLUMNS, probed.rows)
    csv_files.write_csv(layers, evidence.OF_LAYERS, probed.summary)
    best, patches = probing.pictures(probed)
    drawn, look = {name: banks[name] for name in best}, (spec["colormap"], spec["for"])
    page = foreign.page(TITLE.format(**spec), drawn, best, patches, probed.rows, *look)
    saving.write(figure, page, spec["for"])


def note_of(remark: str) -> Note:
    """Return a remark of `probing` as a note."""
    kinds = {"left out": "left_out", "cut": "cut", "no ": "left_out"}
    kind = next((kind for begin, kind in kinds.items() if remark.startswith(begin)), "assumed")
    return Note(kind, "responses", 1, 1, remark)


def loaded(spec: dict, folder: Path, code: Path):
    """Return the network with the weights of the run, and the function that makes it."""
    name, sha256 = spec["weights"]
    for path, known in ((code, spec["code"]), (folder / name, sha256)):
        shards.check_unchanged(path, known, files.digest_of)
    make = loading.constructor(code, spec["function"])
    network = make()
    loading.load(network, formats.read(folder / name), name, spec["part"])
    return network, make


def of_layers(network, names: list[str]) -> dict:
    """Return the kernels of the conv layers of a network that have these names."""
    found, _ = recorded.of_model(network, None)
    return {layer.name: layer.kernels().float().cpu().numpy() for layer in found if layer.name in names}


if __name__ == "__main__":
    cli.run(probe_model, __doc__)
