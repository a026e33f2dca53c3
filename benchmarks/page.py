"""The page of an experiment in a browser: its size, the first paint, a frame of the evolution view, a kernel's place.

A frame is one step of the slider: all kernels and curves are drawn anew. The slowest first layer of all architectures
counts. Give it folders of finished experiments: .venv/bin/python benchmarks/page.py results [another ...]
"""

import common  # isort: skip
import statistics
import sys
from functools import partial
from pathlib import Path

sys.path.append(str(common.ROOT / "tests"))

from browser import View, chromium

PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
WHAT = "[DATASETS[0], ARCHITECTURES.map((arch) => [arch, convLayers(arch)[0]]), SEEDS]"
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
    dataset, archs, seeds = page.tab.evaluate(WHAT)
    opening, frames = [], []
    for arch, layer in archs:
        opening.append(common.seconds(partial(page.open, f"evolution/{dataset}/{arch}/{layer}")))
        frames.append(statistics.median(page.tab.evaluate(FRAMES)))
    kernel = common.seconds(lambda: page.open(f"{dataset}/{arch}/{seeds[-1]}/{layer}/0"))
    if page.complaints:
        sys.exit(f"{folder}: {page.complaints[0]}")
    written = common.usage(folder / "logs/write_page.tsv", "s")
    size = page.index.stat().st_size / 1e6
    return [str(folder), len(archs) * len(seeds), size, written, paint, max(opening), max(frames), kernel]


if __name__ == "__main__":
    print(LIMITS)
    columns = "results", "runs", "mb", "written_s", "paint_s", "evolution_s", "frame_ms", "kernel_s"
    table = common.Table("page", *columns)
    with chromium() as found:
        for name in sys.argv[1:] or ["results"]:
            if not Path(name, "index.html").exists():
                sys.exit(f"{name}: found no index.html; make the experiment first")
            table.add(*measured(Path(name).resolve(), found))
