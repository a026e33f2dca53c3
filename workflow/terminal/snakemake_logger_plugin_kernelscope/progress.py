"""How far a run is: its jobs, the work that each should be, and how long the rest will take."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

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
    outputs: tuple[str, ...] = ()
    log: str = ""
    state: str = "waiting"  # then running, done or failed
    since: float = 0.0  # when it started
    took: float = 0.0  # seconds, once it is done
    grouped: bool = False  # whether it runs in a job of the cluster with others, so that its time is not known

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.rule, "/".join(filter(None, (self.about, self.seed))))))

    def left(self, expected: float, now: float) -> float:
        """Return the seconds that it still runs: by its log if it says how far it is, else as expected."""
        spent = now - self.since
        share = job_logs.share(self.log, self.outputs) if self.stage in REPORTING else 0.0
        return spent * (1 / share - 1) if share else max(expected - spent, REST * expected)


class Progress:
    """The jobs of a run. `now` is in seconds, of a clock that never goes back."""

    def __init__(self, jobs: dict[int, dict] | None = None, cores: int = 1, now: float = 0.0) -> None:
        """Take all jobs before the first one starts. jobs: number of a job -> the fields of `Job`."""
        self.jobs = {number: Job(**job) for number, job in (jobs or {}).items()}
        self.cores, self.began = max(1, min(cores, len(self.jobs))), now
        self.each = len({job.about for job in self.jobs.values() if job.stage == "train"}) <= MANY
        self.kinds: dict[tuple, list[Job]] = defaultdict(list)
        for job in self.jobs.values():
            self.kinds[self.kind(job)].append(job)
        self.open = {kind: len(jobs) for kind, jobs in self.kinds.items()}  # how many are not done

    def having(self, state: str) -> list[Job]:
        return [job for job in self.jobs.values() if job.state == state]

    def kind(self, job: Job) -> tuple[str, str]:
        """Return what jobs on one line have in common: the stage; for trainings also the dataset and architecture."""
        return job.stage, job.about if job.stage == "train" and self.each else ""

    def start(self, numbers: Iterable[int], now: float) -> None:
        """Count jobs that start, perhaps again."""
        for number in set(numbers) & self.jobs.keys():
            self.jobs[number].state, self.jobs[number].since = "running", now

    def describe(self, number: int, outputs: list[str], logs: list[str], now: float) -> None:
        """Take the files of a job that starts; of a group of jobs, nothing else says that it starts."""
        if job := self.jobs.get(number):
            job.outputs, job.log = tuple(map(str, outputs)), str(next(iter(logs), ""))
            if job.state != "running":
                job.grouped = True
                self.start([number], now)

    def finish(self, number: int, now: float) -> list[Job]:
        """Count a job that finished; return the jobs of its kind if all are done, unless they have no work (`all`)."""
        job = self.jobs.get(number)
        if job is None or job.state != "running":
            return []
        job.state, job.took = "done", job.seconds if job.grouped else now - job.since
        self.open[self.kind(job)] -= 1
        return self.kinds[self.kind(job)] if job.stage and not self.open[self.kind(job)] else []

    def fail(self, number: int) -> str:
        """Count a job that failed; return its name."""
        job = self.jobs.get(number)
        if job and job.state == "running":
            job.state = "failed"
        return job.name if job else ""

    def estimate(self, now: float) -> tuple[float, float]:
        """Return the share of the work that is done, and how many seconds the rest takes at the speed so far."""
        done, running = self.having("done"), self.having("running")
        work = sum(job.took for job in done) + sum(now - job.since for job in running)
        slow = slowness(done)
        left = sum(job.seconds * slow[job.rule] for job in self.having("waiting"))
        left += sum(job.left(job.seconds * slow[job.rule], now) for job in running)
        speed = (self.cores * TRUST + work) / (TRUST + now - self.began)  # of work, a second
        return work / (work + left) if work + left else 1.0, left / max(0.5, speed)


def slowness(done: list[Job]) -> dict[str, float]:
    """Return rule -> how many times as long as expected its jobs should take, from those that are done."""

    def factor(jobs: list[Job], trust: float, usual: float) -> float:
        return (sum(job.took for job in jobs) + trust * usual) / (sum(job.seconds for job in jobs) + trust)

    overall, rules = factor(done, TRUST, 1.0), defaultdict(list)
    for job in done:
        rules[job.rule].append(job)
    known = {rule: factor(jobs, max(job.seconds for job in jobs) or 0.1, overall) for rule, jobs in rules.items()}
    return defaultdict(lambda: overall, known)
