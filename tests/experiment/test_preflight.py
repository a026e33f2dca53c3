import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from projects import outside
from tiers import THOROUGH

from experiment.config.schema import ConfigError
from experiment.launch import preflight
from experiment.plan import devices


def message(folder):
    with pytest.raises(ConfigError) as caught:
        preflight.check_writable(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_that_is_there_or_can_be_made_is_fine_and_is_not_made(tmp_path):
    assert preflight.check_writable(tmp_path) is None
    assert preflight.check_writable(tmp_path / "new" / "deep") is None
    assert list(tmp_path.iterdir()) == []


def test_a_relative_folder_is_looked_for_where_the_work_is_done(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert preflight.check_writable(Path("results")) is None
    Path("results").write_text("")
    assert message(Path("results")) == "results: got 'results', which is not a folder, expected a folder for results"


def test_results_that_are_a_file_are_refused(tmp_path):
    file = tmp_path / "results"
    file.write_text("not a folder")
    assert message(file) == f"{file}: got 'results', which is not a folder, expected a folder for results"
    assert file.read_text() == "not a folder"


def test_results_under_a_file_are_refused(tmp_path):
    (tmp_path / "results").write_text("")
    folder = tmp_path / "results" / "deep" / "deeper"
    assert message(folder) == f"{folder}: got 'results', which is not a folder, expected a folder for results"


def test_a_link_to_nowhere_is_refused_and_one_to_a_folder_is_fine(tmp_path):
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "fine").symlink_to(tmp_path)
    assert "got 'broken', which is not a folder" in message(tmp_path / "broken" / "results")
    assert preflight.check_writable(tmp_path / "fine" / "results") is None


SCHEDULER = """
import sys
from snakemake.cli import main
from snakemake.scheduling.job_scheduler import JobScheduler

JobScheduler._schedule_reevalutation = lambda *_: print("one more look at all ready jobs")
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("limit", "looks"),
    [((), False), pytest.param(("--max-jobs-per-timespan", "50/1s"), True, marks=THOROUGH)],
)
def test_ready_jobs_are_looked_at_when_one_has_finished_and_not_every_second(fresh, limit, looks):
    words = ("--cores", "1", "results/smoke/data/waveforms/samples.png", "--configfile", "config/smoke.yaml", *limit)
    done = subprocess.run(
        [sys.executable, "-c", SCHEDULER, *words], cwd=fresh.folder, env=outside(), capture_output=True, text=True
    )
    assert (fresh.folder / words[2]).stat().st_size > 0, done.stderr
    assert ("one more look" in done.stdout) == looks


@pytest.fixture
def locked():
    """Return a function that makes a folder with a mode; root becomes nobody meanwhile, as root may write anywhere."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)

    def make(mode):
        (folder / "locked").mkdir()
        (folder / "locked").chmod(mode)
        if os.geteuid() == 0:
            os.setresuid(65534, 65534, 0)
        return folder / "locked"

    root = os.geteuid() == 0
    if root and not hasattr(os, "setresuid"):
        pytest.skip("root may write anywhere")
    yield make
    if root:
        os.setresuid(0, 0, 0)
    (folder / "locked").chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("mode", [0o555, 0o444, 0o666])
def test_a_folder_without_permission_is_refused(locked, mode):
    folder = locked(mode)
    assert message(folder) == f"{folder}: got no permission to write there, expected a folder that can be written to"


@pytest.mark.parametrize("mode", [0o555, 0o444, 0o666])
def test_a_folder_in_one_without_permission_is_refused(locked, mode):
    assert "no permission to write there" in message(locked(mode) / "results")


def test_jobs_find_this_python_first(monkeypatch):
    monkeypatch.setenv("PATH", os.pathsep.join(["/usr/bin", "/bin"]))
    preflight.prepend_python_to_path()
    folder = str(Path(sys.executable).parent)
    assert os.environ["PATH"].split(os.pathsep) == [folder, "/usr/bin", "/bin"]
    found = subprocess.run(
        ["python", "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == sys.prefix


def test_on_a_cpu_no_gpu_is_asked_for(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")  # it would fail if it were started
    assert preflight.check_gpu(SimpleNamespace(devices={"cpu"})) is None


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_one_line():
    with pytest.raises(ConfigError) as caught:
        preflight.check_gpu(SimpleNamespace(devices={"cpu", "cuda"}))
    assert str(caught.value).startswith("training.device: got 'cuda'")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("device", "count"), [("cpu", 0), ("cuda", 1), ("mps", 1)])
def test_a_training_takes_the_gpu_that_it_asks_for(device, count):
    assert devices.gpus(device) == count


@pytest.mark.parametrize(
    ("system", "machine", "nvidia", "count"),
    [
        *(("linux", "x86_64", True, 1), ("linux", "x86_64", False, 0), ("darwin", "arm64", False, 1)),
        ("darwin", "x86_64", False, 0),
    ],
)
def test_with_auto_it_takes_one_where_there_is_one(monkeypatch, system, machine, nvidia, count):
    monkeypatch.setattr(devices.sys, "platform", system)
    monkeypatch.setattr(devices.platform, "machine", lambda: machine)
    monkeypatch.setattr(devices.Path, "exists", lambda path: str(path) == "/dev/nvidia0" and nvidia)
    assert devices.gpus("auto") == count


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")
def test_a_gpu_that_is_there_is_fine():
    assert preflight.check_gpu(SimpleNamespace(devices={"cuda"})) is None
