"""What must be true of the files of an experiment, whatever it is made of; each function yields what is not."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import make_movie
import numpy as np
from PIL import Image
from unpacked import Page

from kernelscope.figures import movie, styling
from kernelscope.findings.layout import WIDTH
from kernelscope.io import csv_files, manifest, notes, video

NO_NUMBER = re.compile(r"\b(nan|NaN|inf|None(?! of \d))\b")  # a sentence may begin with "None of 3 kernels"
WORDS = ("correction", "shape", "label")  # columns in which "none" is a word: no correction, no simple shape
SIDES = {  # largest width and height of a figure, in pixels
    "screen": (2400, 32_767),  # viewers draw nothing that is higher
    "slide": (1920, 1080),
    "paper": (round(styling.COLUMNS[1] * styling.USES["paper"].dpi), 32_767),
}
LARGEST_PAGE = 4_000_000  # bytes of index.html: what the default experiment's page has at most
LARGEST_PLAYER = 2 * 2**20  # bytes of movie.html: what Chromium opens within a report
REASON = re.compile(r"^(?:kernelscope|\w+\.py): (.+)$", re.MULTILINE)
LONGEST = 400  # letters of a line that says why something ended
TRACES = ("Traceback", "Exception in rule", "Error in line")


def traces(output: str, logs: dict[str, str]) -> Iterator[str]:
    """Yield a line for each text in which an error is no line but a traceback."""
    for name, text in {"output": output, **logs}.items():
        if any(word in text for word in TRACES):
            yield f"traceback in {name}: {text[-1500:]}"


def reasons(output: str, logs: dict[str, str]) -> list[str]:
    """Return the lines that say why an experiment was refused, or why its jobs failed."""
    return list(dict.fromkeys(REASON.findall("\n".join([output, *logs.values()]))))


def unclear(lines: list[str]) -> Iterator[str]:
    """Yield each line that says no reason; a key, file or cause is words."""
    if not lines:
        yield "it failed without a reason"
    for line in lines:
        if len(line) > LONGEST or not line.isprintable() or len(line.split()) < 4:
            yield f"no reason that can be read: {line[:1000]!r}"


def figures(results: Path, use: str) -> Iterator[str]:
    """Yield each picture that does not open, is empty, or is larger than its use allows."""
    for path in results.rglob("*.png"):
        with Image.open(path) as image:
            (width, height), pixels = image.size, np.asarray(image.convert("L"))
        most = SIDES[use]
        if width > most[0] or height > most[1] or (use == "slide" and (width, height) != most):
            yield f"{path.name}: {width} x {height} pixels for a {use}"
        if np.ptp(pixels) <= 100:
            yield f"{path.name}: an empty sheet"


def tables(results: Path) -> Iterator[str]:
    """Yield each table that does not read back, or that has a cell with a number that is none."""
    for path in results.rglob("*.csv"):
        for row in csv_files.rows_of_csv(path):
            wrong = [f"{key}={cell}" for key, cell in row.items() if key not in WORDS and NO_NUMBER.fullmatch(cell)]
            if wrong and path.name != "kernels.csv":
                yield f"{path.name}: {', '.join(wrong)} in {row}"
                break


def movies(results: Path) -> Iterator[str]:
    """Yield each movie that has other frames than its job was asked for."""
    for path in results.rglob("movie.mp4"):
        spec = (manifest.read(path.parent / manifest.FOLDER / "make_movie.json") or {"spec": None})["spec"]
        if spec is None:
            continue  # its job ended before its end
        with np.load(path.parent / "kernels.npz") as kernels:
            snapshots = len(kernels["steps"])
        held = [round(spec["frames_per_second"] * spec[key]) - 1 for key in ("hold_first", "hold_last")]
        drawn = min(snapshots, make_movie.MOST_FRAMES)
        expected = drawn + sum(max(0, count) for count in held) * (drawn > 1)
        frames = video.frames_in(path)
        size = next(imageio_ffmpeg.read_frames(str(path)))["size"]
        if frames != expected or size != (movie.WIDTH, movie.HEIGHT):
            yield f"{path.name}: {frames} frames of {size}, expected {expected}"
        with Image.open(path.with_suffix(".gif")) as image:
            if image.n_frames > snapshots or path.with_suffix(".gif").stat().st_size > video.LARGEST_GIF:
                yield f"movie.gif: {image.n_frames} frames of {snapshots} snapshots"
        if path.with_suffix(".html").stat().st_size > LARGEST_PLAYER:
            yield f"movie.html: {path.with_suffix('.html').stat().st_size} bytes"


def findings(results: Path) -> Iterator[str]:
    """Yield each line of the findings, and each sentence of statements.csv, that is too long or has no number."""
    for path in results.glob("findings.md"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if len(line) > WIDTH or NO_NUMBER.search(line):
                yield f"{path.name}: {line}"


def page(results: Path, runs: int) -> Iterator[str]:
    """Yield what is missing on the page; its blocks are strict JSON, and every byte belongs to an array.

    runs: of the experiment; those that are not on the page are in the notes.
    """
    for path in results.glob("index.html"):
        told = notes.read(results / manifest.FOLDER / "write_page.json")
        runs -= sum(note.count for note in told if (note.kind, note.item) == ("cut", "runs"))
        made, size = Page(path), path.stat().st_size
        for name in made.packed:
            made.block(name)
        kinds = [name.partition("/")[0] for name in made.packed]
        if kinds.count("run") != runs or ("data" in kinds) != (results / "data").is_dir():  # pretrained: no images
            yield f"index.html has the blocks {', '.join(made.packed)} for {runs} runs"
        if size > LARGEST_PAGE:
            yield f"index.html: {size} bytes"


def unaccounted(results: Path, inputs: Path) -> Iterator[str]:
    """Yield the files of a folder of images that are neither images of the dataset nor in skipped.csv and notes."""
    there = {path.relative_to(inputs).as_posix() for path in inputs.rglob("*") if path.is_file()}
    for path in results.glob("data/d/skipped.csv"):
        used = {row["file"] for row in csv_files.read_csv(path.with_name("parameters.csv"))}
        skipped = {row["file"] for row in csv_files.read_csv(path)}
        gone = {
            file for file in there - used if not any(file == name or file.startswith(f"{name}/") for name in skipped)
        }
        told = [
            note for note in notes.read(path.parent / manifest.FOLDER / "read_dataset.json") if note.item == "files"
        ]
        if gone or used & skipped or sum(note.count for note in told) != len(skipped):
            yield f"{sorted(gone)[:5]} not accounted for; {len(skipped)} in skipped.csv, notes: {list(map(str, told))}"


def unread(results: Path, inputs: Path) -> Iterator[str]:
    """Yield the files of a folder of pretrained kernels, if some are neither read by a run nor counted in notes.csv."""
    read = set()
    for path in results.glob(f"runs/*/*/*/{manifest.FOLDER}/import_kernels.json"):
        read |= {(path.parents[1] / name).resolve() for name in json.loads(path.read_text())["inputs"]}
    gone = {path.resolve() for path in inputs.rglob("*") if path.is_file()} - read
    for table in results.glob("notes.csv"):
        rows = csv_files.read_csv(table)
        told = sum(int(row["count"]) for row in rows if (row["kind"], row["item"]) == ("left_out", "files"))
        if told != len(gone):
            yield f"{told} files in the notes, but {len(gone)} not read: {sorted(path.name for path in gone)[:5]}"
