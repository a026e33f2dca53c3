"""Repair a config for the search for further problems: what is refused already is renamed or taken out."""

import copy
from collections.abc import Iterable

from experiment.config.nodes import node_at, resolve, schema
from experiment.config.renamed import below, new_path, new_value

DEFINITIONS = ("datasets", "architectures")


class Unrepairable(Exception):
    """Nothing would be left that could be checked."""


def repaired(config: dict, paths: Iterable[tuple]) -> tuple[dict, dict[tuple, tuple]]:
    """Return a copy of a config without what is refused at these paths, and new -> old path of what was renamed.

    An old name or value becomes the new one. A definition with any other problem is not selected, as what does not fit
    it may come from this problem; all else has its default.
    """
    try:
        config, moved = copy.deepcopy(config), {}
    except RecursionError:
        raise Unrepairable from None
    bad: set[tuple] = set()
    for path in sorted(paths, key=len, reverse=True):  # what is inside an old key, before the key
        value = at(config, path)
        if isinstance(value, str) and (word := new_value(path, value)) is not None:
            at(config, path[:-1])[path[-1]] = word
        elif (new := new_path(path)) is not None:
            move(config, path, new)
            moved[new] = path
        else:
            bad.add(path)
    for path in bad:
        take_out(config, path)
    for kind in DEFINITIONS:
        leave_out(config, kind, {path[1] for path in bad if path[0] == kind and len(path) > 1})
    tidy(config)
    return config, moved


def at(config: dict, path: tuple) -> object:
    """Return what is at a path; None if nothing."""
    value = config
    for part in path:
        value = below(value, part)
    return value


def move(config: dict, old: tuple, new: tuple) -> None:
    """Move what is at one path to another, over what may be there."""
    value, place = at(config, old[:-1]).pop(old[-1]), config
    for part in new[:-1]:
        place = place.setdefault(part, {})
    there = place.get(new[-1])
    place[new[-1]] = {**there, **value} if isinstance(there, dict) and isinstance(value, dict) else value


def take_out(config: dict, path: tuple) -> None:
    """Remove a key of a section, so that it has its default, or a value of what is selected."""
    if not path or path in ((kind,) for kind in (*DEFINITIONS, "experiment")):
        raise Unrepairable
    if path[0] in DEFINITIONS:
        return  # the whole definition is left out
    place = at(config, path[:1])
    if len(path) == 1 or not isinstance(place, dict):
        config.pop(path[0], None)
    elif path[0] == "experiment" and len(path) > 2 and isinstance(place[path[1]], list):
        place[path[1]][path[2]] = None
    elif path[0] == "experiment" and path[1] in DEFINITIONS:
        raise Unrepairable
    else:
        place.pop(path[1], None)


def leave_out(config: dict, kind: str, names: set) -> None:
    """Leave definitions out of a config and its selection, with the controls of an architecture."""
    definitions = config.get(kind) or {}
    others = {name: below(settings, "of") for name, settings in definitions.items()}
    names |= {name for name, other in others.items() if isinstance(other, str) and other in names}
    config[kind] = {name: settings for name, settings in definitions.items() if name not in names}
    selected = at(config, ("experiment", kind))
    if isinstance(selected, list):
        config["experiment"][kind] = [name for name in selected if name not in names]


def tidy(config: dict) -> None:
    """Remove what was taken out of lists; Unrepairable if nothing is selected any more."""
    experiment = config.get("experiment")
    if not isinstance(experiment, dict):
        raise Unrepairable
    for key, items in experiment.items():
        if isinstance(items, list):
            kept = [item for item in items if item is not None]
            experiment[key] = [item for number, item in enumerate(kept) if item not in kept[:number]]
    experiment["seeds"] = experiment.get("seeds") or [0]
    if not all(experiment.get(kind) for kind in DEFINITIONS):
        raise Unrepairable
    if not experiment.get("stages", True):
        experiment["stages"] = resolve(node_at(schema(), "experiment.stages"))["default"]
