"""Read a dataset from existing images or arrays: images with labels, and where each image comes from."""

from pathlib import Path

from kernelscope.crops.source import of_crops
from kernelscope.data import dataset_file
from kernelscope.data.array_source import of_arrays, of_digits
from kernelscope.data.builder import Job
from kernelscope.data.folder_source import of_folder
from kernelscope.data.notes import defects
from kernelscope.data.photo_source import of_photos
from kernelscope.io import cli, csv_files, notes, records

SOURCES = {"folder": of_folder, "arrays": of_arrays, "digits": of_digits, "photos": of_photos, "crops": of_crops}


def read_dataset(spec: dict, threads: str, images: str, parameters: str, inferred: str, skipped: str) -> None:
    """Read the files of a dataset; write its images, a row per image, what was inferred, and which files were skipped.

    Parameters
    ----------
    spec : {"dataset", "settings": a definition from `datasets:` with any source but `waveforms`, "content": a hash of
        the files}
    threads : number of threads that read images
    images, parameters, inferred, skipped : images.npz, parameters.csv, inferred.json and skipped.csv, to write
    """
    settings = spec["settings"]
    job = Job(Path(images).parent, int(threads), cli.progress)
    dataset = SOURCES[settings["source"]](settings, spec["content"], job)
    about = dataset.class_names, dataset.splits, cli.progress, dataset.channel_names, dataset.extra
    dataset_file.write(images, parameters, *about)
    rows = ({"file": file, "reason": why} for file, why in dataset.skipped)
    csv_files.write_csv(skipped, ("file", "reason"), rows)
    notes.keep(dataset.notes)
    for defect in defects(dataset.about):
        cli.progress(f"WARNING: {defect}")
    records.write_json(inferred, dataset.about | {"notes": notes.kept()})


if __name__ == "__main__":
    cli.run(read_dataset, __doc__)
