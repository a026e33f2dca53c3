"""Run experiments at the corners of the schema, and compare the memory of each job with what it asks a cluster for.

No job may take more memory or time than it asks for. Jobs that ask for more than twice what they take are printed.

python tests/long/needs.py --save
python tests/long/needs.py --corners snapshots seeds
"""

import argparse
import copy
import sys
import tempfile
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support/running"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "scripts"))

import kept
import yaml
from odd.carried_out import logs_of
from odd.checks import reasons
from projects import ROOT, copied
from used import Used, used

from experiment.plan import loading

CONFIG = "corner.yaml"
MOST = 2  # times what a job takes
HEAD = ("corner", "jobs#", "nearest job", "takes (MB)#", "asks for#", "farthest job", "takes#", "asks for#", "date")
BASE = {
    "experiment": {"datasets": ["waveforms"], "architectures": ["templates"], "seeds": [0, 1]},
    "datasets": {"waveforms": {"train_images": 240, "test_images": 60, "image_size": [48, 48]}},
    "architectures": {
        "templates": {"kernels": 6, "kernel_size": 9, "seeds": [0, 1]},
        "stacked": {"kernels": 6, "kernel_size": 5, "widths": [6, 8]},
    },
    "training": {"epochs": 1, "snapshots": 4, "batch_size": 40},
    "comparison": {"n_resamples": 20},
    "analysis": {"n_resamples": 99, "images": 60},
}
STACKED = {"experiment.architectures": ["stacked"]}
CORNERS = {  # name -> path of a key -> its value
    "smallest": {},
    "pixels": {"datasets.waveforms.image_size": [256, 256]},
    "images": {"datasets.waveforms.train_images": 20_000, "datasets.waveforms.test_images": 2000},
    "images on disk": {"datasets.waveforms.train_images": 5000, "memory.images": 1},
    "colors": {"datasets.waveforms.trace_colors": ["green", "yellow"], "datasets.waveforms.image_size": [96, 96]},
    "kernels": {"architectures.templates.kernels": 512},
    "kernel size": {"architectures.templates.kernel_size": 40, "architectures.templates.kernels": 48},
    "widths": STACKED | {"architectures.stacked.widths": [256, 256], "architectures.stacked.kernels": 64},
    "snapshots": {"training.snapshots": 1000, "training.epochs": 200, "architectures.templates.kernels": 48},
    "batches": {"training.batch_size": 5000, "datasets.waveforms.train_images": 5000},
    "seeds": {"architectures.templates.seeds": list(range(24))},
    "seeds in a job": {"architectures.templates.seeds": list(range(8)), "training.seeds_per_job": 8},
    "networks": {"experiment.architectures": ["templates", "stacked", "cnnkernels"]},
    "draws of measures": {"analysis.n_resamples": 20_000},
    "draws of pairs": {"comparison.n_resamples": 2000, **STACKED},
    "images of probes": {"analysis.images": 2000, "datasets.waveforms.train_images": 3000},
    "paper": {"figures.for": "paper", "figures.formats": ["png", "pdf", "svg"]},
    "slides": {"figures.for": "slide", "architectures.templates.kernels": 64},
    "digits": {
        **{"experiment.datasets": ["digits"], "datasets.digits": {"source": "digits"}},
        "architectures.templates.kernel_size": 5,
    },
    "deep belief": {
        "experiment.architectures": ["deep"],
        "architectures.deep": {"network": "cdbn"},
        "architectures.deep.cdbn": {"kernels": [200], "kernel_sizes": [10], "steps": [50], "crops": [28]},
        "architectures.deep.cdbn.sparsity_targets": [0.002],
    },
}


class Outcome(NamedTuple):
    """The jobs of an experiment at a corner, and why it failed."""

    corner: str
    jobs: list[Used]
    problems: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corners", nargs="+", choices=CORNERS, help="by default all")
    parser.add_argument("--cores", default="2")
    parser.add_argument("--save", action="store_true", help="keep what is found in docs/robustness.json")
    arguments = parser.parse_args()
    found = kept.load("corners") if arguments.save else {}
    for outcome in campaign(arguments.corners, arguments.cores):
        found[outcome.corner] = row(outcome)
        if arguments.save:
            kept.keep("corners", found, table(found))
    print("\n".join(table(found)))
    sys.exit(0 if good(found) else 1)


def campaign(corners: Iterable[str] | None = None, cores: str = "2") -> Iterator[Outcome]:
    """Yield the outcome of each of these corners, by default of all, after printing it."""
    for corner in CORNERS if corners is None else corners:
        with tempfile.TemporaryDirectory() as scratch:
            outcome = Outcome(corner, *carried_out(corner, Path(scratch) / "project", cores))
        for line in outcome.problems:
            print(f"WRONG: {corner}: {line}", flush=True)
        for job in sorted(outcome.jobs, key=attrgetter("ratio")):
            if not 1 <= job.ratio <= MOST:
                print(f"{corner}: {job.rule} takes {job.taken:.0f} MB and asks for {job.asked}", flush=True)
            if job.minutes > job.limit:
                print(f"{corner}: {job.rule} takes {job.minutes:.1f} minutes and asks for {job.limit}", flush=True)
        print("\n".join(table({corner: row(outcome)})[2:]), flush=True)
        yield outcome


def row(outcome: Outcome) -> dict:
    """Return what is kept of a corner: the jobs that are nearest to what they ask for and farthest from it."""
    jobs = sorted(outcome.jobs, key=attrgetter("ratio"))
    ends = [[job.rule, round(job.taken), job.asked] for job in (jobs[0], jobs[-1])] if jobs else []
    late = sum(job.minutes > job.limit for job in jobs)
    return {"date": kept.today(), "ends": ends, "jobs": len(jobs), "problems": len(outcome.problems) + late}


def good(found: dict[str, dict]) -> bool:
    """Whether nothing failed, and no job took more memory or time than it asked for."""
    return not any(of["problems"] or any(taken > asked for _, taken, asked in of["ends"]) for of in found.values())


def at_corner(corner: str) -> dict:
    """Return the config of a corner."""
    config = copy.deepcopy(BASE)
    for path, value in CORNERS[corner].items():
        node, *keys = config, *path.split(".")
        for key in keys[:-1]:
            node = node.setdefault(key, {})
        node[keys[-1]] = copy.deepcopy(value)
    return config


def carried_out(corner: str, folder: Path, cores: str) -> tuple[list[Used], list[str]]:
    """Run the experiment of a corner; return its jobs, and why it failed."""
    project = copied(ROOT, folder)
    (folder / CONFIG).write_text(yaml.safe_dump(at_corner(corner)), encoding="utf-8")
    done = project.run_alone("-m", "snakemake", "--cores", cores, "--keep-going", "--configfile", CONFIG)
    problems = reasons(done.stdout + done.stderr, logs_of(folder / "results")) if done.returncode else []
    return used(loading.load([folder / CONFIG]), folder / "results"), problems


def table(found: dict[str, dict]) -> list[str]:
    """Return the lines of a Markdown table with a row for each corner."""
    rows = []
    for corner, of in found.items():
        ends = [(f"`{rule}`", taken, asked) for rule, taken, asked in of["ends"]] or [("", "", "")] * 2
        rows.append((corner, of["jobs"], *ends[0], *ends[1], of["date"]))
    return kept.written(HEAD, rows)


if __name__ == "__main__":
    main()
