"""Write a page about an experiment while it runs, again and again, until it is done: results/watch.html.

Runs beside Snakemake, reads only what finished jobs left behind, and writes nothing else.
"""

import argparse
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from experiment.launch.preflight import LOCK
from experiment.plan import loading
from experiment.plan.experiment import Experiment
from experiment.plan.jobs import Job
from experiment.plan.rule_table import RULES
from experiment.provenance.done import Done
from kernelscope.io import array_files, csv_files, files, manifest, records
from kernelscope.page import watching

PAGE = "watch.html"
OWN = Path(__file__).parent / "watch"
FIGURES = "samples.png", "vocabulary.png", "matched.png", "architectures.png", "similarity.png"
NAMES = {"dataset": "images", "train": "networks", "compare": "comparisons"}  # of stages, if not their own name


def main() -> None:
    parser = argparse.ArgumentParser(prog="watch.py", description=__doc__)
    parser.add_argument("--configfile", nargs="+", default=[], metavar="FILE", help="as for snakemake")
    parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="how often to look (default 2)")
    arguments = parser.parse_args()
    try:
        watch(loading.load(arguments.configfile), arguments.every)
    except KeyboardInterrupt:
        sys.exit(130)
    except (ValueError, OSError) as error:
        sys.exit("\n".join(f"kernelscope: {line}" for line in str(error).splitlines()))


def watch(experiment: Experiment, every: float) -> None:
    """Write the page whenever a job has finished; return when all are done."""
    results = Path(experiment.results)
    done, networks, before = Done(experiment, results), {}, None
    print(f"Open     {results / PAGE}", flush=True)
    while True:
        finished = dict(done.now())
        seen = {*finished.items(), is_running(results / LOCK)}
        if seen != before:
            write(results / PAGE, state(experiment, results, done.jobs, finished, networks))
            before = seen
        if len(finished) == len(done.jobs):
            print(f"Done. Open {results / 'index.html'}")
            return
        time.sleep(every)


def write(page: Path, content: dict) -> None:
    """Write the page at once, so that no browser reads half of it."""
    texts = ((OWN / name).read_text(encoding="utf-8") for name in ("page.html", "page.js"))
    with files.atomic(page) as temporary:
        temporary.write_text(watching.page(*texts, content), encoding="utf-8")


def is_running(lock: Path) -> bool:
    """Whether Snakemake makes these results on this machine, without a try of its lock, which might be in its way."""
    try:
        holder = re.fullmatch(r"process (\d+) on (.*)", lock.read_text(encoding="utf-8"))
        if holder and holder[2] == platform.node():
            os.kill(int(holder[1]), 0)
        return holder is not None
    except (OSError, ValueError):
        return False


def state(experiment: Experiment, results: Path, jobs: list[Job], finished: dict[Path, int], networks: dict) -> dict:
    """Return what the page shows. networks: pictures of runs, which are made once."""
    trained = [job for job in jobs if RULES[job.rule].stage == "train"]
    ready = [job for job in trained if job.manifest in finished]
    for job in ready:
        key = job.manifest, finished[job.manifest]
        if key not in networks:
            networks[key] = network(manifest.folder_of(results / job.manifest), experiment)
    kinds: dict[str, dict] = {}
    for job in trained:
        name = f"{job.wildcards['arch']} on {job.wildcards['dataset']}"
        kind = kinds.setdefault(name, {"name": name, "runs": [], "total": 0})
        kind["total"] += 1
        if job.manifest in finished and (run := networks[job.manifest, finished[job.manifest]]):
            kind["runs"].append(run | {"name": f"seed {job.wildcards['seed']}"})
    stages = stages_of(jobs, finished)
    left = [stage["name"] for stage in stages if stage["done"] < stage["total"]]
    waits = "" if is_running(results / LOCK) else " No run is under way; make starts or continues it."
    return {
        "headline": f"{len(ready)} of {len(trained)} networks are trained" if left else "All results are there",
        "coming": f"Still to come: {', '.join(left)}.{waits}",
        "stages": stages,
        "networks": [kind for kind in kinds.values() if kind["runs"]],
        "figures": list(figures(results, finished)),
        "next": "" if left else "index.html" if (results / "index.html").exists() else "summary.csv",
    }


def stages_of(jobs: list[Job], finished: dict[Path, int]) -> list[dict]:
    """Return the stages with the numbers of their jobs and of those that are done."""
    counts: dict[str, list[int]] = {}
    for job in jobs:
        count = counts.setdefault(RULES[job.rule].stage, [0, 0])
        count[0] += job.manifest in finished
        count[1] += 1
    return [{"name": NAMES.get(stage, stage), "done": done, "total": total} for stage, (done, total) in counts.items()]


def network(run: Path, experiment: Experiment) -> dict | None:
    """Return the kernels of the first layer of a run, its accuracy and its failure; None if it changes at present."""
    try:
        outcome = records.read_json(run / "run.json")
        arrays = array_files.read_npz(run / "snapshots.npz")
        layer = next(name.removeprefix("kernels/") for name in arrays if name.startswith("kernels/"))
        film = watching.film(arrays[f"kernels/{layer}"], experiment.config["figures"]["colormap"])
        rows = csv_files.read_csv(run / "history.csv") if (run / "history.csv").exists() else []
        accuracies = [float(row["test_accuracy"]) for row in rows if row.get("test_accuracy")]
        accuracy = outcome.get("test", {}).get("accuracy")
        return {
            "film": film,
            "layer": layer,
            "steps": " ".join(str(arrays["steps"][number]) for number in film["numbers"]),
            "accuracy": "" if accuracy is None else f"test accuracy {100 * accuracy:.1f} %",
            "failure": outcome.get("failure", ""),
            "curve": watching.curve(accuracies),
        }
    except (OSError, ValueError, KeyError, StopIteration):
        return None


def figures(results: Path, finished: dict[Path, int]) -> Iterator[dict]:
    """Yield the address and the name of figures that are there already, from finished jobs."""
    for path in finished:
        content = manifest.read(results / path) or {"outputs": {}}
        folder = manifest.folder_of(results / path)
        for name in sorted(content["outputs"].keys() & set(FIGURES)):
            path = (folder / name).relative_to(results)
            yield {"url": quote(path.as_posix()), "name": " ".join([*path.parts[1:-1], path.stem])}


if __name__ == "__main__":
    main()
