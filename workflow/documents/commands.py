"""Write docs/reference/cli.md, the reference of the command line, from what `kernelscope COMMAND --help` says."""

import argparse
import sys
from pathlib import Path

from kernelscope.api.command import parser

HEAD = """\
# The command line

`kernelscope COMMAND`, in a clone `.venv/bin/kernelscope COMMAND`. `make reference` writes this page from the source of
`kernelscope COMMAND --help`. "In a clone" means that a command needs the workflow, not only the package. The exit
status is zero; or one, with one line that says what is wrong; or two for a wrong command line.
"""


def page() -> str:
    """Return the page as Markdown."""
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    helps = {action.dest: action.help for action in commands._choices_actions}
    return "\n".join([HEAD, *(section(name, helps[name], one) for name, one in commands.choices.items())])


def section(name: str, words: str, one: argparse.ArgumentParser) -> str:
    """Return the section of a command: what it does, how it is called, and its arguments."""
    actions = [action for action in one._actions if not isinstance(action, argparse._HelpAction)]
    positional = sorted(actions, key=lambda action: bool(action.option_strings))
    lines = [f"## {name}", "", f"{words[0].upper()}{words[1:]}.", ""]
    lines += [f"    {' '.join(['kernelscope', name, *map(call, positional)])}", ""]
    if rows := [f"| `{form(action)}` | {meaning(action)} |" for action in positional if meaning(action)]:
        lines += ["| argument | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def form(action: argparse.Action) -> str:
    """Return an argument as it is typed: `--out X.npz`, `FILE`."""
    name = action.metavar or ("{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper())
    option = " ".join(action.option_strings)
    if action.nargs == 0:
        return option
    return " ".join(filter(None, [option, f"{name} [{name} ...]" if action.nargs == "+" else name]))


def call(action: argparse.Action) -> str:
    """Return an argument in a call; options are in brackets."""
    return f"[{form(action)}]" if action.option_strings else form(action)


def meaning(action: argparse.Action) -> str:
    """Return what an argument means, as a cell of a table."""
    return (action.help or "").replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
