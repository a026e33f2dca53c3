"""A job forked from a Python with its imports behaves like a job that starts its own Python."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import preloading
import psutil
import pytest
from projects import ROOT, SMOKE, SNAKEMAKE, outside
from tiers import THOROUGH

from experiment.launch import preload
from experiment.provenance import fingerprint

SCRIPTS = {
    "tell": """
import json, os, signal, sys
import library

if __name__ == "__main__":
    print(json.dumps({
        "arguments": sys.argv, "folder": os.getcwd(), "environment": dict(os.environ), "path": sys.path[0],
        "process": os.getpid(), "imported_by": library.PROCESS, "library": library.NAME,
        "opened": len(os.listdir("/proc/self/fd")),
        "interrupt": str(signal.getsignal(signal.SIGINT)),
    }))
    print("a warning", file=sys.stderr)
""",
    "leave": """
import sys

if __name__ == "__main__":
    sys.exit(eval(sys.argv[1]))
""",
    "fail": """
if __name__ == "__main__":
    raise TypeError("a bug")
""",
    "die": """
import os, sys

if __name__ == "__main__":
    os.kill(os.getpid(), int(sys.argv[1]))
""",
    "wait": """
import os, sys, time
from pathlib import Path

if __name__ == "__main__":
    try:
        Path(sys.argv[1]).write_text(f"{os.getpid()}\\n")
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit("interrupted")
""",
}
LIBRARY = "import os\nNAME, PROCESS = 'of the first copy', os.getpid()"
THREADS = {"OMP_NUM_THREADS": "1"}

pytestmark = pytest.mark.skipif(not preload.has_pidfd(), reason="jobs are forked on Linux only")


def write_scripts(folder: Path, library: str = LIBRARY) -> Path:
    folder.mkdir()
    for name, text in (SCRIPTS | {"library": library}).items():
        (folder / f"{name}.py").write_text(text)
    return folder


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    return write_scripts(tmp_path_factory.mktemp("preload") / "with blanks and 'quotes'")


@pytest.fixture(scope="module")
def client(scripts):
    """Return the `python` that jobs find."""
    with holding(scripts) as (_, folder):
        yield folder / "python"


@contextmanager
def holding(scripts):
    process, folder = preloading.held(scripts, outside())
    yield process, folder
    process.communicate()
    assert not folder.exists()


def run(python, *words, **more):
    environment = outside() | THREADS | more.pop("environment", {})
    return subprocess.run(
        [python, *map(str, words)], capture_output=True, text=True, timeout=60, env=environment, **more
    )


def told(done) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_job_finds_what_it_would_find_in_a_python_of_its_own(client, scripts, tmp_path):
    given = (scripts / "tell.py", "--spec", '{"a": "ü b"}', "", "two\nlines")
    environment = {"OWN": "ä\n=1"}
    mine, plain = (
        told(run(python, *given, cwd=tmp_path, environment=environment)) for python in (client, sys.executable)
    )
    assert mine.pop("imported_by") != mine.pop("process")  # or this compares nothing
    assert plain.pop("imported_by") == plain.pop("process")
    for found in (mine, plain):
        found["environment"].pop("PWD", None)  # the shell of the client adds it
    assert mine == plain


def test_its_words_go_where_its_shell_sends_them(client, scripts, tmp_path):
    line = f"'{client}' \"$0\" >out 2>err"
    done = run("bash", "-c", line, scripts / "tell.py", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "err").read_text() == "a warning\n"
    assert '"arguments"' in (tmp_path / "out").read_text()


def test_libraries_are_imported_once(client, scripts):
    first, second = (told(run(client, scripts / "tell.py")) for _ in range(2))
    assert first["imported_by"] == second["imported_by"]
    assert first["process"] != second["process"]


@pytest.mark.parametrize(
    "words",
    [
        *(("leave", value) for value in ("0", "3", "None", "'a line'")),
        ("fail",),
        *(("die", int(number)) for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV)),
    ],
)
def test_it_ends_as_in_a_python_of_its_own(client, scripts, words):
    name, *rest = words
    mine, plain = (run(python, scripts / f"{name}.py", *rest) for python in (client, sys.executable))
    assert (mine.returncode, mine.stdout) == (plain.returncode, plain.stdout)
    assert mine.stderr.splitlines()[-1:] == plain.stderr.splitlines()[-1:]


@pytest.mark.parametrize(
    ("variables", "own"), [({}, False), ({"A": "2"}, False), ({"OPENBLAS_NUM_THREADS": "2"}, True)]
)
def test_a_job_with_other_threads_gets_a_python_of_its_own_as_they_count_at_the_import(client, scripts, variables, own):
    run(client, scripts / "tell.py")
    found = told(run(client, scripts / "tell.py", environment=variables))
    assert (found["imported_by"] == found["process"]) == own


def test_a_script_that_it_does_not_know_gets_a_python_of_its_own(client, tmp_path):
    (tmp_path / "other.py").write_text("print('run')")
    assert run(client, tmp_path / "other.py").stdout == "run\n"
    assert run(client, "-c", "print('run')").stdout == "run\n"
    assert run(client, "--version").stdout.startswith("Python 3")


def test_a_job_of_another_copy_of_the_scripts_has_that_copys_modules(client, scripts, tmp_path):
    copy = write_scripts(tmp_path / "copy", LIBRARY.replace("first", "second"))
    assert told(run(client, copy / "tell.py"))["library"] == "of the second copy"
    assert told(run(client, scripts / "tell.py"))["library"] == "of the first copy"


def heed() -> None:
    """Reset signals that may be ignored here, as under nohup."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def waiting(client, scripts, told) -> tuple[subprocess.Popen, psutil.Process]:
    """Yield a client and its job, which waits and writes its number into the file `told`."""
    words = [client, scripts / "wait.py", told]
    process = subprocess.Popen(words, env=outside() | THREADS, stderr=subprocess.PIPE, text=True, preexec_fn=heed)
    until = time.monotonic() + 30
    while not (told.exists() and told.read_text().endswith("\n")) and time.monotonic() < until:
        time.sleep(0.01)
    return process, psutil.Process(int(told.read_text()))


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGINT, 1, "interrupted\n"),
        (signal.SIGTERM, -15, ""),
        (signal.SIGHUP, -1, ""),
        (signal.SIGKILL, -9, ""),
    ],
)
def test_a_signal_for_the_client_reaches_the_job(client, scripts, tmp_path, number, status, said):
    process, job = waiting(client, scripts, tmp_path / "told")
    process.send_signal(number)
    assert process.communicate()[1] == said
    assert process.returncode == status
    job.wait(10)


