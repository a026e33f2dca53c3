"""Write the page of an experiment: everything there is to see, in one file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kernelscope.data import control_names
from kernelscope.data.image_file import ImageFile
from kernelscope.data.notes import defects
from kernelscope.io import array_files, cells, cli, csv_files, files, notes, partial_arrays, records, run_info, tables
from kernelscope.io.notes import beyond
from kernelscope.measures import curves
from kernelscope.page import (
    answers,
    claims_payload,
    comparison_payload,
    dataset_payload,
    dbn,
    html,
    network_payload,
    payloads,
    predictions_payload,
    pretrained,
    run_payload,
    sentences,
)
from kernelscope.page.notes import of_page
from kernelscope.statements import glossary
from kernelscope.stats import pvalues, text


def write_page(spec: dict, folder: str, sources: list[str], index: str) -> None:
    """Read the results of an experiment; write index.html.

    Parameters
    ----------
    spec : {"datasets": {name: settings}, "read": datasets read from existing images, "imported":
        {dataset: {arch: seeds}} of pretrained runs, "architectures": {name:
        {"control", "layers", "training"}}, "order": {"datasets": [...], "architectures": [...]} as in the config,
        "seeds": {arch: seeds}, "shown": {arch: seeds whose runs are on the page}, "tested": {"seed_tests" and
        "kernel_tests": whether these tables were made}, "colormap", "words": {"training": {key: its meaning},
        "datasets": {name: {key: its meaning}}}}; for pretrained kernels also "pretrained", {dataset: {"runs": names in
        the order of the seeds, "min_max_normalized"}}; for networks without labels "unlabeled": true; where a network
        is also trained on random labels, "random_labels": {network: its control}
    folder : folder of the experiment
    sources : the page's template, stylesheet and modules
    index : index.html, to write
    """
    left_out = []
    if "pretrained" in spec:
        archs, note = pretrained.architectures(spec, list(runs(spec, folder)))
        spec, left_out = spec | {"architectures": archs}, [note]
    root = next(Path(path).parent for path in sources if Path(path).name == "page.html")
    texts = {Path(path).relative_to(root).as_posix(): read_text(path) for path in sources}
    with_images = () if "pretrained" in spec else spec["datasets"]
    data = {dataset: ImageFile(f"{folder}/data/{dataset}/images.npz") for dataset in with_images}
    rows, summary = cells.read(f"{folder}/statements.csv"), tables.read(f"{folder}/summary.csv")
    outcomes = [dict(zip(summary["columns"], row, strict=True)) for row in summary["rows"]]
    numbers = sum(run_payload.numbers(partial_arrays.shapes(f"{run}/kernels.npz")) for run in runs(spec, folder))
    controls = {arch: settings["control"] for arch, settings in spec["architectures"].items()}
    scrambled = [arch for arch, control in controls.items() if control == control_names.PHASE_SCRAMBLED]
    own = [*of_page(spec, numbers, scrambled), *left_out]
    notes.keep(own)
    overview = overview_of(spec, folder, data, rows, outcomes)
    overview |= {"summary": summary, "results": Path(index).parent.as_posix()}
    blocks = packed(spec, folder, data, rows, outcomes, numbers <= run_payload.MOST_NUMBERS, own)
    said = (notes.sentence(note) for note in own if note.count)
    with files.atomic(index) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(html.chunks(texts, overview, blocks, said))


def failed_runs(outcomes: list[dict], dataset: str) -> set[tuple[str, int]]:
    """Return (architecture, seed) of the runs on a dataset that failed."""
    return {(row["arch"], row["seed"]) for row in outcomes if row["dataset"] == dataset and row["failure"]}


def first_run(spec: dict, folder: str, *datasets: str) -> str:
    """Return the folder of the first run on the page, of all datasets or of these."""
    return next(runs(spec, folder, *datasets))


def runs(spec: dict, folder: str, *datasets: str) -> Iterator[str]:
    """Yield the folders of all runs that are on the page, of all datasets or of these."""
    for dataset in datasets or spec["datasets"]:
        for arch in spec["architectures"]:
            yield from (run_folder(folder, dataset, arch, seed) for seed in spec["shown"][arch])


def run_folder(folder: str, dataset: str, arch: str, seed: int) -> str:
    """Return the folder of a run."""
    return f"{folder}/runs/{dataset}/{arch}/seed{seed}"


def read_text(path: str) -> str:
    """Read a text file."""
    with files.opened(path) as handle:
        return handle.read().decode()


def overview_of(spec: dict, folder: str, data: dict[str, ImageFile], rows: list[dict], outcomes: list[dict]) -> dict:
    """Return what the page shows before any block is opened. rows: of statements.csv. outcomes: rows of summary.csv."""
    outcome = records.read_json(f"{first_run(spec, folder)}/run.json")
    return {
        "title": "kernelscope",
        "datasets": {
            name: (
                shape(data[name], spec.get("channel_colors"))
                if name in data
                else pretrained.channels(first_run(spec, folder, name))
            )
            | about(spec, folder, name)
            for name in spec["datasets"]
        },
        "pretrained": spec.get("pretrained"),
        "unlabeled": spec.get("unlabeled", False),
        "architectures": spec["architectures"],
        "order": {"datasets": spec["order"]["datasets"], "architectures": answers.ordered(spec)},
        "glossary": glossary.tips(),
        "answers": answers.overview(rows, outcomes, spec),
        "seeds": spec["seeds"],
        "shown": spec["shown"],
        "colors": html.colors("RdBu_r", "gray", spec["colormap"]),
        "colormap": spec["colormap"],
        "p": {"level": pvalues.LEVEL, "smallest": text.LEAST_P, "least": text.plain(text.LEAST_P)},
        "versions": outcome.get("versions", {}),
        "words": spec["words"],
    }


def about(spec: dict, folder: str, dataset: str) -> dict:
    """Return the settings of a dataset, including inferred ones, and what is wrong with its images."""
    place, imported = f"{folder}/data/{dataset}", spec["imported"].get(dataset, {})
    inferred = records.read_json(f"{place}/inferred.json") if dataset in spec["read"] else {}
    noted = [f"{place}/inferred.json"] * (dataset in spec["read"])
    noted += [f"{run_folder(folder, dataset, arch, seed)}/run.json" for arch in imported for seed in imported[arch]]
    words = [*defects(inferred), *notes.sentences(noted)]
    return {"settings": spec["datasets"][dataset] | inferred.get("view", {}), "notes": words}


def shape(dataset: ImageFile, channel_colors: list[str] | None = None) -> dict:
    """Return the classes, image size, channels and numbers of images of a dataset."""
    (n, h, w, *colors), (train, *_) = dataset.images["test"].shape, dataset.images["train"].shape
    counts = {"train_images": train, "test_images": n} | dataset_payload.palette(tuple(colors), channel_colors)
    counts["of_classes"] = [
        np.bincount(dataset.labels[split], minlength=len(dataset.class_names)).tolist() for split in ("train", "test")
    ]
    names = {"channel_names": dataset.channel_names} if dataset.channel_names else {}
    about = {"classes": dataset.class_names, "image_size": [h, w], "channels": colors[0] if colors else 1}
    return about | counts | names


def packed(
    spec: dict,
    folder: str,
    data: dict[str, ImageFile],
    rows: list[dict],
    outcomes: list[dict],
    whole: bool,
    own: list[notes.Note],
) -> Iterator[tuple[str, str]]:
    """Yield id and text of each block. rows: of statements.csv. outcomes: of summary.csv. whole: `run_payload.kept`.

    own: notes about the page, to which those about its images are added.
    Only one block is in memory at a time; of earlier blocks only the numbers of the images that their kernels saw are
    kept.
    """
    for dataset in spec["datasets"]:
        tops: list[np.ndarray] = []
        for arch in answers.ordered(spec):
            settings, of_arch = spec["architectures"][arch], {}
            for seed in spec["shown"][arch]:
                run = read_run(run_folder(folder, dataset, arch, seed), settings, "unlabeled" in spec)
                arrays, of_arch[seed] = run_payload.arrays(run, whole), answers.summary_of(run)
                tops += [arrays[name] for name in arrays if name.startswith("top_image/")]
                yield f"run/{dataset}/{arch}/{seed}", payloads.packed(arrays, run_payload.content(run, whole))
                tests = tables.read(f"{run_folder(folder, dataset, arch, seed)}/kernel_tests.csv")
                yield f"claims/{dataset}/{arch}/{seed}", payloads.packed({}, claims_payload.content(tests))
            answer = answers.of_network(folder, spec, dataset, arch, rows, of_arch)
            yield f"answer/{dataset}/{arch}", payloads.packed({}, answer)
            if predicts(spec):
                found = predictions(spec, folder, dataset, arch)
                if settings["control"] != control_names.PHASE_SCRAMBLED:  # else it saw other images than the page has
                    tops += [predictions_payload.wrong_images(wrong) for wrong in found.values()]
                arrays = predictions_payload.arrays(found, len(data[dataset].class_names))
                yield f"predictions/{dataset}/{arch}", payloads.packed(arrays, predictions_payload.content(found))
                yield f"network/{dataset}/{arch}", network_text(spec, folder, dataset, arch)
        if dataset in data:
            text, note = data_text(
                data[dataset], tops, f"{folder}/data/{dataset}/parameters.csv", spec.get("channel_colors")
            )
            own.append(note)
            yield f"data/{dataset}", text
        failed = failed_runs(outcomes, dataset)
        yield f"compare/{dataset}", comparison_text(spec, f"{folder}/compare/{dataset}", failed)
        yield f"statements/{dataset}", payloads.packed({}, sentences.content(rows, dataset, answers.ordered(spec)))


def predicts(spec: dict) -> bool:
    """Whether the networks of the experiment predict classes, and their images and weights are known."""
    return "pretrained" not in spec and "unlabeled" not in spec


def predictions(spec: dict, folder: str, dataset: str, arch: str) -> dict[int, list[dict]]:
    """Return the rows of predictions.csv of each seed on the page."""
    runs_of_arch = {seed: run_folder(folder, dataset, arch, seed) for seed in spec["shown"][arch]}
    return {
        seed: list(map(predictions_payload.parsed, csv_files.read_csv(f"{run}/predictions.csv")))
        for seed, run in runs_of_arch.items()
    }


def network_text(spec: dict, folder: str, dataset: str, arch: str) -> str:
    """Return the block with the trained weights of an architecture's first seed on the page, but its kernels.

    The page has kernels in the block of the run.
    """
    seed = spec["shown"][arch][0]
    run = run_folder(folder, dataset, arch, seed)
    layers = spec["architectures"][arch]["layers"]
    kernels = {f"last/{layer['name']}.weight" for layer in layers if layer["kind"] == "conv"}
    wanted = lambda name: name.startswith("last/") and name not in kernels  # noqa: E731
    arrays = partial_arrays.read(f"{run}/snapshots.npz", wanted)
    weights = {name.removeprefix("last/"): array for name, array in arrays.items()}
    return payloads.packed(network_payload.arrays(weights), network_payload.content(seed, weights))


def read_run(run: str, settings: dict, unlabeled: bool) -> run_payload.Run:
    """Read all that the page shows of a run."""
    layers, control = settings["layers"], settings["control"]
    if "pretrained" in records.read_json(f"{run}/run.json"):
        return pretrained.run(run, layers)
    if unlabeled:
        return dbn.run(run, layers)
    return run_payload.Run(
        records.read_json(f"{run}/run.json"),
        layers,
        array_files.read_npz(f"{run}/kernels.npz"),
        run_info.read_factors(f"{run}/decay.csv"),
        *last(run, layers),
        partial_arrays.read(
            f"{run}/probes.npz", lambda name: name.startswith("top_") and control != control_names.PHASE_SCRAMBLED
        ),
        partial_arrays.read(f"{run}/pixels.npz", lambda name: name.startswith(("linear/", "maximized/"))),
        curves.read(f"{run}/measures.csv"),
        {name: tables.read(f"{run}/{name}.csv") for name in run_payload.TABLES},
        run_payload.composed(layers),
    )


def last(run: str, layers: list[dict]) -> list[dict[str, np.ndarray]]:
    """Return layer -> its bias at the end of training, of conv layers, and layer -> the mean that it subtracts."""
    parts = {"conv": "bias", "center": "mean"}
    names = {f"last/{layer['name']}.{parts[layer['kind']]}": layer for layer in layers if layer["kind"] in parts}
    arrays = partial_arrays.read(f"{run}/snapshots.npz", names.__contains__)
    return [{names[at]["name"]: array for at, array in arrays.items() if names[at]["kind"] == kind} for kind in parts]


def data_text(
    dataset: ImageFile, tops: list[np.ndarray], parameters: str, channel_colors: list[str] | None = None
) -> tuple[str, notes.Note]:
    """Return the block of a dataset, test images with their truth, and the note about images that it does not have.

    tops: numbers of the images that kernels respond to most; they are among the images. channel_colors: of composites.
    """
    labels, images = dataset.labels["test"], dataset.images["test"]
    numbers = dataset_payload.chosen(labels, tops, images.shape[1] * images.shape[2])
    words = "not on the page, which has some of each class and those that excite kernels most"
    left_out = beyond("test images", len(labels), len(numbers), words)
    notes.keep([left_out])
    wanted, truths, columns = {str(number) for number in numbers}, {}, []
    for row in csv_files.rows_of_csv(parameters):
        columns = columns or [name for name in row if name not in dataset_payload.NO_TRUTH]
        if row["split"] == "test" and row["index"] in wanted:
            truths[int(row["index"])] = cells.parsed(row)
    content = dataset_payload.content(numbers, labels, dataset.class_names, truths, columns)
    content |= dataset_payload.palette(images.shape[3:], channel_colors)
    return payloads.packed({"images": images[numbers]}, content), left_out


def comparison_text(spec: dict, folder: str, failed: set[tuple[str, int]]) -> str:
    """Return the block of the comparisons on a dataset. failed: (architecture, seed) of its runs that failed."""
    if "pretrained" in spec or "unlabeled" in spec:
        layers = {arch: settings["layers"] for arch, settings in spec["architectures"].items()}
        return payloads.packed({}, pretrained.comparison(folder, layers))
    arch_tables = {
        arch: {name: tables.read(f"{folder}/{arch}/{name}.csv") for name in comparison_payload.TABLES}
        for arch in spec["architectures"]
    }
    energies = {arch: comparison_payload.profiles(tables.read(f"{folder}/{arch}/energy.csv")) for arch in arch_tables}
    cka, matrix = comparison_payload.similarities(tables.read(f"{folder}/similarity.csv"), failed)
    content = comparison_payload.content(arch_tables, cka, energies)
    return payloads.packed(comparison_payload.arrays(matrix, energies), content)


if __name__ == "__main__":
    cli.run(write_page, __doc__)
