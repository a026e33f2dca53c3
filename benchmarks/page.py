"""The page of a finished experiment in a browser: size, first paint, a frame of the evolution view, opening a kernel.

A frame is one step of the slider, which draws all kernels and curves again. The slowest layer of all architectures
counts. The time of writing the page was recorded by its job. Arguments are folders of finished experiments; by
default, the experiment that benchmarks/experiment.py kept, else results/.
"""

from harness import ROOT, stages, tables, targets, timing  # isort: skip
import shutil
import statistics
import sys
from functools import partial
from pathlib import Path

sys.path += [str(ROOT / "tests/support"), str(ROOT / "tests/support/running")]

from browser import NAMES, View, chromium
from harness.judging import typical

PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
WHAT = """() => {
    const { ARCHITECTURES, DATASETS, SEEDS, convLayers } = kernelscope;
    return [DATASETS[0], ARCHITECTURES.flatMap((arch) => convLayers(arch).map((layer) => [arch, layer, SEEDS[arch]]))];
}"""
FRAMES = """() => [1, 2, 3].flatMap(() => Array.from({ length: kernelscope.player.last + 1 }, (_, t) => {
    const start = performance.now();
    kernelscope.player.go(t);
    return performance.now() - start;
}))"""
TABLES = {
    "page": {
        **{"results": "text", "runs": "count", "size": "MB", "written": "s", "paint": "s", "evolution": "s"},
        **{"frame": "ms", "kernel": "s"},
    }
}
TARGETS = (
    targets.at_most(4, "size of the page of the default experiment", "page", "size", runs=26),
    targets.at_most(40, "size of a page of 100 runs (give its folder)", "page", "size", runs=100),
    targets.at_most(15, "writing the page of the default experiment", "page", "written", runs=26),
    targets.at_most(1, "first paint of the page of the default experiment", "page", "paint", runs=26),
    targets.at_most(8, "a frame of its evolution view, default experiment", "page", "frame", runs=26),
)
AFTER = ("experiment",)


def missing() -> str:
    return "" if any(map(shutil.which, NAMES)) else f"found no browser: none of {', '.join(NAMES)} is on the path"


def missing_results() -> str:
    return "" if finished() else "found no finished experiment of this code; `make` makes one"


def finished() -> Path | None:
    """Return the folder of results with a page made by the current code, or None."""
    folders = (tables.folder / "experiment", ROOT / "results")
    return next((path for path in folders if not unfit(path)), None)


def unfit(folder: Path) -> str:
    """Return in words why a folder has no page made by the current code, or ""."""
    page = folder / "index.html"
    if not page.exists():
        return "found no index.html; make the experiment first"
    newest = max((path for path in (ROOT / "workflow").rglob("*.*") if path.suffix != ".pyc"), key=modified)
    if modified(page) < modified(newest):
        return f"index.html is older than {newest.relative_to(ROOT)}; make the experiment again"
    return ""


def modified(path: Path) -> float:
    return path.stat().st_mtime


def measured(folder: Path, browser, repeats: int) -> list:
    """Return the cells of a row."""
    paints = []
    for _ in range(repeats):
        page = View(browser, folder / "index.html")
        paints.append(page.open().evaluate(PAINT))
        if page.complaints:
            sys.exit(f"{folder}: {page.complaints[0]}")
    dataset, archs = page.tab.evaluate(WHAT)
    opening, frames = [], []
    for arch, layer, _ in archs:
        route = partial(page.open, f"evolution/{dataset}/{arch}/{layer}")
        opening.append([timing.seconds(route) for _ in range(repeats)])
        frames.append(statistics.median(page.tab.evaluate(FRAMES)))
    first, layer, seeds = archs[0]
    kernel = [timing.seconds(lambda: page.open(f"{dataset}/{first}/{seeds[-1]}/{layer}/0")) for _ in range(repeats)]
    written = stages.usage(folder / "logs/write_page.tsv", "s")
    size = page.index.stat().st_size / 1e6
    times = typical(paints), typical(max(opening, key=statistics.median)), max(frames), typical(kernel)
    runs = sum(len(seeds) for seeds in {arch: seeds for arch, _, seeds in archs}.values())
    return [str(folder), runs, size, written, *times]


def main() -> None:
    options = tables.Options(__doc__, "everything once")
    options.add_argument("results", nargs="*", type=Path, help="folders of finished experiments")
    arguments = options.parse_args()
    if why := missing():
        sys.exit(f"page: {why}")
    table = tables.Table("page", TABLES["page"])
    with chromium() as browser:
        for folder in arguments.results or [finished() or ROOT / "results"]:
            if why := unfit(folder):
                sys.exit(f"{folder}: {why}")
            table.add(*measured(folder.resolve(), browser, 1 if arguments.small else 3))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
