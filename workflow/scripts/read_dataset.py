"""Read a dataset from pictures or arrays that are there already: images with labels, and where each comes from."""

from functools import partial
from pathlib import Path

from kernelscope.data import dataset_file
from kernelscope.data.array_source import of_arrays, of_digits
from kernelscope.data.builder import Job
from kernelscope.data.folder_source import of_folder
from kernelscope.data.photo_source import of_photos
from kernelscope.io import cli, csv_files, records

SOURCES = {"folder": of_folder, "arrays": of_arrays, "digits": of_digits, "photos": of_photos}


def read_dataset(spec: dict, threads: str, images: str, parameters: str, found: str, skipped: str) -> None:
    """spec: {"dataset": name, "settings": a definition from `datasets:` of any source but `waveforms`, and "content",
    a hash of the files that it is read from}."""
    settings, tell = spec["settings"], partial(cli.progress, name=spec["dataset"])
    job = Job(Path(images).parent, int(threads), tell)
    dataset = SOURCES[settings["source"]](settings, spec["content"], job)
    dataset_file.write(images, parameters, dataset.class_names, dataset.splits, tell)
    rows = ({"file": file, "why": why} for file, why in dataset.skipped)
    csv_files.write_csv(skipped, ("file", "why"), rows)
    records.write_json(found, dataset.about | {"skipped": len(dataset.skipped)})


if __name__ == "__main__":
    cli.run(read_dataset, __doc__)
