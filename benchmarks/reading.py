"""Pictures per second: a folder of 640 x 480 read as a dataset, and the same files just decoded by Pillow.

Target: 80 % of what Pillow does with the same number of processes. Ours finds the settings, hashes, resizes, looks for
pictures that occur twice, and keeps the images; Pillow opens and loads. Both have a pool of processes.

.venv/bin/python benchmarks/reading.py [--small] [--processes 2]
"""

import common  # isort: skip
import io
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from kernelscope.folder_source import of_folder
from kernelscope.gathering import Job
from kernelscope.picture_pool import AT_ONCE, FORKED

TARGET = 0.8
ROWS, COLS = 480, 640
DIFFERENT = 40  # pictures; the others are links to them, as encoding takes longer than all the rest
KINDS = {"PNG, RGB": ("png", "RGB"), "PNG, RGBA": ("png", "RGBA"), "JPEG": ("jpg", "RGB")}
KEYS = ("table", "image_size", "resize", "colours", "background", "invert", "normalise")
SETTINGS = dict.fromkeys(KEYS) | {"seed": 0, "test_share": 0.2, "on_error": "stop"}


def drawn(rng: np.random.Generator, mode: str) -> Image.Image:
    """Clouds of colour with a little noise, as a photo has them; half transparent beyond a circle."""
    clouds = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8)).resize((COLS, ROWS), Image.Resampling.BICUBIC)
    pixels = np.asarray(clouds).astype(int) + rng.integers(-3, 4, (ROWS, COLS, 3))
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if mode == "RGBA":
        rows, cols = np.mgrid[:ROWS, :COLS]
        inside = (rows - ROWS / 2) ** 2 + (cols - COLS / 2) ** 2 < (0.45 * ROWS) ** 2
        image.putalpha(Image.fromarray(np.where(inside, 255, 128).astype(np.uint8)))
    return image


def folder_of(folder: Path, count: int, suffix: str, mode: str) -> list[Path]:
    """So many pictures in two classes."""
    rng, paths = np.random.default_rng(0), []
    for number in range(count):
        path = folder / "ab"[number % 2] / f"{number}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number < DIFFERENT:
            drawn(rng, mode).save(path)
        else:
            os.link(paths[number % DIFFERENT], path)
        paths.append(path)
    return paths


def loaded(paths: list[Path]) -> int:
    return sum(Image.open(io.BytesIO(path.read_bytes())).load() is not None for path in paths)


def by_pillow(paths: list[Path], processes: int) -> None:
    parts = [paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE)]
    with ProcessPoolExecutor(processes, FORKED) as pool:
        assert sum(pool.map(loaded, parts)) == len(paths)


def by_us(folder: Path, count: int, processes: int, scratch: Path) -> None:
    dataset = of_folder(SETTINGS | {"folder": str(folder)}, "", Job(scratch, processes, lambda _: None))
    assert sum(split.shape[0] for split in dataset.splits.values()) == count


def picture(table: common.Table) -> Figure:
    words = "pictures read per second, as a share of those that Pillow alone decodes"
    return common.shares(table, "pictures", words, TARGET)


def main() -> None:
    parser = common.parser(__doc__, "600 pictures of each kind three times, not 2,000 five times")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    count, repeats = (600, 3) if arguments.small else (2000, 5)
    processes = arguments.processes
    columns = ("pictures", "count", "processes", "pillow_per_s", "ours_per_s", "share", "target", "met")
    table = common.Table("reading", *columns)
    for kind, (suffix, mode) in KINDS.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name, "pictures")
            paths = folder_of(folder, count, suffix, mode)
            pillow, ours, ratio = common.in_turn(
                partial(by_pillow, paths, processes), partial(by_us, folder, count, processes, Path(name)), repeats
            )
        met = "met" if ratio >= TARGET else "missed"
        table.add(kind, count, processes, count / pillow, count / ours, ratio, TARGET, met)
    table.save(picture(table))


if __name__ == "__main__":
    main()
