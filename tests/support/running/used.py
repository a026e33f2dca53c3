"""What the jobs of an experiment took, by their own measurement, and what they ask a cluster for."""

from pathlib import Path
from typing import NamedTuple

from experiment.plan import resources
from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs
from kernelscope.io import csv_files

ITSELF = 150  # MB that Snakemake takes in each job on a cluster, beside what the job measures of itself


class Used(NamedTuple):
    """A job: its rule, minutes of a processor, peak memory in MB, and the MB and minutes that it asks for."""

    rule: str
    minutes: float
    megabytes: float
    asked: int
    limit: int = 1

    @property
    def taken(self) -> float:
        """Return the MB that it takes on a cluster."""
        return self.megabytes + ITSELF

    @property
    def ratio(self) -> float:
        """Return what it asks for, relative to what it took."""
        return self.asked / self.taken


def used(experiment: Experiment, results: Path) -> list[Used]:
    """Return all jobs that were measured."""
    found = []
    for job in jobs(experiment):
        path = results / job.logs[1]
        if path.is_file():
            (row,) = csv_files.read_csv(path, "\t")
            names = job.rule, job.wildcards.get("dataset"), job.wildcards.get("arch")
            needs = resources.megabytes(experiment, *names), resources.minutes(experiment, *names)
            found.append(Used(job.rule, float(row["cpu_time"]) / 60, float(row["max_rss"]), *needs))
    return found
