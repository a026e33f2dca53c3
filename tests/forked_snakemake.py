"""Snakemake imported once and forked for every call: a dry run takes a third of its time.

Reads calls from standard input, answers each on standard output, one line of JSON per call and per answer.
"""

import gc
import json
import os
import sys
import tempfile
import traceback

import jsonschema  # noqa: F401  (imported by the workflow too, hence once here)
import numpy  # noqa: F401
import pandas  # noqa: F401
import smart_open  # noqa: F401
import snakemake.api
import snakemake.dag
import snakemake.workflow  # noqa: F401
from snakemake import cli


def answer(call: dict) -> dict:
    """{"returncode", "output"} of Snakemake with {"arguments"} in {"folder"} and {"environment"}."""
    with tempfile.TemporaryFile("w+") as output:
        if not (child := os.fork()):
            os._exit(called(call, output.fileno()))
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return {"returncode": os.waitstatus_to_exitcode(status), "output": output.read()}


def called(call: dict, output: int) -> int:
    """In the child: the exit status of Snakemake, with everything that it says in `output`."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        os.chdir(call["folder"])
        os.environ.clear()
        os.environ.update(call["environment"])
        sys.path[:1] = [path for path in (call["folder"], os.environ["PYTHONPATH"]) if path]
        sys.argv = ["snakemake", *call["arguments"]]
        cli.main(call["arguments"])
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code)
            return 1
        return ended.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    gc.disable()  # a child lives for a second
    cli.get_argument_parser()  # loads all plugins
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
