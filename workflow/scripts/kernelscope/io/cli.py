"""Turn the one function of a script into a command-line tool that reports an error in one line.

Under Snakemake, a job also writes the manifest of its artifacts, and holds a lock while it runs: if a killed Snakemake
left the same job running, the second one waits.
"""

import argparse
import hashlib
import inspect
import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from kernelscope.io import allocation, files, locks, manifest, usage
from kernelscope.refusal import Refusal, quoted

SCRIPTS = Path(__file__).parents[2]
KEY = "key"  # a parameter that does not become an option


def run(function: Callable, description: str) -> None:
    """Call a function with arguments from the command line. An error ends the process with one line and status 1.

    Parameters
    ----------
    function : its parameters become options. `spec` takes JSON or @FILE; any other parameter takes a path, or several
        paths if it is a list[str]. A parameter `key` does not become an option: it receives a hash of spec, code and
        software, or "" if no manifest is requested.
    description : the text above the options in --help
    """
    name, start = Path(sys.argv[0]).name, usage.now()
    allocation.keep_freed()
    arguments, provenance = parsed(function, name, description)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, ended)  # raises an exception, so that half-written files are removed
    try:
        if provenance["manifest"]:
            tracked(function, arguments, name.removesuffix(".py"), provenance, start)
        else:
            function(**arguments, **keyed(function, ""))
            measured(provenance, start)
    except (Refusal, OSError, MemoryError) as error:
        sys.exit(f"{name}: {message(error)}")
    except (ValueError, RuntimeError) as error:  # of a library
        sys.exit(f"{name}: {message(error)}{'' if is_memory(error) else place(error)}")
    except Exception as error:  # a bug, which keeps its traceback, unless an input was edited since its job wrote it
        if foreign := [path for path in files.READ if not manifest.is_intact(path)]:
            reason = f"{type(error).__name__}: {message(error)}"
            sys.exit(f"{name}: {foreign[0]} is not the file that its job wrote ({reason})")
        raise


def message(error: Exception) -> str:
    """Return the message of an error on one line."""
    words = " ".join(str(error).split())
    if is_memory(error):
        return f"not enough memory ({words})" if words else "not enough memory"
    return words or type(error).__name__


def is_memory(error: Exception) -> bool:
    """Return whether an error says that memory was lacking, as NumPy or as torch words it."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "allocate" in str(error))


def place(error: Exception) -> str:
    """Return which line of this program met an error that it did not expect, and what to do."""
    frames = traceback.extract_tb(error.__traceback__)
    file, line = next((f.filename, f.lineno) for f in reversed(frames) if Path(f.filename).is_relative_to(SCRIPTS))
    return f" (at {Path(file).relative_to(SCRIPTS)}, line {line}, where no error was expected: please report it)"


def ended(number: int, _) -> None:
    """Exit because of a signal, with the status that shells use."""
    print(f"ended by {signal.Signals(number).name}", file=sys.stderr)
    sys.exit(128 + number)


def parsed(function: Callable, name: str, description: str) -> tuple[dict, dict]:
    """Return the arguments of the function, and the arguments about its provenance."""
    parser = argparse.ArgumentParser(prog=name, description=description)
    parameters = {key: value for key, value in inspect.signature(function).parameters.items() if key != KEY}
    for name, parameter in parameters.items():
        kind = {"type": spec, "help": "settings as JSON, or @FILE"} if name == "spec" else {"help": "path"}
        many = {"nargs": "+"} if parameter.annotation == list[str] else {}
        parser.add_argument(f"--{name.replace('_', '-')}", required=True, **kind, **many)
    group = parser.add_argument_group("provenance")
    group.add_argument("--manifest", nargs="+", help="paths of manifests to write, FOLDER/.manifest/RULE.json")
    group.add_argument("--code", default="", help="hash of the code, for the manifest")
    group.add_argument("--software", default="{}", type=spec, help="versions of libraries as JSON, for the manifest")
    group.add_argument("--usage", help="path of a table to write: time and memory that the job used")
    values = vars(parser.parse_args())
    return {name: values.pop(name) for name in parameters}, values


def keyed(function: Callable, key: str) -> dict[str, str]:
    """Return the key as an argument, for a function that takes a key."""
    return {KEY: key} if KEY in inspect.signature(function).parameters else {}


def measured(provenance: dict, start: usage.Clocks) -> None:
    """Write the time and memory used since `start`, if that is requested."""
    if provenance["usage"]:
        usage.write(provenance["usage"], start)


def tracked(function: Callable, arguments: dict, rule: str, provenance: dict, start: usage.Clocks) -> None:
    """Run the job under its locks and write its manifests, unless another process finished it in the meantime."""
    manifests = [Path(path) for path in provenance["manifest"]]
    made_by = {"rule": rule, "spec": arguments["spec"], "code": provenance["code"], "software": provenance["software"]}
    paths = [Path(path).absolute() for path in given(arguments)]
    key = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode()).hexdigest()
    with ExitStack() as locked:
        for path in manifests:
            locked.enter_context(locks.held(path.with_suffix(".lock"), wait))
        if all(manifest.still_holds(path, made_by, paths) for path in manifests):
            progress("another process finished this job in the meantime")
            measured(provenance, start)
            return
        for path in manifests:
            path.unlink(missing_ok=True)
        function(**arguments, **keyed(function, key))
        written = [path for path in paths if path in files.WRITTEN]
        for path in manifests:
            manifest.write(path, made_by, [artifact for artifact in written if is_of(artifact, path)])
        measured(provenance, start)  # under the locks, so that no other process writes the same file


def given(arguments: dict) -> Iterator[str]:
    """Yield all paths among the arguments of a function."""
    for name, value in arguments.items():
        if name != "spec":
            yield from value if isinstance(value, list) else [value]


def is_of(artifact: Path, path: Path) -> bool:
    """Whether an artifact is in the folder that a manifest describes."""
    return artifact.parent == manifest.folder_of(path).absolute()


def wait(holder: str) -> None:
    progress(f"waiting for {holder}, which is running the same job")


def spec(text: str) -> dict:
    """Return the object in a JSON text, or in the file of @FILE."""
    try:
        content = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, RecursionError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not isinstance(content, dict):
        raise argparse.ArgumentTypeError(f"got {quoted(content)}, expected a JSON object")
    return content


def progress(line: str) -> None:
    """Print a line of progress at once: to the log of a job, which the terminal of a run reads."""
    print(line, flush=True)
