"""A few kills of a training that has a checkpoint; `make test-long` does many more, over all stages."""

import platform
import shutil
import signal
import time

import killing
import pytest
from projects import Project
from tiers import THOROUGH, rows

GOAL = str(killing.RUN / "run.json")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """Make a folder with a finished dataset."""
    folder = killing.project(tmp_path_factory.mktemp("kills") / "ready")
    Project(folder).edit("killed.yaml", "epochs: 60", "epochs: 30")  # still running when it is killed
    assert killing.again(folder, "dataset") == 0
    return folder


@pytest.fixture(scope="module")
def reference(ready, tmp_path_factory):
    """Return the results of an uninterrupted training."""
    folder = shutil.copytree(ready, tmp_path_factory.mktemp("kills") / "whole")
    assert killing.again(folder, GOAL) == 0
    return killing.contents(folder)


@pytest.mark.parametrize(
    ("target", "number", "resumed"),
    [
        ("job", signal.SIGKILL, "from step"),
        pytest.param("snakemake", signal.SIGINT, "from step", marks=THOROUGH),
        # "from step" if the job ended before the second run:
        pytest.param("snakemake", signal.SIGKILL, ("finished by itself", "from step"), marks=THOROUGH),
    ],
)
def test_the_same_command_goes_on_after_a_kill_to_the_same_bytes(ready, reference, tmp_path, target, number, resumed):
    """Kill and repeat: after a SIGINT of Snakemake alone, it deletes a finished training but not its checkpoint."""
    outcome = killing.one_kill(ready, tmp_path / "killed", reference, target, number, lambda: time.sleep(0.3))
    assert outcome.checkpoint
    assert outcome.resumed.startswith(resumed)
    assert outcome[5:] == (0, True, 0)


@THOROUGH
def test_a_live_second_run_is_refused_and_harms_nothing(ready, reference, tmp_path):
    folder = shutil.copytree(ready, tmp_path / "twice")
    first = killing.start(folder, GOAL)
    assert killing.wait_for_checkpoint(folder, first)
    (training,) = killing.jobs_of(first)
    training.suspend()  # otherwise it may end before the second run starts
    assert killing.again(folder, GOAL) == 1
    training.resume()
    output = (folder / "again.txt").read_text().splitlines()
    lines = [line for line in output if line.startswith("kernelscope: ")]
    refused = f"kernelscope: results/killed: {holder(first)} is making these results; wait for it, or end it"
    assert lines[-1] == refused
    assert all("cannot be decided" in line for line in lines[:-1])
    assert not [line for line in output if "Traceback" in line]
    assert first.wait() == 0
    assert killing.contents(folder) == killing.expected(ready, reference, GOAL)


def holder(process) -> str:
    return f"process {process.pid} on {platform.node()}"


CHANGES = {
    "spec": ("killed.yaml", "batch_size: 40", "batch_size: 50"),
    "data": ("killed.yaml", "test_images: 100", "test_images: 90"),
    "code": ("workflow/scripts/kernelscope/training/schedule.py", "EVALUATION_BATCH = 200", "EVALUATION_BATCH = 199"),
}


@pytest.fixture(scope="module")
def interrupted(ready, tmp_path_factory):
    """Return a folder with the checkpoint of a killed training, which tests must not change."""
    folder = shutil.copytree(ready, tmp_path_factory.mktemp("kills") / "interrupted")
    first = killing.start(folder, GOAL)
    assert killing.wait_for_checkpoint(folder, first)
    killing.kill(first, "both", signal.SIGKILL)
    first.wait()
    return folder


@THOROUGH
@pytest.mark.parametrize("change", rows([*CHANGES, "truncated"], "truncated"))
def test_a_checkpoint_of_something_else_is_not_used(interrupted, ready, reference, tmp_path, change):
    folder = shutil.copytree(interrupted, tmp_path / "changed")
    path = folder / killing.RUN / "checkpoint.npz"
    if change == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    else:
        Project(folder).edit(*CHANGES[change])
    assert killing.again(folder, GOAL) == 0
    assert killing.how_it_went_on(folder) == "anew"
    if change == "truncated":
        assert killing.contents(folder) == killing.expected(ready, reference, GOAL)
