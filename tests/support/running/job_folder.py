"""A script in a separate folder, run as Snakemake runs the workflow's scripts."""

import platform
import signal
import subprocess
import sys
from pathlib import Path

from kernelscope.io import cli

SCRIPT = f"""
import sys, time
sys.path.insert(0, {str(Path(cli.__file__).parents[2])!r})
from pathlib import Path
from kernelscope.io import cli as command, files
from kernelscope.refusal import Refusal

def do_it(spec: dict, in_file: str, table: str, key: str) -> None:
    with files.opened(in_file) as handle:
        text = handle.read().decode()
    with files.atomic(table) as temporary:
        temporary.write_text(text.upper() + key)
        command.progress("working")
        while spec.get("wait") and not Path("go").exists():
            time.sleep(0.01)
    if spec.get("fail"):
        raise Refusal("it failed")
    if spec.get("bug"):
        raise TypeError("a bug")

if __name__ == "__main__":
    command.run(do_it, "Do something.")
"""
MANIFEST = "out/.manifest/do_it.json"
WAITING = '{"wait": true}'
LOCK = "out/.manifest/do_it.lock"
OPTIONS = {
    "in-file": "in.txt",
    "table": "out/t.csv",
    "manifest": MANIFEST,
    "code": "c0de",
    "software": '{"numpy": "2"}',
}


def heed_signals() -> None:
    """Reset signals, because the shell that runs the tests may ignore some."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Folder:
    """The folder in which the jobs of a test work; `end` kills all of them."""

    def __init__(self, path: Path):
        self.path, self.started = path, []
        (path / "do_it.py").write_text(SCRIPT)
        (path / "in.txt").write_text("content")

    def start(self, *wrapper, spec="{}", **options) -> subprocess.Popen:
        options = {"spec": spec, **OPTIONS, **{name.replace("_", "-"): value for name, value in options.items()}}
        words = [word for name, value in options.items() if value is not None for word in (f"--{name}", value)]
        line = [*wrapper, sys.executable, "-S", "-E", "do_it.py", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.started.append(subprocess.Popen(line, cwd=self.path, preexec_fn=heed_signals, **pipes))
        return self.started[-1]

    def run(self, **options) -> tuple[int, str, str]:
        return self.ended(self.start(**options))

    def ended(self, process) -> tuple[int, str, str]:
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def left(self) -> set[str]:
        paths = [path.relative_to(self.path) for path in self.path.rglob("*") if path.is_file()]
        return {str(path) for path in paths} - {"do_it.py", "in.txt", "go"}

    def holding(self, **options) -> subprocess.Popen:
        """Start a job that works until there is a file `go` or it is killed."""
        process = self.start(spec=WAITING, **options)
        assert process.stdout.readline() == "working\n"
        return process

    def waiting(self, holder, **options) -> subprocess.Popen:
        """Start a job that waits for the job of `holder`."""
        process = self.start(**{"spec": WAITING, **options})
        line = f"waiting for process {holder.pid} on {platform.node()}, which is running the same job\n"
        assert process.stdout.readline() == line
        return process

    def go(self) -> None:
        (self.path / "go").touch()

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()
