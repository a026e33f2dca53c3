"""Undocumented parts of Snakemake that this workflow uses, each with a default in case an attribute is missing."""

from collections.abc import Callable

from snakemake.logging import logger

OWN_LIMIT = (100, 1)  # jobs, seconds


def attribute(thing, path: str, otherwise=None):
    """Return the attribute at a dotted path; `otherwise` if it is missing or None."""
    for name in path.split("."):
        thing = getattr(thing, name, None)
    return otherwise if thing is None else thing


def is_main(workflow) -> bool:
    """Whether the Snakefile being read is the main Snakefile, not a module of another workflow."""
    return attribute(workflow, "modifier.is_main_snakefile", lambda: True)()


def runs_here(workflow) -> bool:
    """Whether jobs run on this machine."""
    return attribute(workflow, "local_exec", True)


def deployment(workflow) -> set[str]:
    """Return the methods by which jobs get their own environments, such as CONDA."""
    return {method.name for method in attribute(workflow, "deployment_settings.deployment_method", ())}


def asks_as(workflow, rule: str, variant: str) -> None:
    """Let the resources and threads that a profile sets for a rule hold for its variant, before that is defined."""
    rename = attribute(workflow, "modifier.modify_rulename", str)
    for kind in ("resources", "threads"):
        settings = attribute(workflow, f"resource_settings._parsed_overwrite_{kind}", {})
        if rename(rule) in settings:
            settings[rename(variant)] = settings[rename(rule)]


def groups_as(workflow, rule: str, variant: str) -> None:
    """Put the jobs of a variant, once defined, into the group that a profile sets for its rule.

    Snakemake knows the groups of a profile only after it has read all rules.
    """
    rename = attribute(workflow, "modifier.modify_rulename", str)
    defined = attribute(workflow, "_rules", {}).get(rename(variant))
    if defined is not None:
        groups = "group_settings.overwrite_groups"
        defined.group = lambda wildcards: attribute(workflow, groups, {}).get(rename(rule))


def make_default(workflow, rule: str) -> None:
    """Make a rule what is made without a target, which an included file cannot do; in a module by its name there."""
    workflow.default_target = attribute(workflow, "modifier.modify_rulename", str)(rule)


def tell(workflow, *lines: str) -> None:
    """Log lines once, not again in every job; none that is empty."""
    for line in filter(None, lines):
        if attribute(workflow, "is_main_process", True):
            logger.info(f"kernelscope: {line}")


def complain(line: str) -> None:
    """Log an error, if there is any."""
    if line:
        logger.error(f"kernelscope: {line}")


def shares_cache(workflow) -> bool:
    """Whether results are shared between workflows (--cache)."""
    return attribute(workflow, "workflow_settings.cache") is not None


def lift_job_rate_limit(workflow) -> None:
    """Lift Snakemake's default limit of 100 jobs a second before the first job; keep a limit set by the user.

    Under any limit, Snakemake 9.27 checks all ready jobs again one timespan after each check (JobScheduler.schedule),
    and every job that finishes starts another series of checks. While more jobs are ready than cores are free, the
    checks took a whole core after 130 jobs.
    """
    limit = attribute(workflow, "scheduler.job_rate_limiter")
    if (attribute(limit, "max_jobs"), attribute(limit, "timespan")) == OWN_LIMIT:
        workflow.scheduler.job_rate_limiter = None


def before_jobs(workflow, step: Callable[[], None]) -> None:
    """Call `step` before the first job of a run, in the main process; never for a dry run, a report or a repair.

    Modules use this instead of `onstart`, which Snakemake calls only for the main Snakefile. The log event that counts
    the jobs of a run comes immediately before `onstart`.
    """

    def on_event(record) -> bool:
        if attribute(record, "event.name") == "RUN_INFO" and not attribute(workflow, "dryrun", False):
            step()
        return True

    logger.addFilter(on_event)


def has_own_logger(workflow) -> bool:
    """Whether the terminal is the logger plugin of this workflow (`--logger kernelscope`)."""
    return "kernelscope" in attribute(workflow, "output_settings.log_handler_settings", ())


def inform(workflow, content: dict) -> None:
    """Send something to the logger plugin of this workflow; no other logger shows it."""
    if has_own_logger(workflow) and attribute(workflow, "is_main_process", True):
        logger.info(None, extra={"kernelscope": content})


def planned(workflow) -> list[tuple[int, str, dict, list]]:
    """Return number, rule, wildcards and outputs of every job of a run, before the first of them starts."""
    dag = attribute(workflow, "dag")
    jobs = attribute(dag, "needrun_jobs", list)()
    return [(dag.jobid(job), job.rule.name, dict(job.wildcards_dict), list(job.output)) for job in jobs]


def cores(workflow) -> int:
    """Return how many jobs can run at once."""
    return attribute(workflow, "_cores" if runs_here(workflow) else "nodes", 1)
