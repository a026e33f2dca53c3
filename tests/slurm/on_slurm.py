"""The smoke experiment on a real SLURM with two nodes and one training canceled half-way: the same bytes as locally.

`make test-slurm` runs this. Without a SLURM, it sets one up on this machine (slurm-up.sh; needs root and Debian's
packages) and takes it down afterward.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "support/running"))
import projects  # noqa: E402

LONGER = "training: {epochs: 250, snapshots: 8, batch_size: 40}\n"  # long enough to be canceled after a checkpoint
CONFIG = ("--configfile", "config/smoke.yaml", "longer.yaml")
RESULTS = Path("results/smoke")
RUN = RESULTS / "runs/waveforms/templates/seed0"
TRAINING = "train_network_wildcards_waveforms_matched_0"  # part of the comment on the job in SLURM
PATIENCE = 900  # seconds


def is_running() -> bool:
    return bool(shutil.which("squeue")) and subprocess.run(["squeue"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """Provide a SLURM with two nodes: the existing SLURM, or else a temporary SLURM."""
    if is_running():
        yield
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.fail("no SLURM answers here, and only root can set one up, on Debian")
    local = {"SLURM_LOCAL": str(tmp_path_factory.mktemp("slurm")), "SLURM_NODES": "2"}
    Path(local["SLURM_LOCAL"]).parent.parent.chmod(0o755)  # munge runs as another user and must enter the folder
    Path(local["SLURM_LOCAL"]).parent.chmod(0o755)
    try:
        subprocess.run(["sh", HERE / "slurm-up.sh"], env=os.environ | local, check=True, timeout=PATIENCE)
        yield
    finally:
        subprocess.run(["sh", HERE / "slurm-down.sh", "--purge"], env=os.environ | local, check=True, timeout=PATIENCE)


def prepared(folder: Path) -> projects.Project:
    project = projects.copied(projects.ROOT, folder)
    (folder / "longer.yaml").write_text(LONGER)
    return project


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> dict[str, str]:
    """Return the hashes of a local run's results."""
    project = prepared(tmp_path_factory.mktemp("here") / "project")
    done = project.snakemake_alone(*CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    return projects.contents(project.folder / RESULTS)


def jobs() -> list[list[str]]:
    """Return number, state, node and comment of every job that SLURM knows."""
    listed = subprocess.run(
        ["squeue", "--noheader", "--states=all", "--format=%i|%T|%N|%k"], capture_output=True, text=True, check=True
    )
    return [line.split("|") for line in listed.stdout.splitlines()]


def canceled_at_a_checkpoint(folder: Path, process: subprocess.Popen) -> str:
    """Cancel the training's job as soon as it has a checkpoint, and return its number."""
    for _ in range(PATIENCE * 10):
        running = [job for job in jobs() if TRAINING in job[3] and job[1] == "RUNNING"]
        if running and (folder / RUN / "checkpoint.npz").exists():
            subprocess.run(["scancel", running[0][0]], check=True)
            return running[0][0]
        assert process.poll() is None, (folder / "screen.txt").read_text()
        time.sleep(0.1)
    raise AssertionError("the training had no checkpoint")


def test_a_cluster_makes_the_same_bytes_and_resumes_a_canceled_job(slurm, here, tmp_path):
    folder, earlier = prepared(tmp_path / "project").folder, {job[0] for job in jobs()}
    line = [sys.executable, "-m", "snakemake", "--workflow-profile", "profiles/slurm", "--latency-wait", "10", *CONFIG]
    with (folder / "screen.txt").open("w") as screen:
        process = subprocess.Popen(line, cwd=folder, env=projects.outside(), stdout=screen, stderr=screen)
        try:
            canceled = canceled_at_a_checkpoint(folder, process)
            status = process.wait(PATIENCE)
        finally:
            process.terminate()
    ours = [job for job in jobs() if job[0] not in earlier]
    assert status == 0, (folder / "screen.txt").read_text()
    assert [job[1] for job in ours if job[0] == canceled] == ["CANCELLED"]
    assert {job[1] for job in ours if job[0] != canceled} == {"COMPLETED"}
    assert len({job[2] for job in ours}) == 2, "one node did all"
    assert len(ours) < 20  # of 63 jobs of Snakemake
    assert "resumed after step" in (folder / RESULTS / "logs/train_network/waveforms/templates/seed0.log").read_text()
    assert list((folder / "results/logs/slurm").rglob(f"*{canceled}*")), "SLURM's own log of the job is gone"
    assert projects.contents(folder / RESULTS) == here
    assert projects.Project(folder).findings(config=CONFIG) == set()
