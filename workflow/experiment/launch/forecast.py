"""How long an experiment should take, before it begins: from what its jobs took the last time, else from the default.

A training that was never measured is expected to take as long as one of the default experiment for as many pixels; its
kernels do not count.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from experiment.launch import announcement
from experiment.plan import jobs, resources
from experiment.plan.plan import Plan

PIXELS = 1.4e8  # that a training of the default experiment sees in the seconds of announcement.SECONDS
OVERHEAD = 0.37  # seconds of a core that Snakemake takes for a job; in the default experiment on 2026-12-01


def line(plan: Plan, cores: int) -> str:
    """Return a line about the whole experiment: minutes on so many cores, and the largest memory of a job."""
    costs, memory = announcement.measured(Path(plan.results) / announcement.COSTS), largest(plan)
    every = [job for job in jobs.jobs(plan) if job.logged == job.wildcards]  # a job for several seeds counts once
    measured = sum(key(job) in costs.get(job.rule, {}) for job in every)
    total = sum(seconds(plan, job, costs) + OVERHEAD for job in every)
    whence = f"{measured} of {len(every)} jobs were measured" if measured else "a rough estimate, as none was measured"
    words = f"all {len(every)} jobs take {duration(total / cores)} on {cores} core{'s' * (cores != 1)} ({whence})"
    return f"{words}, and at most {memory / 1000:.1f} GB of memory in a job"


def seconds(plan: Plan, job: jobs.Job, costs: dict[str, dict[tuple, float]]) -> float:
    """Return how long a job should take on a core."""
    if job.rule not in ("train_network", "train_group") or key(job) in costs.get(job.rule, {}):
        return announcement.described(job.rule, job.wildcards, [job.manifest], costs)["seconds"]
    dataset, arch, seed = key(job)
    seeds = len(plan.groups[arch][int(seed)]) if job.rule == "train_group" else 1
    return announcement.SECONDS[job.rule] * seeds * resources.pixels_seen(plan, dataset, arch) / PIXELS


def key(job: jobs.Job) -> tuple[str, ...]:
    """Return the dataset, architecture and seed of a job, as far as it has them."""
    return tuple(job.wildcards[name] for name in ("dataset", "arch", "seed") if name in job.wildcards)


def largest(plan: Plan) -> float:
    """Return the MB that the largest job should take: half of what jobs ask a cluster for."""
    return max(resources.megabytes(plan, *about) for about in kinds(jobs.jobs(plan))) / 2


def kinds(every: Iterable[jobs.Job]) -> set[tuple]:
    """Return rule, dataset and architecture of all jobs; None where a job has none."""
    return {(job.rule, job.wildcards.get("dataset"), job.wildcards.get("arch")) for job in every}


def duration(total: float) -> str:
    """Return a time in words, as exact as it can be known."""
    if total < 90:
        return "about a minute"
    if total < 100 * 60:
        return f"about {round(total / 60)} minutes"
    return f"about {round(total / 3600)} hours"


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
