"""The config file of an experiment that a command makes up, for the user to read and change."""

import json
import re
import shlex
from pathlib import Path

from kernelscope.io import files
from kernelscope.refusal import refuse

RESERVED = ("data", "runs", "compare", "logs")  # folders of an experiment in results/


def short_name(folder: Path) -> str:
    """Return the name of a folder as that of a dataset: letters, digits and underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")[:40] or "images"
    return f"own_{name}" if name in RESERVED else name


def write(path: Path, config: dict, command: str) -> None:
    """Write a config as YAML, of which JSON is a part; what is there already must be the same.

    Raises
    ------
    ValueError
        If the file has other content.
    """
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in config.items()]
    text = f"# Written by `kernelscope {command}`. config/README.md explains every key.\n" + "".join(lines)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        hint = f"make CONFIG={shlex.quote(str(path))} runs what is there"
        refuse(str(path), "a file with other settings", "a new name with --config", hint)
    with files.atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
