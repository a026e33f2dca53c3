"""The command of every rule: its script, with an option for each of its files and params.

The longest specs go into a file, as the operating system limits the length of a command.
"""

import hashlib
from pathlib import Path

from kernelscope.io import files

LONGEST = 96 * 2**10  # bytes; Linux takes 128 KiB as one argument, and to the shell the whole command is one
FOLDER = Path(".snakemake", "specs")  # beside Snakemake's own files, and as easily made again


def command(options: str) -> str:
    """Return the text of a `shell:`; every value in it is quoted.

    `options` names inputs and, after an arrow, outputs: "kernels run -> figure". Before the arrow, `params.runs` and
    `threads` are themselves. Each is passed as the option of its name.
    """
    read, written = (words.split() for words in options.split("->"))
    values = [word if "." in word or word == "threads" else f"input.{word}" for word in read]
    values += [f"output.{word}" for word in written]
    values = ["params.spec", *values, "output.manifest", "params.code", "params.software", "output.usage"]
    return " ".join(["{params.python:q} {params.script:q}", *map(option, values), "> {log:q} 2>&1"])


def option(value: str) -> str:
    """Return `--subspace-fit {output.subspace_fit:q}` for `output.subspace_fit`."""
    return f"--{value.rpartition('.')[2].replace('_', '-')} {{{value}:q}}"


def argument(spec: str, folder: Path = FOLDER) -> str:
    """Return the spec itself, or @ and a file with it that is named after its content, so no two specs share a file."""
    if len(spec.encode()) <= LONGEST:
        return spec
    path = folder / f"{hashlib.sha256(spec.encode()).hexdigest()}.json"
    if not path.exists():
        with files.atomic(path) as temporary:
            temporary.write_text(spec)
    return f"@{path}"
