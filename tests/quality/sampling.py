"""A part of the mutants that stays the same: for every tier, and after a change elsewhere."""

import hashlib
from collections.abc import Iterable


def sample(names: Iterable[str], count: int, seed: int) -> list[str]:
    """Return the `count` names whose hashes with the seed are smallest, or all names, in the order of their hashes.

    A name that comes or goes changes at most one other name of the sample.
    """
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())[:count]