def test_a_job_that_is_killed_takes_the_client_with_it(client, scripts, tmp_path):
    process, job = waiting(client, scripts, tmp_path / "told")
    job.kill()
    process.communicate()
    assert process.returncode == -9


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_group_that_is_killed_takes_its_jobs_and_their_clients_with_it(scripts, tmp_path, number):
    with holding(scripts) as (_, folder):
        pairs = [waiting(folder / "python", scripts, tmp_path / f"told{i}") for i in range(2)]
        (group,) = {job.parent() for _, job in pairs}
        group.send_signal(number)
        for process, job in pairs:
            job.wait(10)
            words = process.communicate(timeout=10)[1]
            assert words == "the process that ran this job was ended from outside, and the job with it\n"
            assert process.returncode == -signal.SIGKILL


def test_an_ignored_signal_stays_ignored(client, scripts, tmp_path):
    done = run("sh", "-c", f"trap '' INT; exec '{client}' \"$0\"", scripts / "tell.py")
    assert told(done)["interrupt"] == "1"  # SIG_IGN


@THOROUGH
def test_what_runs_when_its_snakemake_has_ended_runs_on(scripts, tmp_path):
    with holding(scripts) as (holder, folder):
        process, job = waiting(folder / "python", scripts, tmp_path / "told")
        parents = [job.parent(), job.parent().parent()]
        holder.kill()
        holder.wait()
        parents[1].wait(10)
        time.sleep(0.1)
        assert job.is_running()
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.communicate()[1] == "interrupted\n"
    assert process.returncode == 1
    parents[0].wait(10)


def test_scripts_that_cannot_be_imported_get_a_python_of_their_own_which_says_why(tmp_path):
    scripts = write_scripts(tmp_path / "broken", "import no_such_library")
    with holding(scripts) as (_, folder):
        for _ in range(2):
            done = run(folder / "python", scripts / "tell.py")
            assert done.returncode == 1
            assert done.stderr.endswith("ModuleNotFoundError: No module named 'no_such_library'\n")


def test_scripts_that_import_torch_are_one_group_and_none_of_them_waits_for_it_twice():
    groups = preload.groups(ROOT / "workflow/scripts")
    libraries = [
        {name for script in group for name in json.loads(fingerprint.software(ROOT / f"workflow/scripts/{script}.py"))}
        for group in groups
    ]
    assert sum("torch" in found for found in libraries) == 1
    assert sum("matplotlib" in found for found in libraries) == 2  # it takes little beside torch
    assert {"train_network", "probe_kernels", "project_kernels", "draw_featuremaps"} <= set(
        next(group for group, found in zip(groups, libraries, strict=True) if "torch" in found)
    )


@pytest.mark.parametrize("why", ["turned off", "the path is too long for a socket"])
def test_where_it_cannot_be_there_is_none_and_nothing_is_left(scripts, tmp_path, why):
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    own = {preload.SWITCH: "no"} if why == "turned off" else {"TMPDIR": str(folder)}
    process, found = preloading.held(scripts, outside() | own)
    process.communicate()
    assert found is None
    assert list(folder.iterdir()) == []


def test_a_disk_from_which_nothing_may_run_is_no_place_for_the_client(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, how: how != os.X_OK)
    with pytest.raises(PermissionError):
        preload.write_client(tmp_path / "python", tmp_path)


@THOROUGH
def test_results_are_the_same_to_the_byte_without_it(smoke, fresh):
    made = "results/smoke/runs/waveforms/templates/seed0"
    names = ("movie.mp4", "measures.png", "tuning.csv", "snapshots.npz", "kernels.npz")
    done = fresh.run_alone(*SNAKEMAKE, *(f"{made}/{name}" for name in names), *SMOKE, KERNELSCOPE_PRELOAD="no")
    assert done.returncode == 0, done.stderr
    for name in names:
        assert (fresh.folder / made / name).read_bytes() == (smoke.folder / made / name).read_bytes()
