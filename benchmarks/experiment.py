"""The default experiment: wall time, overhead and memory; a repeat with nothing to do; the smoke experiment.

Everything runs in a copy of the workflow in a temporary folder, so that no results are lost; the first run has no
bytecode. `overhead` is wall time x cores minus the processor seconds of the jobs' own functions (`jobs`), so it covers
Snakemake, interpreter starts, imports and idle cores. Memory is reported by Linux for all processes of a run, including
the job server's: `largest` is the peak of the largest process (VmHWM), `together` the peak of all processes at the same
time (sum of Pss, every second). `largest_job` is the largest memory that the jobs recorded themselves, with their
encoders, as a check of `largest`.
"""

from harness import stages, tables, targets  # isort: skip
import os
import shutil
import tempfile
from pathlib import Path

from harness.judging import Unreported, typical
from harness.processes import Run, snakemake
from matplotlib.figure import Figure

from kernelscope.io import csv_files

CORES = 2  # for which the targets are set
SMOKE = ("--configfile", "config/smoke.yaml")
SMALL = """
pathvars: {results: results/small}
experiment: {architectures: [templates], seeds: [0], stages: [compare]}
datasets: {waveforms: {train_images: 60, test_images: 30, image_size: [40, 40]}}
architectures: {templates: {kernels: 3, kernel_size: 7}}
training: {epochs: 1, snapshots: 4, batch_size: 30}
comparison: {n_resamples: 20}
"""
TABLES = {
    "experiment": {
        **{"what": "text", "cores": "count", "wall": "s", "jobs": "CPU s", "overhead": "core s", "largest": "MB"},
        **{"together": "MB", "largest_job": "MB"},
    },
    "experiment_runs": {"architecture": "text", "test_accuracy": "share", "alive": "share", "structured": "share"},
}
TARGETS = (
    targets.at_most(
        180,
        "the default experiment of 26 networks on two cores, without bytecode",
        "experiment",
        "wall",
        what="default",
        cores=CORES,
    ),
    targets.at_most(40, "overhead of the default experiment", "experiment", "overhead", what="default", cores=CORES),
    targets.at_most(3, "finding nothing to do in the default experiment", "experiment", "wall", what="nothing to do"),
    targets.at_least(
        0.99, "test accuracy of `templates`, worst seed", "experiment_runs", "test_accuracy", architecture="templates"
    ),
    targets.at_least(
        0.98, "test accuracy of `stacked`, worst seed", "experiment_runs", "test_accuracy", architecture="stacked"
    ),
    targets.at_least(
        0.9, "kernels of `templates` that are alive, worst seed", "experiment_runs", "alive", architecture="templates"
    ),
    targets.at_least(
        0.9,
        "kernels of `templates` with structure, worst seed",
        "experiment_runs",
        "structured",
        architecture="templates",
    ),
)
KEPT = ("index.html", "logs/write_page.tsv")  # for benchmarks/page.py


def row(what: str, cores: int, run: Run, results: Path) -> tuple:
    """Return the cells of an experiment that ran."""
    usages = list((results / "logs").rglob("*.tsv"))
    jobs = sum(stages.usage(path, "cpu_time") for path in usages)
    largest = max(stages.usage(path, "max_rss") for path in usages) * 2**20 / 1e6
    return what, cores, run.seconds, jobs, run.seconds * cores - jobs, run.largest, run.together, largest


def idle(what: str, cores: int, runs: list[Run]) -> tuple:
    """Return the cells of runs that found nothing to do."""
    none = Unreported("no job ran")
    memory = (max(getattr(run, name) for run in runs) for name in ("largest", "together"))
    return what, cores, typical([run.seconds for run in runs]), none, none, *memory, none


def worst_seeds(summary: Path) -> None:
    """Add a row for every architecture, with the lowest value over its seeds."""
    table = tables.Table("experiment_runs", TABLES["experiment_runs"])
    runs = csv_files.read_csv(summary)
    for arch in dict.fromkeys(run["arch"] for run in runs):
        seeds = [run for run in runs if run["arch"] == arch]
        table.add(arch, *(lowest([run[key] for run in seeds]) for key in list(table.columns)[1:]))


def lowest(cells: list) -> float | Unreported:
    return min(map(float, cells)) if all(cell not in ("", None) for cell in cells) else Unreported("not measured here")


def figure(cost: Path) -> Figure:
    """Draw the seconds of every stage, summed over its jobs, as in cost.csv."""
    seconds = {}
    for row in csv_files.read_csv(cost):
        seconds[row["stage"]] = seconds.get(row["stage"], 0) + float(row["seconds"] or 0)
    page = Figure(figsize=(8, 5), layout="constrained")
    axes = page.subplots()
    names = sorted(seconds, key=seconds.get)
    axes.barh(names, [seconds[name] for name in names], color="#1f5a9e")
    axes.set(title="seconds of all jobs of a stage", xlabel="seconds")
    axes.spines[["top", "right"]].set_visible(False)
    return page


def keep(results: Path) -> None:
    for name in KEPT:
        (tables.folder / "experiment" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(results / name, tables.folder / "experiment" / name)


def main() -> None:
    options = tables.Options(__doc__, "one tiny training in place of both experiments")
    options.add_argument("--cores", type=int, default=min(CORES, os.cpu_count()))
    arguments = options.parse_args()
    cores, small = arguments.cores, arguments.small
    table = tables.Table("experiment", TABLES["experiment"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stages.copy_workflow(folder, bytecode=small)
        (folder / "small.yaml").write_text(SMALL)
        what, config = ("small", ("--configfile", "small.yaml")) if small else ("default", ())
        results = folder / ("results/small" if small else "results")
        table.add(*row(what, cores, snakemake(folder, cores, *config), results))
        table.add(*idle("nothing to do", cores, [snakemake(folder, cores, *config) for _ in range(1 if small else 5)]))
        if not small:
            table.add(*row("smoke", cores, snakemake(folder, cores, *SMOKE), folder / "results/smoke"))
            keep(results)
        worst_seeds(results / "summary.csv")
        table.save(figure(results / "cost.csv"))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
