"""How far a run is: its jobs, the work that each should be, and how long the rest will take."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from snakemake_logger_plugin_kernelscope import job_logs

TRUST = 20.0  # seconds of work after which what was measured counts as much as what was expected
MANY = 12  # kinds of networks that have a line of their own when they are trained; if there are more, all share a line
REPORTING = "dataset", "train"  # stages whose jobs write to their logs how far they are
REST = 0.1  # share of its expected time that a job still has, if it already takes longer than expected


@dataclass
class Job:
    """One job: its rule and stage, what it is about, and the seconds that it should take."""

    rule: str
    stage: str
    about: str  # dataset/architecture, or only a dataset
    seed: str
    seconds: float
    outputs: list[str] = field(default_factory=list)
    log: str = ""
    started: float | None = None
    ended: float | None = None
    failed: bool = False
    grouped: bool = False  # whether it runs in a job of the cluster with others, so that its time is not known

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.rule, "/".join(filter(None, (self.about, self.seed))))))


class Estimate(NamedTuple):
    """The share of the work that is done, from 0 to 1, and the seconds that are left."""

    share: float
    left: float


class Progress:
    """The jobs of a run. `now` is in seconds, of a clock that never goes back."""

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.cores, self.began, self.done, self.failures, self.each = 1, 0.0, 0, 0, True
        self.running: dict[int, Job] = {}
        self.waiting: Counter[str] = Counter()  # rule -> expected seconds of the jobs that have not started
        self.seen: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])  # rule -> seconds measured, expected
        self.most: Counter[str] = Counter()  # rule -> expected seconds of its longest job that has finished
        self.kinds: dict[tuple, list[Job]] = defaultdict(list)
        self.open: Counter[tuple] = Counter()  # kind -> jobs that have not finished

    def plan(self, jobs: dict[int, dict], cores: int, now: float) -> None:
        """Take all jobs before the first one starts. jobs: number of a job -> the fields of `Job`."""
        self.jobs = {number: Job(**job) for number, job in jobs.items()}
        self.cores, self.began = max(1, min(cores, len(jobs))), now
        self.each = len({job.about for job in self.jobs.values() if job.stage == "train"}) <= MANY
        for job in self.jobs.values():
            self.waiting[job.rule] += job.seconds
            self.kinds[self.kind(job)].append(job)
            self.open[self.kind(job)] += 1

    @property
    def total(self) -> int:
        return len(self.jobs)

    def kind(self, job: Job) -> tuple[str, str]:
        """Return what jobs on one line have in common: the stage; for trainings also the dataset and architecture."""
        return job.stage, job.about if job.stage == "train" and self.each else ""

    def elapsed(self, now: float) -> float:
        return now - self.began

    def start(self, numbers: list[int], now: float) -> None:
        """Count jobs that start, perhaps again."""
        for number in set(numbers) & self.jobs.keys():
            job = self.jobs[number]
            if job.failed:
                self.failures -= 1
            elif number not in self.running:
                self.waiting[job.rule] -= job.seconds
            job.started, job.ended, job.failed, self.running[number] = now, None, False, job

    def describe(self, number: int, outputs: list[str], logs: list[str], now: float) -> None:
        """Take the files of a job that starts; of a group of jobs, nothing else says that it starts."""
        if number in self.jobs:
            job = self.jobs[number]
            job.outputs, job.log = list(map(str, outputs)), str(next(iter(logs), ""))
            if number not in self.running:
                self.start([number], now)
                job.grouped = True

    def finish(self, number: int, now: float) -> tuple[str, str, list[Job]] | None:
        """Count a job that finished; if no other of its kind is left, return the stage, what they are about, and they.

        The stage is empty for jobs without work of their own, such as `all`.
        """
        job = self.running.pop(number, None)
        if job is None:
            return None
        job.ended, kind = now, self.kind(job)
        self.done += 1
        self.seen[job.rule][0] += job.seconds if job.grouped else now - job.started
        self.seen[job.rule][1] += job.seconds
        self.most[job.rule] = max(self.most[job.rule], job.seconds)
        self.open[kind] -= 1
        return (*kind, self.kinds[kind]) if job.stage and not self.open[kind] else None

    def fail(self, number: int, now: float) -> None:
        """Count a job that failed."""
        job = self.running.pop(number, None)
        if job is not None:
            job.ended, job.failed = now, True
            self.failures += 1

    def slowness(self) -> dict[str, float]:
        """Return rule -> how many times as long as expected its jobs should take, from those that have finished."""
        measured, expected = (sum(pair[i] for pair in self.seen.values()) for i in (0, 1))
        overall = (measured + TRUST) / (expected + TRUST)
        factors = dict.fromkeys(self.waiting, overall)
        for rule, (measured, expected) in self.seen.items():
            trust = self.most[rule] or 0.1  # as much as one job
            factors[rule] = (measured + trust * overall) / (expected + trust)
        return factors

    def work_left(self, now: float) -> float:
        """Return the seconds of work that are left."""
        slowness = self.slowness()
        waiting = sum(seconds * slowness[rule] for rule, seconds in self.waiting.items())
        return waiting + sum(left_of(job, job.seconds * slowness[job.rule], now) for job in self.running.values())

    def work_done(self, now: float) -> float:
        """Return the seconds of work that are done."""
        ended = sum(measured for measured, _ in self.seen.values())
        return ended + sum(now - job.started for job in self.running.values())

    def estimate(self, now: float) -> Estimate:
        """Return the share of the work that is done, and how many seconds the rest takes at the speed so far."""
        done, left = self.work_done(now), self.work_left(now)
        speed = (self.cores * TRUST + done) / (TRUST + self.elapsed(now))  # of work, a second
        return Estimate(done / (done + left) if done + left else 1.0, left / max(0.5, speed))


def left_of(job: Job, expected: float, now: float) -> float:
    """Return how many seconds a running job still takes: by its log if it says how far it is, else as expected."""
    spent = now - job.started
    share = job_logs.share(job.log, job.outputs) if job.stage in REPORTING else 0.0
    return spent * (1 / share - 1) if share else max(expected - spent, REST * expected)
