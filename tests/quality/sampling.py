"""A stable sample of the mutants: the same for every tier, and after a change elsewhere."""

import hashlib
from collections.abc import Iterable


def sample(names: Iterable[str], count: int, seed: int) -> list[str]:
    """Return the `count` names with the smallest hashes (of seed and name), or all names, in the order of their hashes.

    A name that is added or removed changes at most one other name of the sample.
    """
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())[:count]
