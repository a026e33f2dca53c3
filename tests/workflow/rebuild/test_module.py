"""The workflow as a module of another Snakefile: the same jobs, the same bytes, the same rebuilds."""

import os
import platform
import shutil
import signal
import subprocess
import sys
import time

import pytest
import yaml
from projects import ROOT, SNAKEMAKE, Project, copied, outside
from rebuilding import ALL, CONFIG, RESULTS, RUN, SMOKE, named, stages
from tiers import THOROUGH, rows

from experiment.plan.seeds import without_overridden

SNAKEFILE = """
configfile: "my.yaml"


module kernelscope:
    snakefile:
        "../library/Snakefile"
    config:
        config


use rule * from kernelscope as kernelscope_*
"""
MONTAGE = f"{RUN}/montage.png"
DRAWN = stages("draw_montage", runs=["waveforms/templates/1"])
TRAINED = named("templates", 1) | DRAWN
MADE = {"make_dataset waveforms"} | TRAINED
SCRIPTS = "../library/workflow/scripts/"
ROWS = {  # changes -> jobs of the existing montage
    "nothing": (set(),),
    "a color": (DRAWN, ("my.yaml", "colormap: RdBu_r", "colormap: gray")),
    "a setting of what is not asked for": (set(), ("my.yaml", "n_resamples: 20", "n_resamples: 30")),
    "a training setting": (TRAINED, ("my.yaml", "epochs: 3", "epochs: 2")),
    "code": (DRAWN, (f"{SCRIPTS}kernelscope/figures/montage.py", "COLUMN = 122", "COLUMN = 123")),
    "code of the dataset": (MADE, (f"{SCRIPTS}kernelscope/data/waveforms.py", "MARGIN = 20.0", "MARGIN = 21.0")),
}


class User(Project):
    """Another project, which uses the workflow in the folder `library/` beside it."""

    def jobs(self, *arguments):
        """Return the project's jobs, without the prefix of their names."""
        return {job.removeprefix("kernelscope_") for job in super().jobs(*arguments, config=())} - {"all"}


def merged(base, over):
    both = {key: merged(base[key], over[key]) for key in base.keys() & over.keys() if isinstance(base[key], dict)}
    return {**base, **over, **both}


@pytest.fixture(scope="module")
def new(tmp_path_factory):
    """Return the project without results, which tests must not change."""
    folder = tmp_path_factory.mktemp("module")
    copied(ROOT, folder / "library")
    (folder / "user").mkdir()
    (folder / "user/Snakefile").write_text(SNAKEFILE)
    default, smoke = (yaml.safe_load((ROOT / path).read_text()) for path in (CONFIG, SMOKE))
    config = without_overridden(merged(default, smoke), [smoke])  # as if the second file were laid over the first
    (folder / "user/my.yaml").write_text(yaml.safe_dump(config))
    return User(folder / "user")


@pytest.fixture(scope="module")
def finished(new, tmp_path_factory):
    """Return the project with one montage, which tests must not change."""
    folder = shutil.copytree(new.folder.parent, tmp_path_factory.mktemp("finished") / "all")
    user = User(folder / "user")
    done = user.snakemake(MONTAGE)
    assert done.returncode == 0, done.stderr
    return user


@pytest.fixture
def user(finished, tmp_path):
    return User(shutil.copytree(finished.folder.parent, tmp_path / "all") / "user")


def test_it_plans_the_same_jobs(new):
    assert new.jobs() == ALL


def test_it_makes_the_same_bytes(finished, smoke):
    names = ("snapshots.npz", "history.csv", "run.json", "kernels.npz", "kernels.csv", "decay.csv", "montage.png")
    manifests = [f".manifest/{rule}.json" for rule in ("train_network", "extract_kernels", "draw_montage")]
    for name in (*names, *manifests):
        assert (finished.folder / RUN / name).read_bytes() == (smoke.folder / RUN / name).read_bytes(), name


def test_only_missing_files_are_left_to_make(finished):
    assert finished.jobs() == ALL - MADE


@pytest.mark.parametrize("row", rows(ROWS, "a training setting", "code"))
def test_a_change_reruns_exactly_what_depends_on_it(user, row):
    expected, *edits = ROWS[row]
    assert user.jobs_after(edits, MONTAGE) == expected


def test_both_moved_reruns_nothing(user):
    folder = user.folder.parent
    assert User(folder.rename(folder.parent / "elsewhere") / "user").jobs(MONTAGE) == set()


@THOROUGH
def test_the_workflow_moved_reruns_nothing(user):
    (user.folder.parent / "library").rename(user.folder.parent / "moved")
    user.edit("Snakefile", "../library", "../moved")
    assert user.jobs(MONTAGE) == set()


GOAL = ("--nolock", MONTAGE)  # as in profiles/default
READING = [("--dry-run",), ("--lint",), ("--summary",), ("--unlock",), ("--list-rules",), ("--rulegraph",)]


@pytest.fixture
def running(new, tmp_path):
    """Start a training; return the project and the Snakemake process."""
    user = User(shutil.copytree(new.folder.parent, tmp_path / "all") / "user")
    user.edit("my.yaml", "epochs: 3", "epochs: 3000")
    command = [sys.executable, *SNAKEMAKE, *GOAL]
    with (user.folder / "screen.txt").open("w") as screen:
        process = subprocess.Popen(
            command,
            cwd=user.folder,
            env=outside(),
            stdout=screen,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    while not (user.folder / RESULTS / "logs/train_network/waveforms/templates/seed1.log").exists():
        assert process.poll() is None, (user.folder / "screen.txt").read_text()
        time.sleep(0.1)
    yield user, process
    end(process)


def end(process: subprocess.Popen) -> None:
    """End a Snakemake and its jobs as Ctrl-C does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    process.wait()


@THOROUGH
def test_a_second_run_on_the_same_results_is_refused_in_one_line_and_what_changes_nothing_is_not(running):
    user, process = running
    second = user.snakemake_alone(*GOAL)
    lines = [line for line in second.stderr.splitlines() if line.startswith("kernelscope: ")]
    holder = f"process {process.pid} on {platform.node()}"
    assert second.returncode == 1
    assert lines == [f"kernelscope: {RESULTS}: {holder} is making these results; wait for it, or end it"]
    assert "Traceback" not in second.stdout + second.stderr
    for words in READING:
        done = user.snakemake(*GOAL, *words)
        assert "making these results" not in done.stdout + done.stderr, words
        assert done.returncode == 0 or words == ("--lint",), words
    assert process.poll() is None
    end(process)
    assert not (user.folder / RESULTS / ".lock").exists()


def test_a_module_leaves_the_process_of_its_user_as_it_is(new, tmp_path):
    user = User(shutil.copytree(new.folder.parent, tmp_path / "all") / "user")
    seen = 'import gc, os\nprint("seen", gc.get_threshold()[0], os.environ["PATH"])\n'
    (user.folder / "Snakefile").write_text(seen + SNAKEFILE + seen)
    done = user.snakemake("--dry-run", MONTAGE)
    before, after = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("seen ")]
    assert before == after
