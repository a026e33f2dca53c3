"""What the doctor says about a machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from projects import ROOT

from kernelscope.api import command, devices, doctor, workflow
from kernelscope.api.doctor import NOTE, OK, WRONG
from kernelscope.version import VERSION


def test_this_machine_passes_in_one_line_each(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command.main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 9
    assert {line.split()[0] for line in lines} <= {OK, NOTE}
    assert any(line.endswith("packages") for line in lines)


@pytest.mark.parametrize(
    ("check", "state", "words"),
    [
        (devices.system("Windows"), WRONG, "run it inside WSL 2"),
        (devices.system("Darwin"), NOTE, "tested is Linux"),
        (devices.system("Linux"), OK, f"kernelscope {VERSION} on Linux"),
        (doctor.python((3, 10)), WRONG, "Python 3.10: install Python 3.13"),
        (doctor.python((3, 14)), NOTE, "tested are 3.11, 3.12, 3.13"),
        (doctor.disk(1e9), WRONG, "1.0 GB of disk free: make room for 2 GB"),
        (doctor.memory(1e9), WRONG, "1.0 GB of memory available: close other programs"),
        (doctor.memory(None), NOTE, "the system does not say"),
        (doctor.cores(1), NOTE, "about twice as long"),
        (doctor.writing(Path("/proc")), WRONG, "no file can be written in /proc"),
        (doctor.clone(False), NOTE, "need a clone"),
    ],
)
def test_what_is_wrong_comes_with_what_to_do(check, state, words):
    assert check.state == state and words in check.text and "\n" not in check.text


def test_packages_are_compared_with_the_lock(monkeypatch):
    monkeypatch.setattr(workflow, "pins", lambda: {"numpy": "0.1", "nothing-of-this-name": "1"})
    missing, other, *_ = doctor.packages()
    assert (missing.state, missing.text) == (WRONG, "packages missing: nothing-of-this-name; `make` installs them")
    assert other.state == NOTE and other.text.endswith(" instead of 0.1; `make` installs them")


def test_the_devices_and_threads_of_torch_are_named(monkeypatch):
    (check,) = devices.pytorch()
    assert check.state == OK
    assert f"PyTorch {torch.__version__} with {torch.get_num_threads()} thread" in check.text
    assert "devices: cpu" in check.text
    monkeypatch.setattr(devices.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "torch", None)  # its import fails
    (check,) = devices.pytorch()
    assert check.state == WRONG and "`make clean-env` and `make`" in check.text


def test_files_that_need_a_package_come_with_how_to_install_it(monkeypatch):
    monkeypatch.setattr(doctor, "installed", lambda name: None if name == "h5py" else "1")
    monkeypatch.setattr(workflow, "pins", lambda: {"numpy": "1"})
    assert [check.text for check in doctor.packages()][-1] == (
        "no h5py, which Keras files need; `make keras` or `pip install h5py`"
    )


def test_missing_programs_are_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))
    assert doctor.ffmpeg().state == WRONG
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.browser().state == NOTE


def test_something_wrong_is_exit_status_1(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "checks", lambda folder: [doctor.Check(WRONG, "no disk")])
    with pytest.raises(SystemExit) as ended:
        command.main(["doctor"])
    assert (ended.value.code, capsys.readouterr().out) == (1, "wrong no disk\n")


def test_it_runs_without_torch_and_without_figures():
    code = "import sys, kernelscope.api.command; print(*{'torch', 'matplotlib', 'scipy'} & sys.modules.keys())"
    own = os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    done = subprocess.run([sys.executable, "-c", code], env=own, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
