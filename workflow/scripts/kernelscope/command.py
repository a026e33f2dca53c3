"""Every script is one function; this makes it a command-line tool whose errors are one line."""

import argparse
import inspect
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path


def run(function: Callable, description: str) -> None:
    """Call `function` with an option per parameter: `spec` is JSON (or @file), every other one a path."""
    parser = argparse.ArgumentParser(prog=Path(sys.argv[0]).name, description=description)
    for name in inspect.signature(function).parameters:
        kind = {"type": spec, "help": "settings as JSON, or @FILE"} if name == "spec" else {"help": "path"}
        parser.add_argument(f"--{name.replace('_', '-')}", required=True, **kind)
    arguments = vars(parser.parse_args())
    try:
        function(**arguments)
    except (ValueError, OSError, MemoryError, RuntimeError) as error:  # torch reports what a GPU lacks as RuntimeError
        message = " ".join(str(error).split()) or type(error).__name__
        sys.exit(f"{parser.prog}: {message}")


def spec(text: str) -> dict:
    """JSON, or the content of @FILE."""
    try:
        return json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except OSError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def progress(line: str, name: str) -> None:
    """A line of progress to the log, and to the terminal where the rule passes one on as file descriptor 3."""
    print(line, flush=True)
    if os.isatty(3):
        os.write(3, f"{name}  {line}\n".encode())
