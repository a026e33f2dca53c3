"""What reruns after a part of the work was done: a single target, the same bytes again, a second dataset."""

import shutil

import pytest
from projects import copied, link
from rebuilding import (
    ALL,
    COMPARED,
    COST,
    DATASET,
    FROM_KERNELS_OF_RUN,
    LIBRARY,
    N_RESAMPLES,
    PAGE,
    RESULTS,
    RUN,
    SIMILARITY,
    SMOKE,
    SUMMARY,
    TABLES,
    judged,
    matched,
    named,
    stages,
    whole,
)
from tiers import THOROUGH

IMAGES = f"{RESULTS}/data/waveforms/images.npz"
MONTAGE = f"{RUN}/montage.png"
SECOND = """datasets:
  second: {train_images: 30, test_images: 10, image_size: [48, 48], noise: [0.0, 0.1]}
  waveforms:
"""
TRAINED_ONE = whole("templates", seeds=[0])
ONE = DATASET | TRAINED_ONE


def ran(project, *arguments):
    done = project.snakemake(*arguments, "--configfile", SMOKE)
    assert done.returncode == 0, done.stdout + done.stderr


def of_second(jobs):
    return {job.replace("waveforms", "second") for job in jobs}


@THOROUGH
def test_after_one_target_alone_the_rest_is_left(fresh):
    ran(fresh, MONTAGE)
    chain = named("templates", 1) | stages("draw_montage", runs=["waveforms/templates/1"])
    assert fresh.jobs(MONTAGE) == set()
    assert fresh.jobs() == ALL - chain - {"make_dataset waveforms"}


def test_the_same_bytes_again_rerun_all_below_in_the_same_call_and_only_costs_in_the_next(project):
    """Make only the first stage again: Snakemake plans before it knows the bytes, and afterward plans nothing more."""
    project.append(LIBRARY + "data/generator.py", "\n_EDITED = 1\n")
    assert project.jobs() == ALL
    ran(project, IMAGES)
    assert project.jobs() == COST
    assert project.findings() == {("stale", f"{RESULTS}/{name}.csv") for name in ("cost", "notes")}


@THOROUGH
def test_after_a_failure_the_failed_job_and_its_dependents_are_left(project):
    project.edit(SMOKE, "n_resamples: 20", "n_resamples: 21")
    kernels = project.folder / RUN / "kernels.npz"
    kernels.write_bytes(b"damaged")
    below = stages(*FROM_KERNELS_OF_RUN, runs=["waveforms/templates/1"]) | judged("templates") | matched("templates")
    below |= COMPARED | SUMMARY | COST
    assert project.jobs() == below | N_RESAMPLES
    assert project.snakemake("--configfile", SMOKE).returncode == 1
    assert project.jobs() == below
    kernels.unlink()
    extracted = stages("extract_kernels", "probe_kernels", runs=["waveforms/templates/1"])  # probes read decay.csv too
    assert project.jobs() == below | extracted | SIMILARITY


@pytest.fixture(scope="module")
def finished_two(smoke, tmp_path_factory):
    """Return a finished experiment with one run on each of two datasets, which tests must not change."""
    project = copied(smoke.folder, tmp_path_factory.mktemp("two") / "project")
    project.edit(SMOKE, "datasets:\n  waveforms:\n", SECOND)
    assert project.jobs() == set()
    project.edit(SMOKE, "[templates, stacked]", "[templates]")
    project.edit(SMOKE, "seeds: [0, 1]", "seeds: [0]")
    project.edit(SMOKE, "[waveforms]", "[waveforms, second]")
    assert project.jobs() == of_second(ONE) | judged("templates", seeds=[0]) | matched("templates") | TABLES
    ran(project)
    return project


@pytest.fixture
def two(finished_two, tmp_path):
    return copied(finished_two.folder, tmp_path / "project", link)


TWO = {
    "nothing": (set(),),
    "a setting of the second": (of_second(ONE) | SUMMARY, (SMOKE, "noise: [0.0, 0.1]", "noise: [0.0, 0.2]")),
    "a setting of the first": (ONE, (SMOKE, "train_images: 240", "train_images: 230")),
    "the second no more": (SUMMARY | COST, (SMOKE, "[waveforms, second]", "[waveforms]")),
    "the other order": (PAGE, (SMOKE, "[waveforms, second]", "[second, waveforms]")),
    "a training setting": (
        TRAINED_ONE | of_second(TRAINED_ONE),
        (SMOKE, "epochs: 3", "epochs: 2"),
    ),
}


@THOROUGH
@pytest.mark.parametrize("row", TWO)
def test_of_two_datasets_only_that_one_reruns_which_changes(two, row):
    expected, *edits = TWO[row]
    assert two.jobs_after(edits) == expected


@pytest.mark.parametrize("logs", ["logs", "logs/train_network/waveforms/templates/seed1.tsv"])
def test_logs_deleted_are_no_reason_to_train_again(linked, logs):
    """Delete logs, which record the cost of jobs and are only read for cost.csv."""
    path = linked.folder / RESULTS / logs
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    linked.edit(SMOKE, "n_resamples: 20", "n_resamples: 30")
    assert linked.jobs() == N_RESAMPLES
