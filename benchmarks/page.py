"""The page of an experiment in a browser: its size, the first paint, a frame of the evolution view, a kernel's place.

A frame is one step of the slider: all kernels and curves are drawn anew. Give it folders of finished experiments, of
which the first layer of the first architecture is shown: .venv/bin/python benchmarks/page.py results [another ...]
"""

import common  # isort: skip
import csv
import statistics
import sys
from pathlib import Path

sys.path.append(str(common.ROOT / "tests"))

from browser import View, chromium

PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
WHAT = "[DATASETS[0], ARCHITECTURES, convLayers(ARCHITECTURES[0])[0], SEEDS]"
FRAMES = """() => [1, 2, 3].flatMap(() => Array.from({ length: player.last + 1 }, (_, t) => {
    const start = performance.now();
    player.go(t);
    return performance.now() - start;
}))"""
LIMITS = "at most: 5 MB (40 for 100 runs), 1 s to the first paint, 8 ms a frame, written in 5 s"


def measured(folder: Path, browser) -> list:
    """The cells of a row."""
    page = View(browser, folder / "index.html")
    paint = page.open().evaluate(PAINT)
    dataset, archs, layer, seeds = page.tab.evaluate(WHAT)
    evolution = common.seconds(lambda: page.open(f"evolution/{dataset}/{archs[0]}/{layer}"))
    frame = statistics.median(page.tab.evaluate(FRAMES))
    banks = page.tab.evaluate("document.querySelectorAll('canvas.kernels').length")
    kernel = common.seconds(lambda: page.open(f"{dataset}/{archs[-1]}/{seeds[-1]}/{layer}/0"))
    if page.complaints:
        sys.exit(f"{folder}: {page.complaints[0]}")
    with (folder / "logs/write_page.tsv").open(newline="") as file:
        written = float(next(csv.DictReader(file, delimiter="\t"))["s"])
    size = page.index.stat().st_size / 1e6
    return [str(folder), len(archs) * len(seeds), size, written, paint, evolution, banks, frame, kernel]


if __name__ == "__main__":
    print(LIMITS)
    columns = "results", "runs", "mb", "written_s", "paint_s", "evolution_s", "seeds_shown", "frame_ms", "kernel_s"
    table = common.Table("page", *columns)
    with chromium() as found:
        for name in sys.argv[1:] or ["results"]:
            table.add(*measured(Path(name).resolve(), found))
