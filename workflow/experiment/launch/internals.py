"""What this workflow asks of Snakemake beyond its documentation, each with an answer where an attribute is missing."""

from collections.abc import Callable

from snakemake.logging import logger

OWN_LIMIT = (100, 1)  # jobs, seconds


def attribute(thing, path: str, otherwise=None):
    """Return the attribute at a dotted path; `otherwise` if it is missing or None."""
    for name in path.split("."):
        thing = getattr(thing, name, None)
    return otherwise if thing is None else thing


def is_main(workflow) -> bool:
    """Whether the Snakefile being read is the main one, not a module of another."""
    return attribute(workflow, "modifier.is_main_snakefile", lambda: True)()


def runs_here(workflow) -> bool:
    """Whether jobs run on this machine."""
    return attribute(workflow, "local_exec", True)


def deployment(workflow) -> set[str]:
    """Return how jobs get environments of their own, such as CONDA."""
    return {method.name for method in attribute(workflow, "deployment_settings.deployment_method", ())}


def shares_cache(workflow) -> bool:
    """Whether results are shared between workflows (--cache)."""
    return attribute(workflow, "workflow_settings.cache") is not None


def lift_job_rate_limit(workflow) -> None:
    """Lift Snakemake's own limit of 100 jobs a second before the first job; one that the user gave stays.

    Under any limit 9.27 looks at all ready jobs once more one timespan after each look (JobScheduler.schedule), and
    every job that finishes begins another such row of looks. While more jobs are ready than cores are free, these took
    a whole core after 130 jobs.
    """
    limit = attribute(workflow, "scheduler.job_rate_limiter")
    if (attribute(limit, "max_jobs"), attribute(limit, "timespan")) == OWN_LIMIT:
        workflow.scheduler.job_rate_limiter = None


def before_jobs(workflow, step: Callable[[], None]) -> None:
    """Call `step` before the first job of a run, in the main process; never for a dry run, a report or a repair.

    For a module, in place of `onstart`, which Snakemake calls for the main Snakefile alone: the log event that counts
    the jobs of a run comes immediately before it.
    """

    def on_event(record) -> bool:
        if attribute(record, "event.name") == "RUN_INFO" and not attribute(workflow, "dryrun", False):
            step()
        return True

    logger.addFilter(on_event)
