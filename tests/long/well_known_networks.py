"""Make everything of pretrained runs with the layers of AlexNet, VGG-16 and EfficientNet-B0; report what it takes.

The weights are random. Each network has two runs at three times. Prints a table of docs/robustness.md.

python tests/long/well_known_networks.py --save
python tests/long/well_known_networks.py --networks AlexNet --keep FOLDER
"""

import argparse
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
import torch
import yaml
from made_up.torchvision_shapes import NETWORKS, series
from odd import checks
from odd.carried_out import logs_of
from projects import ROOT, Project, copied
from used import Used, used

from experiment.plan import loading

CONFIG, RUNS, STEPS = "theirs.yaml", ("a", "b"), (0, 500, 1000)
HEAD = (
    *("network", "processor minutes#", "slowest job", "its minutes#", "largest job", "takes (MB)#", "asks for (MB)#"),
    *("largest file", "MB#", "all files (MB)#", "date"),
)


class Outcome(NamedTuple):
    """What everything of a network took: its jobs, the MB of each file, and what is wrong."""

    network: str
    jobs: list[Used]
    files: dict[str, float]
    problems: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, help="by default all")
    parser.add_argument("--cores", default="2")
    parser.add_argument("--keep", type=Path, help="a folder for the results")
    parser.add_argument("--save", action="store_true", help="keep what is found in docs/robustness.json")
    arguments = parser.parse_args()
    found = kept.load("networks") if arguments.save else {}
    for outcome in campaign(arguments.networks, arguments.cores, arguments.keep):
        found[outcome.network] = row(outcome)
        if arguments.save:
            kept.keep("networks", found, table(found))
    print("\n".join(table(found)))
    sys.exit(0 if good(found) else 1)


def campaign(networks: Iterable[str] | None = None, cores: str = "2", keep: Path | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each of these networks, by default of all, after printing it."""
    for network in NETWORKS if networks is None else networks:
        with tempfile.TemporaryDirectory() as scratch:
            ended = outcome(network, (keep or Path(scratch)).resolve() / network, cores)
        for line in ended.problems:
            print(f"WRONG: {network}: {line}", flush=True)
        for job in ended.jobs:
            print(f"{job.rule}: {job.minutes:.2f} min, {job.taken:.0f} MB of {job.asked}", flush=True)
        print("\n".join(table({network: row(ended)})[2:]), flush=True)
        yield ended


def outcome(network: str, folder: Path, cores: str) -> Outcome:
    """Make everything of a network in a copy of the workflow in a new folder."""
    project = copied(ROOT, folder)
    for seed, run in enumerate(RUNS):
        (folder / "theirs" / run).mkdir(parents=True)
        for step, state in zip(STEPS, series(network, len(STEPS), seed), strict=True):
            torch.save(state, folder / "theirs" / run / f"{step}.pt")
    (folder / CONFIG).write_text(yaml.safe_dump(settings(folder / "theirs")), encoding="utf-8")
    done = project.run_alone("-m", "snakemake", "--cores", cores, "--keep-going", "--configfile", CONFIG)
    return measured(network, project, done.returncode, done.stdout + done.stderr)


def settings(folder: Path) -> dict:
    """Return the config of the runs in a folder."""
    return {
        "pathvars": {"results": "results"},
        "experiment": {"datasets": ["theirs"], "architectures": ["pretrained"], "seeds": [0, 1]},
        "datasets": {"theirs": {"source": "pretrained", "folder": str(folder), "files": "{run}/{step}.pt"}},
        "architectures": {"pretrained": {"network": "pretrained"}},
        "comparison": {"n_resamples": 20},
        "analysis": {"n_resamples": 99},
    }


def measured(network: str, project: Project, status: int, output: str) -> Outcome:
    """Return what everything of a network took."""
    results = project.folder / "results"
    paths = [path for path in results.rglob("*") if path.is_file()]
    files = {str(path.relative_to(results)): path.stat().st_size / 1e6 for path in paths}
    jobs = used(loading.load([project.folder / CONFIG]), results)
    return Outcome(network, jobs, files, list(wrong(results, jobs, status, output)))


def wrong(results: Path, jobs: list[Used], status: int, output: str) -> Iterator[str]:
    """Yield what is wrong with the results."""
    if status:
        yield f"exit status {status}: {output[-1500:]}"
    yield from checks.traces(output, logs_of(results))
    yield from checks.figures(results, "screen")
    yield from checks.tables(results)
    yield from checks.movies(results)
    yield from checks.findings(results)
    yield from (f"{job.rule} takes {job.taken:.0f} MB and asks for {job.asked}" for job in jobs if job.ratio < 1)
    yield from (f"{job.rule} takes {job.minutes:.1f} min of {job.limit}" for job in jobs if job.minutes > job.limit)


def row(ended: Outcome) -> dict:
    """Return what is kept of a network: what everything took, the slowest and the largest job, and the largest file."""
    slowest, largest = (max(ended.jobs, key=attrgetter(name)) for name in ("minutes", "megabytes"))
    file = max(ended.files, key=ended.files.get)
    return {
        "minutes": round(sum(job.minutes for job in ended.jobs), 1),
        "slowest": [slowest.rule, round(slowest.minutes, 1)],
        "largest": [largest.rule, round(largest.taken), largest.asked],
        "file": [Path(file).name, round(ended.files[file], 1)],
        "megabytes": round(sum(ended.files.values())),
        "problems": len(ended.problems),
        "date": kept.today(),
    }


def good(found: dict[str, dict]) -> bool:
    return not any(of["problems"] for of in found.values())


def table(found: dict[str, dict]) -> list[str]:
    """Return the lines of a Markdown table with a row for each network."""
    rows = []
    for network, of in found.items():
        (slowest, minutes), (largest, taken, asked), (file, megabytes) = of["slowest"], of["largest"], of["file"]
        jobs = f"`{slowest}`", minutes, f"`{largest}`", taken, asked
        rows.append((network, of["minutes"], *jobs, f"`{file}`", megabytes, of["megabytes"], of["date"]))
    return kept.written(HEAD, rows)


if __name__ == "__main__":
    main()
