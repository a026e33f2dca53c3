"""Images per second: a folder of 640 x 480 images read as a dataset, and the same files only decoded by Pillow.

Ours infers the settings, hashes, resizes, looks for duplicate images, and keeps the images; Pillow only opens and
loads them. Both use a pool of processes.
"""

from harness import figures, settings, tables, targets, timing  # isort: skip
import io
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from harness.judging import apply, typical
from matplotlib.figure import Figure
from PIL import Image

from kernelscope.data.builder import Job
from kernelscope.data.decoding_pool import AT_ONCE, FORKED
from kernelscope.data.folder_source import of_folder

ROWS, COLS = 480, 640
DIFFERENT = 40  # images; the others are links to them, because encoding takes longer than all the rest
KINDS = {"PNG, RGB": ("png", "RGB"), "PNG, RGBA": ("png", "RGBA"), "JPEG": ("jpg", "RGB")}
TABLES = {
    "reading": {
        **{"images": "text", "count": "count", "processes": "count", "pillow": "1/s", "ours": "1/s"},
        **{"share": "s/s"},
    }
}
TARGETS = tuple(
    targets.at_least(
        0.8, f"images read per second ({kind}), of what Pillow alone decodes", "reading", "share", images=kind
    )
    for kind in KINDS
)


def drawn(rng: np.random.Generator, mode: str) -> Image.Image:
    """Draw clouds of color with a little noise, as in a photo; half transparent outside a circle."""
    clouds = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8)).resize((COLS, ROWS), Image.Resampling.BICUBIC)
    pixels = np.asarray(clouds).astype(int) + rng.integers(-3, 4, (ROWS, COLS, 3))
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if mode == "RGBA":
        rows, cols = np.mgrid[:ROWS, :COLS]
        inside = (rows - ROWS / 2) ** 2 + (cols - COLS / 2) ** 2 < (0.45 * ROWS) ** 2
        image.putalpha(Image.fromarray(np.where(inside, 255, 128).astype(np.uint8)))
    return image


def folder_of(folder: Path, count: int, different: int, suffix: str, mode: str) -> list[Path]:
    """Write `count` images in two classes, `different` of them distinct."""
    rng, paths = np.random.default_rng(0), []
    for number in range(count):
        path = folder / "ab"[number % 2] / f"{number}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number < different:
            drawn(rng, mode).save(path)
        else:
            os.link(paths[number % different], path)
        paths.append(path)
    return paths


def loaded(paths: list[Path]) -> int:
    return sum(Image.open(io.BytesIO(path.read_bytes())).load() is not None for path in paths)


def by_pillow(paths: list[Path], processes: int) -> None:
    parts = [paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE)]
    with ProcessPoolExecutor(processes, FORKED) as pool:
        assert sum(pool.map(loaded, parts)) == len(paths)


def by_us(folder: Path, count: int, processes: int, scratch: Path) -> None:
    dataset = of_folder(settings.dataset("folder", folder=str(folder)), "", Job(scratch, processes, lambda _: None))
    assert sum(split.shape[0] for split in dataset.splits.values()) == count


def figure(table: tables.Table) -> Figure:
    words = "images read per second, as a share of those that Pillow alone decodes"
    return figures.shares(table, "images", words, TARGETS[0].limit)


def measure(table: tables.Table, kind: str, count: int, different: int, processes: int, repeats: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "images")
        paths = folder_of(folder, count, different, *KINDS[kind])
        pillow, ours = timing.both(
            partial(by_pillow, paths, processes), partial(by_us, folder, count, processes, Path(name)), repeats
        )
    speeds = (apply(lambda seconds: count / seconds, typical(way)) for way in (pillow, ours))
    table.add(kind, count, processes, *speeds, typical([a / b for a, b in zip(pillow, ours, strict=True)]))


def main() -> None:
    options = tables.Options(__doc__, "6 images of each kind once, not 800 five times")
    options.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = options.parse_args()
    count, different, repeats = (6, 2, 1) if arguments.small else (800, DIFFERENT, 5)
    table = tables.Table("reading", TABLES["reading"])
    for kind in KINDS:
        measure(table, kind, count, different, arguments.processes, repeats)
    table.save(figure(table))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
