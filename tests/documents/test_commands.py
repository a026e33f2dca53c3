"""The reference of the command line is what the parser says, and has every command."""

import re
import subprocess
import sys

from projects import ROOT

from documents import commands

TEXT = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")


def help_of(*words: str) -> str:
    command = [sys.executable, "-m", "kernelscope", *words, "--help"]
    return subprocess.run(command, cwd=ROOT / "workflow/scripts", capture_output=True, text=True, check=True).stdout


def test_the_page_is_what_the_parser_says():
    assert commands.page() == TEXT, "run `make reference`"


def test_every_command_and_option_that_help_lists_is_on_the_page():
    listed = re.findall(r"^    (\w+)(?: |$)", help_of(), re.MULTILINE)
    assert len(listed) >= 10
    assert re.findall(r"^## (\w+)$", TEXT, re.MULTILINE) == listed
    for name in ("look", "images"):
        part = TEXT.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert set(re.findall(r"--[a-z][\w-]*", help_of(name))) - {"--help"} == set(re.findall(r"--[a-z][\w-]*", part))
