"""Refuse targets that no experiment makes, with what they are called now, or with what the experiment has."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from experiment.config.problems import ConfigError
from experiment.config.renamed import new_value, table
from experiment.plan.plan import Plan
from kernelscope.refusal import did_you_mean, listed, quoted, refusal

FOLDERS = re.compile(  # the folders of rule_table.py; a folder that begins with a dot has manifests
    r"data/(?P<drawn>[^/]+)/.+"
    r"|runs/(?P<dataset>[^/]+)/(?P<arch>[^/]+)/seed(?P<seed>[0-9]+)/.+"
    r"|compare/(?P<compared>[^/]+)/((?P<of_seeds>[^/.][^/]*)/.+|.+)"
)
KINDS = {"drawn": "dataset", "compared": "dataset", "of_seeds": "arch"}  # other names of a wildcard
KEYS = {"dataset": "datasets", "arch": "architectures", "seed": "seeds"}
WORDS = {"dataset": "dataset", "arch": "architecture", "seed": "seed"}
MOST = 20  # names in a line


def check(words: Iterable[str], plan: Plan) -> None:
    """Raise ConfigError with a line for each word of a command that is a target which `plan` does not make.

    Files that exist are left to Snakemake, except under an old name.
    """
    if lines := [line for word in words for line in problems(word, plan)]:
        raise ConfigError(*lines)


def problems(target: str, plan: Plan) -> Iterator[str]:
    """Yield a line for each part of a target that is not in the experiment."""
    if (new := old_file(Path(target).name)) is not None:
        yield refusal(target, "the old name of a file", new)
    folder, _, rest = target.partition(f"{plan.results}/")
    found = FOLDERS.fullmatch(rest)
    if folder or not found or Path(target).exists():
        return
    for name, value in found.groupdict().items():
        kind = KINDS.get(name, name)
        choices = [str(choice) for choice in getattr(plan, KEYS[kind])]
        if value is not None and value not in choices:
            yield refusal(target, *instead(kind, value, choices, plan))


def old_file(name: str) -> str | None:
    """Return the new name of a file; None if it is not an old one. The table is read only for the files it may have."""
    return table()["files"].get(name) if name.endswith((".csv", ".png")) else None


def instead(kind: str, value: str, choices: list[str], plan: Plan) -> tuple[str, str, str]:
    """Return what a target has, what is expected there, and a hint."""
    key, word = f"experiment.{KEYS[kind]}", WORDS[kind]
    if (new := new_value(("experiment", KEYS[kind]), value)) is not None:
        return f"the old name {quoted(value)} of the {word}", new, ""
    expected = "one of " * (len(choices) > 1) + listed(choices, most=MOST)
    if kind == "seed":
        return f"the seed {value}", expected, f"or add it to `{key}`"
    if value in (plan.config[KEYS[kind]] or {}):
        return f"the {word} {quoted(value)}, which is not selected", expected, f"or add it to `{key}`"
    return f"the {word} {quoted(value)}", expected, did_you_mean(value, choices)
