"""Undocumented attributes of Snakemake, and the answers where one is missing."""

import logging
from types import SimpleNamespace

import pytest
from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

from experiment.launch import internals

STRANGE = [object(), SimpleNamespace(scheduler=object(), modifier=None, workflow_settings=None, deployment_settings=())]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """Let Snakemake's logger pass what a run logs, print nothing, and remove the filters afterward."""
    monkeypatch.setattr(logger, "filters", [])
    monkeypatch.setattr(logger, "handlers", [logging.NullHandler()])
    before = logger.level
    logger.setLevel(logging.INFO)
    yield
    logger.setLevel(before)


@pytest.mark.parametrize("workflow", STRANGE, ids=["nothing", "parts"])
def test_a_snakemake_without_these_attributes_has_an_answer_to_each_question(workflow):
    assert internals.is_main(workflow)
    assert internals.runs_here(workflow)
    assert internals.deployment(workflow) == set()
    assert not internals.shares_cache(workflow)
    assert internals.lift_job_rate_limit(workflow) is None
    assert not internals.has_own_logger(workflow)
    assert internals.planned(workflow) == []
    assert internals.cores(workflow) == 1
    internals.asks_as(workflow, "a", "a_1")
    internals.groups_as(workflow, "a", "a_1")


@pytest.mark.parametrize("workflow", STRANGE, ids=["nothing", "parts"])
def test_it_still_takes_the_step_before_its_jobs(workflow):
    steps = []
    internals.before_jobs(workflow, lambda: steps.append("done"))
    logger.info("Building DAG of jobs...")
    assert steps == []
    logger.info("Job stats", extra={"event": LogEvent.RUN_INFO})
    assert steps == ["done"]


def test_a_plan_takes_no_step():
    internals.before_jobs(SimpleNamespace(dryrun=True), pytest.fail)
    logger.info("Job stats", extra={"event": LogEvent.RUN_INFO})


def test_what_the_step_raises_ends_the_run():
    def refuse():
        raise SystemExit("no")

    internals.before_jobs(SimpleNamespace(dryrun=False), refuse)
    with pytest.raises(SystemExit, match="no"):
        logger.info("Job stats", extra={"event": LogEvent.RUN_INFO})


@pytest.mark.parametrize(("limit", "kept"), [((100, 1), False), ((50, 1), True), ((100, 60), True)])
def test_the_limit_of_snakemake_goes_and_one_of_the_user_stays(limit, kept):
    limiter = SimpleNamespace(max_jobs=limit[0], timespan=limit[1])
    workflow = SimpleNamespace(scheduler=SimpleNamespace(job_rate_limiter=limiter))
    internals.lift_job_rate_limit(workflow)
    assert workflow.scheduler.job_rate_limiter is (limiter if kept else None)


def test_what_it_tells_is_what_is_known():
    conda = SimpleNamespace(name="CONDA")
    workflow = SimpleNamespace(
        modifier=SimpleNamespace(is_main_snakefile=lambda: False),
        local_exec=False,
        deployment_settings=SimpleNamespace(deployment_method={conda.name: conda}.values()),
        workflow_settings=SimpleNamespace(cache=[]),
    )
    assert not internals.is_main(workflow)
    assert not internals.runs_here(workflow)
    assert internals.deployment(workflow) == {"CONDA"}
    assert internals.shares_cache(workflow)


@pytest.fixture
def records():
    """Return the records that are logged during the test."""
    found = []
    logger.addFilter(lambda record: found.append(record) or True)
    return found


@pytest.mark.parametrize(("logger_plugins", "told"), [((), False), (("other",), False), (("kernelscope",), True)])
def test_only_the_logger_of_this_workflow_is_informed(records, logger_plugins, told):
    settings = SimpleNamespace(log_handler_settings=dict.fromkeys(logger_plugins))
    internals.inform(SimpleNamespace(output_settings=settings), {"read": ["a"]})
    assert [record.kernelscope for record in records] == [{"read": ["a"]}] * told
    records.clear()
    internals.inform(SimpleNamespace(output_settings=settings, is_main_process=False), {"read": ["a"]})
    assert records == []


def test_lines_are_logged_one_by_one_and_none_that_is_empty(records):
    internals.tell(SimpleNamespace(), "one", "", "two")
    internals.complain("")
    internals.complain("three")
    expected = [("INFO", "kernelscope: one"), ("INFO", "kernelscope: two"), ("ERROR", "kernelscope: three")]
    assert [(record.levelname, record.msg) for record in records] == expected


@pytest.mark.parametrize(("is_local", "cores"), [(True, 4), (False, 100)])
def test_jobs_run_on_the_cores_of_this_machine_or_as_jobs_of_a_cluster(is_local, cores):
    assert internals.cores(SimpleNamespace(local_exec=is_local, _cores=4, nodes=100)) == cores


def test_the_planned_jobs_are_those_of_snakemake():
    job = SimpleNamespace(rule=SimpleNamespace(name="a"), wildcards_dict={"seed": "1"}, output=["x"])
    dag = SimpleNamespace(needrun_jobs=lambda: [job], jobid=lambda _: 7)
    assert internals.planned(SimpleNamespace(dag=dag)) == [(7, "a", {"seed": "1"}, ["x"])]


@pytest.mark.parametrize(
    ("modifier", "name"), [(None, "all"), (SimpleNamespace(modify_rulename="k_{}".format), "k_all")]
)
def test_the_default_target_has_its_name_in_a_module(modifier, name):
    workflow = SimpleNamespace(modifier=modifier, default_target=None)
    internals.make_default(workflow, "all")
    assert workflow.default_target == name
