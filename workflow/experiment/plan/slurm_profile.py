"""Groups, memory and time of jobs for the SLURM profile, from the table of rules, by `make reference`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from experiment.plan import resources
from experiment.plan.rule_table import ALONE, GROUPS, RULES

START, END = "# from the table of rules, by `make reference`", "# end of that"


def lines(prefix: str = "") -> Iterator[str]:
    """Yield the lines of the profile; rules have a `prefix` where this workflow is a module of another."""
    yield "groups:"
    for rule, row in RULES.items():
        if (group := row.group or GROUPS[row.folder]) != ALONE:
            yield f"  - {prefix}{rule}={group}"
    yield "set-resources:"
    for rule in RULES:
        if fixed := resources.fixed(rule):
            yield f"  {prefix}{rule}: {{{', '.join(f'{name}: attempt * {value}' for name, value in fixed.items())}}}"


def written_into(text: str, prefix: str = "") -> str:
    """Return the text of a profile with these lines between its two marks."""
    before, rest = text.split(START)
    return "\n".join([before + START, *lines(prefix), END]) + rest.split(END)[1]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(written_into(target.read_text(encoding="utf-8"), *sys.argv[2:]), encoding="utf-8")
