"""Which of the selected seeds and architectures are compared with each other, and which are trained together."""

import hashlib

# Runs on the page of an experiment, a file that grows with each.
MOST_ON_PAGE = 100
# Runs of a dataset that are compared all with all: their pairs, and the memory for them, grow with the square.
MOST_RUNS = 200


def runs_compared(architectures: list[str], seeds: list[int]) -> tuple[list[str], list[int]]:
    """The architectures and seeds whose runs on a dataset are compared all with all, out of those that may be."""
    archs = drawn(architectures, MOST_RUNS)
    return archs, drawn(seeds, max(1, MOST_RUNS // len(archs)))


def seeds_on_page(datasets: list[str], architectures: list[str], seeds: list[int]) -> list[int]:
    """The seeds whose runs are on the page, out of those that are compared: at least one of every architecture."""
    return drawn(seeds, max(1, MOST_ON_PAGE // (len(datasets) * len(architectures))))


def drawn(names: list, most: int) -> list:
    """At most so many of seeds or names, by chance but always the same: another one more moves out at most one."""
    by_chance = sorted(names, key=lambda name: hashlib.sha256(str(name).encode()).hexdigest())
    return sorted(by_chance[:most])


def groups(seeds: list[int], at_once: int) -> dict[int, list[int]] | None:
    """The seeds with which each one is trained: those of the same `at_once` numbers, so that no other seed moves it.

    None where every seed is trained alone.
    """
    if at_once == 1:
        return None
    members: dict[int, list[int]] = {}
    for seed in seeds:
        members.setdefault(seed // at_once, []).append(seed)
    return {seed: members[seed // at_once] for seed in seeds}
