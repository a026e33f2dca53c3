"""The instructions of the Dockerfile, for tests without Docker."""

import re

from projects import ROOT


def instructions() -> list[tuple[str, str]]:
    """Return (instruction, words) of each line of the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(r"^([A-Z]+) +(.+)$", text, re.MULTILINE)


def commands() -> list[str]:
    """Return the shell commands that build the image."""
    return [words for name, words in instructions() if name == "RUN"]
