"""Choose which of the selected seeds and architectures are compared with each other, and which are trained together."""

import hashlib

# Runs on the page of an experiment: each makes the file larger.
MOST_ON_PAGE = 100
# Runs of a dataset that are all compared with each other: pairs and memory grow with the square.
MOST_RUNS = 200


def runs_compared(seeds: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return architecture -> seeds whose runs on a dataset are all compared with each other."""
    archs = random_subset(list(seeds), MOST_RUNS)
    return {arch: random_subset(seeds[arch], max(1, MOST_RUNS // len(archs))) for arch in archs}


def seeds_on_page(datasets: int, seeds: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return architecture -> seeds whose runs are on the page: at least one seed, and at most all that are compared."""
    return {arch: random_subset(seeds[arch], max(1, MOST_ON_PAGE // (datasets * len(seeds)))) for arch in seeds}


def random_subset(names: list, most: int) -> list:
    """Return at most `most` seeds or names, a random but fixed subset: a new name replaces at most one of them."""
    by_chance = sorted(names, key=lambda name: hashlib.sha256(str(name).encode()).hexdigest())
    return sorted(by_chance[:most])


def groups(seeds: list[int], at_once: int) -> dict[int, list[int]] | None:
    """Return the seeds that each seed is trained with; None where every seed is trained alone.

    Groups are ranges of `at_once` numbers, so that no added seed changes the group of another.
    """
    if at_once == 1:
        return None
    members: dict[int, list[int]] = {}
    for seed in seeds:
        members.setdefault(seed // at_once, []).append(seed)
    return {seed: members[seed // at_once] for seed in seeds}
