"""Refuse targets that no experiment makes, with what they are called now, or with what the experiment has."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from experiment.config.problems import ConfigError, place
from experiment.config.renamed import new_value, table
from experiment.plan import seeds
from experiment.plan.plan import Plan
from kernelscope.refusal import did_you_mean, listed, quoted, refusal

FOLDERS = re.compile(  # the folders of rule_table.py; a folder that begins with a dot has manifests
    r"data/(?P<drawn>[^/]+)/.+"
    r"|runs/(?P<dataset>[^/]+)/(?P<arch>[^/]+)/seed(?P<seed>[0-9]+)/.+"
    r"|compare/(?P<compared>[^/.][^/]*)/((?P<of_seeds>[^/.][^/]*)/.+|.+)"
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
    parts = {KINDS.get(name, name): value for name, value in found.groupdict().items() if value is not None}
    for kind, value in parts.items():
        if value not in (names := choices(kind, parts.get("arch"), plan)):
            key = seeds.where(plan.config, parts["arch"]) if kind == "seed" else ("experiment", KEYS[kind])
            yield refusal(target, *instead(kind, value, names, key, plan))


def choices(kind: str, arch: str | None, plan: Plan) -> list[str]:
    """Return what a part of a target may be; the seeds of its architecture, or of all if there is no such one."""
    if kind != "seed":
        return getattr(plan, KEYS[kind])
    own = plan.seeds.get(arch) or sorted(set().union(*plan.seeds.values()))
    return [str(seed) for seed in own]


def old_file(name: str) -> str | None:
    """Return the new name of a file; None if it is not an old one. The table is read only for the files it may have."""
    return table()["files"].get(name) if name.endswith((".csv", ".png")) else None


def instead(kind: str, value: str, names: list[str], key: tuple, plan: Plan) -> tuple[str, str, str]:
    """Return what a target has, what is expected there, and a hint; `key` selects it."""
    word = WORDS[kind]
    if (new := new_value(key, value)) is not None:
        return f"the old name {quoted(value)} of the {word}", new, ""
    expected = "one of " * (len(names) > 1) + listed(names, most=MOST)
    if kind == "seed":
        return f"the seed {value}", expected, f"or add it to `{place(key)}`"
    if value in plan.config[KEYS[kind]]:
        return f"the {word} {quoted(value)}, which is not selected", expected, f"or add it to `{place(key)}`"
    return f"the {word} {quoted(value)}", expected, did_you_mean(value, names)
