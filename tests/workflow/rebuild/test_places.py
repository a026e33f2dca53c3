"""What reruns when files get other timestamps or another folder: nothing, whatever the clock and the folder are."""

import os
import shutil
import time

import pytest
from projects import Project
from rebuilding import LIBRARY, N_RESAMPLES, PER_RUN, RESULTS, SMOKE, matched
from tiers import THOROUGH, rows

DAY = 86400
ARTIFACTS = (
    *("snapshots.npz", "history.csv", "run.json", "kernels.npz", "kernels.csv", "decay.csv"),
    *("montage.png", "history.png", "featuremaps.png", "movie.mp4", "movie.gif", "movie.html"),
    *("measures.csv", "nulls.npz", "measures.png", "settling.png", "kernel_tests.csv", "selectivity.csv"),
    *("ablation.csv", "features.csv", "tuning.csv", "subspace_fit.csv", "probes.npz", "response_nulls.npz"),
    *("pixels.npz", "pixels.png", "atlas.png", "atlas.csv", "predictions.csv"),
)
COMPARED = (
    *("pooled_nulls.npz", "settling.csv", "matches.csv", "pairs.csv", "initial_correlation.csv", "seed_tests.csv"),
    *("vocabulary.csv", "types.csv", "energy.csv", "energy_agreement.csv", "cka.csv"),
    *(f"{name}.{kind}" for name in ("matched", "vocabulary", "agreement") for kind in ("png", "pdf")),
)
DATED = {  # glob patterns of files with new timestamps, and the shift in seconds
    "everything now": (["**/*"], 60),
    "scripts": (["workflow/scripts/*.py"], 60),
    "modules": (["workflow/scripts/kernelscope/*/*.py"], 60),
    "rules": (["workflow/rules/*.smk", "workflow/Snakefile", "Snakefile"], 60),
    "the config": (["config/*.yaml"], 60),
    "inputs": (["results/smoke/data/**/*", "results/smoke/runs/**/*.npz", "results/smoke/runs/**/*.csv"], 60),
    "results from a clock two days ahead": (["results/**/*"], 2 * DAY),
    "results from a clock a year behind": (["results/**/*"], -365 * DAY),
    "inputs from a clock two days ahead": (["results/smoke/data/**/*", "results/smoke/runs/**/*.npz"], 2 * DAY),
    "outputs from a clock a year behind": (["results/smoke/**/*.png", "results/smoke/**/*.mp4"], -365 * DAY),
}


def dated(project, patterns, seconds):
    for path in {path for pattern in patterns for path in project.folder.glob(pattern) if path.is_file()}:
        os.utime(path, (time.time() + seconds,) * 2)


@pytest.mark.parametrize("row", rows(DATED, "everything now", "results from a clock two days ahead"))
def test_another_date_reruns_nothing(project, row):
    dated(project, *DATED[row])
    assert project.jobs() == set()


@THOROUGH
@pytest.mark.parametrize("seconds", rows([2 * DAY, -365 * DAY], 2 * DAY), ids=["ahead", "behind"])
def test_under_a_wrong_clock_an_edit_reruns_what_it_must_and_then_nothing(project, seconds):
    dated(project, ["results/**/*"], seconds)
    project.edit(SMOKE, "n_resamples: 20", "n_resamples: 21")
    assert project.jobs() == N_RESAMPLES
    done = project.snakemake("--configfile", SMOKE)
    assert done.returncode == 0, done.stderr
    assert project.jobs() == set()
    assert project.findings() == set()


def moved(project, name):
    return Project(project.folder.rename(project.folder.parent / name))


def behind_a_link(project):
    (project.folder.parent / "link").symlink_to(project.folder)
    return Project(project.folder.parent / "link")


def without_records(project):
    shutil.rmtree(project.folder / ".snakemake")
    return project


def cloned(project):
    """Return a copy of the code with new timestamps, into which the results are moved."""
    clone, records = project.folder.parent / "clone", project.folder / ".snakemake"
    skipped = shutil.ignore_patterns("results", ".snakemake")
    shutil.copytree(project.folder, clone, copy_function=shutil.copyfile, ignore=skipped)
    for folder in (project.folder / "results", records):
        if folder.exists():
            folder.rename(clone / folder.name)
    return Project(clone)


def with_results_of_today(project):
    old, new = project.folder / "results", project.folder / "copy"
    shutil.copytree(old, new, copy_function=shutil.copyfile)
    shutil.rmtree(old)
    new.rename(old)
    return project


