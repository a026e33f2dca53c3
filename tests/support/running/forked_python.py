"""A Python with the slow imports done, forked for every call.

It reads calls from standard input and answers on standard output, with one line of JSON per call and per answer.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import sys
import tempfile
import threading
import traceback
from pathlib import Path

import jsonschema  # noqa: F401  (for the workflow)
import matplotlib.figure  # noqa: F401  (for scripts)
import numpy  # noqa: F401
import packaging.version  # noqa: F401
import pandas  # noqa: F401
import preloading
import smart_open  # noqa: F401
import snakemake.api
import snakemake.dag
import snakemake.storage
import snakemake.workflow  # noqa: F401
from snakemake import cli

# Seconds of a call before it is killed, which its exit status shows.
LIMIT = int(os.environ.get("KERNELSCOPE_TEST_LIMIT", "600"))


def answer(call: dict, clients: Path | None) -> dict:
    """Return {"returncode", "stdout", "stderr"} of Python with the call's "arguments", "folder" and "environment".

    The jobs of all Snakemakes find the same preloader, because otherwise each Snakemake would import torch again.
    """
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        if not (child := os.fork()):
            if clients:
                sys.executable = str(clients / "python")
                call["environment"].setdefault("KERNELSCOPE_PRELOAD", "no")
            os._exit(called(call, stdout.fileno(), stderr.fileno()))
        _, status = os.waitpid(child, 0)
        for file in (stdout, stderr):
            file.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return {"returncode": code, "stdout": stdout.read(), "stderr": stderr.read()}


def called(call: dict, stdout: int, stderr: int) -> int:
    """Run a call in the child, with its output in files, and return the exit status."""
    signal.alarm(LIMIT)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.chdir(call["folder"])
    os.environ.clear()
    os.environ.update(call["environment"])
    status = ended(call["arguments"])
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def ended(arguments: list[str]) -> int:
    """Run `-m module arguments` or `script arguments`, and return the exit status."""
    module = arguments[1] if arguments[0] == "-m" else ""
    first = str(Path.cwd() if module else Path(arguments[0]).absolute().parent)
    sys.path[:1] = [path for path in (first, *os.environ["PYTHONPATH"].split(":")) if path]
    sys.argv = arguments[1:] if module else arguments
    try:
        if module:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    gc.disable()  # most children live for a second
    holder, clients = preloading.held(preloading.ROOT / "workflow/scripts")
    cli.get_argument_parser()  # loads all plugins
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), clients)), flush=True)
    holder.communicate()
