"""Which jobs of an experiment are done, while others still run."""

from collections.abc import Iterator
from pathlib import Path

from experiment.plan.jobs import jobs
from experiment.plan.plan import Plan
from experiment.provenance.verify import difference, made_by
from kernelscope.io import manifest


class Done:
    """The jobs whose manifest agrees with the config and the code; a manifest is read again only when it changes."""

    def __init__(self, plan: Plan, results: Path):
        self.results, self.jobs = results, list(jobs(plan))
        self.expected = {job.manifest: made_by(plan, job) for job in self.jobs}
        self.known: dict[Path, tuple[int, bool]] = {}

    def now(self) -> Iterator[tuple[Path, int]]:
        """Yield the manifest of every job that is done, with the time in ns, which changes if the job is done again."""
        for job in self.jobs:
            path = self.results / job.manifest
            try:
                changed = path.stat().st_mtime_ns
            except OSError:
                continue
            if self.known.get(path, (0, False))[0] != changed:
                content = manifest.read(path)
                holds = content is not None and not difference(content, self.expected[job.manifest])
                self.known[path] = changed, holds
            if self.known[path][1]:
                yield job.manifest, changed