STRANGE = "zweite Fläche ∂"
PLACES = {
    "the project moved": lambda project: moved(project, "elsewhere"),
    "the project moved to a strange name": lambda project: moved(project, STRANGE),
    "the project moved without Snakemake's records": lambda project: moved(without_records(project), "elsewhere"),
    "the project behind a link": behind_a_link,
    "results in a new clone": cloned,
    "results in a new clone without Snakemake's records": lambda project: cloned(without_records(project)),
    "results copied without their dates": with_results_of_today,
}


@pytest.mark.parametrize(
    "row", rows(PLACES, "the project moved to a strange name", "results in a new clone without Snakemake's records")
)
def test_another_place_reruns_nothing(linked, row):
    assert PLACES[row](linked).jobs() == set()


def test_snakemake_called_from_another_folder_reruns_nothing(linked, tmp_path):
    there = Project(tmp_path)
    place = ("-s", f"{linked.folder}/Snakefile", "-d", str(linked.folder))
    assert there.jobs(*place, config=("--configfile", f"{linked.folder}/{SMOKE}")) == set()


def test_work_goes_on_in_a_folder_with_a_strange_name(project):
    project = moved(project, STRANGE)
    (project.folder / RESULTS / "compare/waveforms/templates/matched.png").unlink()
    done = project.snakemake("--configfile", SMOKE)
    assert done.returncode == 0, done.stderr
    assert project.jobs() == set()
    assert project.findings() == set()


def test_without_records_snakemake_is_blind_and_verify_is_not(linked):
    """Copy results without `.snakemake`, where only timestamps count; this is why every artifact has a manifest."""
    without_records(linked)
    linked.edit(SMOKE, "    kernel_size: 9", "    kernel_size: 11")
    linked.edit(LIBRARY + "io/video.py", "CRF = 18", "CRF = 20")
    assert linked.jobs() == set()
    stale = {f"{RESULTS}/runs/waveforms/templates/seed{seed}/{name}" for seed in (0, 1) for name in ARTIFACTS}
    movies = [(seed, kind) for seed in (0, 1) for kind in ("mp4", "gif", "html")]
    stale |= {f"{RESULTS}/runs/waveforms/stacked/seed{seed}/movie.{kind}" for seed, kind in movies}
    stale |= {f"{RESULTS}/compare/waveforms/templates/{name}" for name in COMPARED}
    tables = [(name, kind) for name in ("architectures", "similarity") for kind in ("csv", "png", "pdf")]
    stale |= {f"{RESULTS}/compare/waveforms/{name}.{kind}" for name, kind in tables}
    top = ("summary.csv", "statements.csv", "findings.md", "index.html", "notes.csv")
    stale |= {f"{RESULTS}/{name}" for name in top}
    assert linked.findings() == {("stale", path) for path in stale}


@THOROUGH
def test_with_touch_copied_results_get_records_and_rebuild_exactly_again(project):
    without_records(with_results_of_today(project))
    done = project.snakemake("--touch", "--configfile", SMOKE)
    assert done.returncode == 0, done.stderr
    assert project.jobs() == set()
    project.edit(SMOKE, "n_resamples: 20", "n_resamples: 21")
    assert project.jobs() == N_RESAMPLES


def test_files_of_an_architecture_that_got_another_name_are_orphans(linked):
    linked.edit("config/config.yaml", "  templates: #", "  stencils: #")
    linked.edit(SMOKE, "  templates:\n", "  stencils:\n")
    linked.edit(SMOKE, "[templates, stacked]", "[stencils, stacked]")
    top = f"{RESULTS}/logs/*/waveforms"
    globs = [f"{RESULTS}/runs/waveforms/templates/**/*", f"{RESULTS}/compare/waveforms/templates/**/*"]
    globs += [f"{top}/templates/*", f"{top}/templates.*"]
    old = {path for pattern in globs for path in linked.folder.glob(pattern) if path.is_file()}
    of_job = 3  # a manifest, a log and the cost
    assert len(old) == 2 * (len(ARTIFACTS) + of_job * len(PER_RUN)) + len(COMPARED) + of_job * len(matched("templates"))
    orphans = {path for kind, path in linked.findings() if kind == "orphaned"}
    assert orphans == {str(path.relative_to(linked.folder)) for path in old}
