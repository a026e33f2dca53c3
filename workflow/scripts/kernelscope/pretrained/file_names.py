"""What the names of published files say: of which run, when in its training, which layer, which kernel."""

import re
from collections.abc import Iterable
from typing import NamedTuple

PLACES = {"run": r"[^/]+", "step": r"\d{1,9}", "epoch": r"\d{1,9}", "layer": r"[^/]+?", "kernel": r"\d{1,6}"}
TIMES = ("step", "epoch")
DEFAULTS = (
    *("{run}/kernel_{epoch}_{kernel}.pt", "{run}/kernels.npz", "{run}/kernels_{epoch}.npz", "{run}/kernels_{epoch}.pt"),
    *("{run}/{epoch}.npz", "{run}/{epoch}.pt", "{run}/{epoch}.npy", "{run}.npz", "{run}.pt", "{run}.npy"),
)
LONGEST = 64  # letters of the name of a run or a layer
LAYER = re.compile(r"[\w.\-]{1,64}")
TAKEN = ("steps", "epochs")  # names of other arrays in a kernels.npz


class File(NamedTuple):
    """A file and what its name says; None where it says nothing. `layer` and `kernel` may stand in the file itself."""

    name: str
    run: str
    step: int | None = None
    epoch: int | None = None
    layer: str | None = None
    kernel: int | None = None

    @property
    def time(self) -> tuple[int | None, int | None]:
        return self.step, self.epoch


def places(pattern: str) -> list[str]:
    """The places of a pattern such as `{run}/kernel_{epoch}_{kernel}.pt`; ValueError for one that makes no sense."""
    found = re.findall(r"\{([^{}]*)\}", pattern)
    for place in found:
        if place not in PLACES:
            raise ValueError(f"found the place {{{place}}} in {pattern!r}; allowed: {', '.join(PLACES)}")
        if found.count(place) > 1:
            raise ValueError(f"found the place {{{place}}} twice in {pattern!r}; allowed: each once")
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", pattern)):
        raise ValueError(f"found a single brace in {pattern!r}; allowed: places such as {{run}}")
    return found


def expression(pattern: str) -> re.Pattern:
    """The regular expression of a pattern, with a group for every place."""
    places(pattern)
    parts = re.split(r"\{([^{}]*)\}", pattern)
    texts = [f"(?P<{part}>{PLACES[part]})" if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    return re.compile("".join(texts))


def named(names: Iterable[str], pattern: str, run: str) -> list[File]:
    """The files whose name fits the pattern, in the order given; `run` is for one without that place."""
    wanted = expression(pattern)
    return [file({"run": run} | match.groupdict(), name) for name in names if (match := wanted.fullmatch(name))]


def file(cells: dict[str, str], name: str) -> File:
    """A file from texts by place; empty ones say nothing. ValueError for what a place cannot hold."""
    given = {place: text for place, text in cells.items() if text}
    for place in (*TIMES, "kernel"):
        if place in given and not re.fullmatch(PLACES[place], given[place], re.ASCII):
            raise ValueError(f"{name}: found {place} {given[place][:LONGEST]!r}; allowed: a whole number")
    if not given["run"].isprintable() or len(given["run"]) > LONGEST:
        raise ValueError(f"{name[:200]}: found a run with a name that cannot be shown; allowed: {LONGEST} letters")
    check_layer(given.get("layer", "conv"), name)
    numbers = {place: int(given[place]) for place in (*TIMES, "kernel") if place in given}
    return File(name, given["run"], layer=given.get("layer"), **numbers)


def check_layer(layer: str, name: str) -> None:
    """Raise ValueError for a layer that could not be told from others in tables, arrays or addresses."""
    if not LAYER.fullmatch(layer) or layer in TAKEN:
        raise ValueError(
            f"{name}: found a layer {layer[:LONGEST]!r}; allowed: letters, digits, dots, - and _, at most 64"
        )


def runs(files: Iterable[File]) -> dict[str, list[File]]:
    """Files by the name of their run, in the order of the names; each run sorted by time, layer and kernel."""
    found: dict[str, list[File]] = {}
    for one in files:
        found.setdefault(one.run, []).append(one)
    key = lambda one: (*(-1 if t is None else t for t in one.time), one.layer or "", one.kernel or 0, one.name)  # noqa: E731
    return {name: sorted(found[name], key=key) for name in sorted(found)}


def check_run(files: list[File]) -> None:
    """Raise ValueError, with the name of a file, unless every snapshot of a run has the same layers and kernels."""
    if len({(one.step is None, one.epoch is None) for one in files}) > 1:
        raise ValueError(f"{files[-1].name}: its time is given in another way than that of {files[0].name}")
    seen: dict[tuple, str] = {}
    for one in files:
        key = (one.time, one.layer, one.kernel)
        if key in seen:
            raise ValueError(f"{one.name}: is of the same time, layer and kernel as {seen[key]}")
        seen[key] = one.name
    snapshots = {time: [one for one in files if one.time == time] for time in dict.fromkeys(one.time for one in files)}
    first = next(iter(snapshots.values()))
    for mine in snapshots.values():
        check_numbers(mine)
        if {(one.layer, one.kernel) for one in mine} != {(one.layer, one.kernel) for one in first}:
            raise ValueError(
                f"{mine[0].name}: its snapshot has other kernels ({len(mine)} files) than that of {first[0].name} "
                f"({len(first)}); allowed: the same in all snapshots of a run"
            )


def check_numbers(files: list[File]) -> None:
    """Raise ValueError unless the kernels of every layer of a snapshot are numbered without a gap, from 0 or from 1."""
    for layer in {one.layer for one in files}:
        mine = [one for one in files if one.layer == layer]
        numbers = [one.kernel for one in mine]
        if None in numbers:
            if len(numbers) > 1:
                raise ValueError(f"{mine[0].name}: is a whole layer beside single kernels of it")
            continue
        start = min(numbers)
        missing = sorted(set(range(start, max(numbers) + 1)) - set(numbers))
        if start > 1 or missing:
            number = missing[0] if missing else start - 1
            raise ValueError(
                f"{mine[0].name}: kernel {number} of its snapshot is missing; allowed: numbers from 0 or 1"
            )
