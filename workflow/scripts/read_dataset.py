"""Read a dataset from pictures or arrays that are there already: images with labels, and where each comes from."""

from functools import partial
from pathlib import Path

from kernelscope import artifacts, command, dataset_files
from kernelscope.array_source import of_arrays, of_digits
from kernelscope.folder_source import of_folder
from kernelscope.gathering import Job
from kernelscope.photo_source import of_photos

SOURCES = {"folder": of_folder, "arrays": of_arrays, "digits": of_digits, "photos": of_photos}


def read_dataset(spec: dict, threads: str, images: str, parameters: str, found: str, skipped: str) -> None:
    """spec: {"dataset": name, "settings": a definition from `datasets:` of any source but `waveforms`, and "content",
    a hash of the files that it is read from}."""
    settings, tell = spec["settings"], partial(command.progress, name=spec["dataset"])
    job = Job(Path(images).parent, int(threads), tell)
    dataset = SOURCES[settings["source"]](settings, spec["content"], job)
    dataset_files.write(images, parameters, dataset.class_names, dataset.splits, tell)
    rows = ({"file": file, "why": why} for file, why in dataset.skipped)
    artifacts.write_csv(skipped, ("file", "why"), rows)
    artifacts.write_json(found, dataset.about | {"skipped": len(dataset.skipped)})


if __name__ == "__main__":
    command.run(read_dataset, __doc__)
