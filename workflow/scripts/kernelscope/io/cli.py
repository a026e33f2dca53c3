"""Every script is one function; this makes it a command-line tool whose errors are one line.

Under Snakemake it also holds a lock while it works, so that a job which a killed Snakemake left running is not joined
by a second one, and writes the manifest of what it made.
"""

import argparse
import hashlib
import inspect
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from kernelscope.io import files, locks, manifest, usage

KEY = "key"  # the parameter that is no option


def run(function: Callable, description: str) -> None:
    """Call `function` with an option per parameter: `spec` is JSON (or @file), every other one a path or, if
    it is a list[str], several.

    A parameter `key` is no option: it gets a hash of spec, code and software, or "" where no manifest is asked for.
    """
    name, start = Path(sys.argv[0]).name, usage.now()
    own, provenance = parsed(function, name, description)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, ended)  # as an exception, so that half-written files go
    try:
        if provenance["manifest"]:
            tracked(function, own, name.removesuffix(".py"), provenance, start)
        else:
            function(**own, **keyed(function, ""))
            measured(provenance, start)
    except (ValueError, OSError, MemoryError, RuntimeError) as error:  # torch reports what a GPU lacks as RuntimeError
        sys.exit(f"{name}: {message(error)}")
    except Exception as error:  # a bug, with its traceback, unless it has read what no job of ours left like that
        if foreign := [path for path in files.READ if not manifest.is_intact(path)]:
            sys.exit(f"{name}: {foreign[0]} is not as a job left it ({type(error).__name__}: {message(error)})")
        raise


def message(error: Exception) -> str:
    """What went wrong, in one line."""
    words = " ".join(str(error).split())
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "allocate" in words):  # as torch has it
        return f"not enough memory ({words})" if words else "not enough memory"
    return words or type(error).__name__


def ended(number: int, _) -> None:
    print(f"ended by {signal.Signals(number).name}", file=sys.stderr)
    sys.exit(128 + number)


def parsed(function: Callable, name: str, description: str) -> tuple[dict, dict]:
    """The arguments of the function, and those of its provenance."""
    parser = argparse.ArgumentParser(prog=name, description=description)
    parameters = {name: one for name, one in inspect.signature(function).parameters.items() if name != KEY}
    for name, parameter in parameters.items():
        kind = {"type": spec, "help": "settings as JSON, or @FILE"} if name == "spec" else {"help": "path"}
        many = {"nargs": "+"} if parameter.annotation == list[str] else {}
        parser.add_argument(f"--{name.replace('_', '-')}", required=True, **kind, **many)
    group = parser.add_argument_group("provenance")
    group.add_argument("--manifest", nargs="+", help="paths of manifests to write, FOLDER/.manifest/RULE.json")
    group.add_argument("--code", default="", help="hash of the code, for the manifest")
    group.add_argument("--software", default="{}", type=spec, help="versions of the libraries as JSON, likewise")
    group.add_argument("--usage", help="path of a table to write: what the job took of time and memory")
    found = vars(parser.parse_args())
    return {name: found.pop(name) for name in parameters}, found


def keyed(function: Callable, key: str) -> dict[str, str]:
    """The key as an argument of a function that takes one."""
    return {KEY: key} if KEY in inspect.signature(function).parameters else {}


def measured(provenance: dict, start: usage.Clocks) -> None:
    if provenance["usage"]:
        usage.write(provenance["usage"], start)


def tracked(function: Callable, own: dict, rule: str, provenance: dict, start: usage.Clocks) -> None:
    """Do the job alone, and write its manifests; if another process was at it, perhaps there is nothing left to do."""
    manifests = [Path(path) for path in provenance["manifest"]]
    made_by = {"rule": rule, "spec": own["spec"], "code": provenance["code"], "software": provenance["software"]}
    paths = [Path(path).absolute() for path in given(own)]
    key = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode()).hexdigest()
    with ExitStack() as locked:
        for path in manifests:
            locked.enter_context(locks.held(path.with_suffix(".lock"), wait))
        if all(manifest.still_holds(path, made_by, paths) for path in manifests):
            progress("made by another process meanwhile")
            measured(provenance, start)
            return
        for path in manifests:
            path.unlink(missing_ok=True)
        function(**own, **keyed(function, key))
        written = [path for path in paths if path in files.WRITTEN]
        for path in manifests:
            manifest.write(path, made_by, [one for one in written if is_of(one, path)])
        measured(provenance, start)  # while no other process can be at the same file


def given(own: dict) -> Iterator[str]:
    """All paths among the arguments of a function."""
    for name, value in own.items():
        if name != "spec":
            yield from value if isinstance(value, list) else [value]


def is_of(artifact: Path, path: Path) -> bool:
    """Whether an artifact lies in the folder that a manifest is of."""
    return artifact.parent == manifest.folder_of(path).absolute()


def wait(holder: str) -> None:
    progress(f"waiting for {holder}, which makes the same")


def spec(text: str) -> dict:
    """JSON, or the content of @FILE."""
    try:
        found = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, RecursionError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("found no JSON object")
    return found


def progress(line: str, name: str = "") -> None:
    """A line of progress to the log, and to the terminal where the rule passes one on as file descriptor 3."""
    print(line, flush=True)
    if os.isatty(3):
        os.write(3, f"{name}  {line}\n".encode())
